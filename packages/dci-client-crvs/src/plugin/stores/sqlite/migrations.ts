import type { Migration } from 'dci-host';

/**
 * The tables of `dci-client-crvs`, in the order in which they came. Ids are never reused, texts never changed.
 *
 * What says something of a person is sealed (`content`), or a keyed hash (`hash` of identifier, type and day).
 */
export const migrations: readonly Migration[] = [
  {
    id: 'dci-client-crvs/0001-vital-events',
    sqlite: `
      CREATE TABLE dci_client_crvs_hash_key (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sealed_key BLOB NOT NULL
      ) STRICT;
      CREATE TABLE dci_client_crvs_event (
        number INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        type TEXT NOT NULL,
        source TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('received', 'processing', 'processed', 'error')),
        is_rejected INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        attempts_in_round INTEGER NOT NULL,
        round INTEGER NOT NULL,
        fence INTEGER NOT NULL,
        leased_until INTEGER,
        retry_at INTEGER,
        outcome TEXT,
        fields TEXT NOT NULL,
        reason TEXT,
        received_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        content BLOB
      ) STRICT;
      CREATE INDEX dci_client_crvs_event_state ON dci_client_crvs_event (state, changed_at);
      CREATE TABLE dci_client_crvs_event_key (
        hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
        number INTEGER NOT NULL REFERENCES dci_client_crvs_event (number) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX dci_client_crvs_event_key_number ON dci_client_crvs_event_key (number);
    `,
  },
  {
    id: 'dci-client-crvs/0002-subscriptions',
    sqlite: `
      CREATE TABLE dci_client_crvs_subscription (
        source TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        codes TEXT NOT NULL,
        former_codes TEXT NOT NULL,
        expires_at INTEGER,
        renew_at INTEGER,
        changed_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
];
