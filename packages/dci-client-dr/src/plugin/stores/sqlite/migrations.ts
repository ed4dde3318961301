import type { Migration } from 'dci-host';

/**
 * The tables of `dci-client-dr`, in the order in which they came. Ids are never reused, texts never changed.
 *
 * A row of the cache without content was invalidated: answers that were asked for before `fetched_at` are refused.
 */
export const migrations: readonly Migration[] = [
  {
    id: 'dci-client-dr/0001-cache',
    sqlite: `
      CREATE TABLE dci_client_dr_cache (
        key TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        fetched_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        content BLOB
      ) STRICT;
      CREATE INDEX dci_client_dr_cache_source ON dci_client_dr_cache (source, key);
      CREATE INDEX dci_client_dr_cache_expires_at ON dci_client_dr_cache (expires_at);
      CREATE TABLE dci_client_dr_secret (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sealed BLOB NOT NULL
      ) STRICT;
    `,
  },
];
