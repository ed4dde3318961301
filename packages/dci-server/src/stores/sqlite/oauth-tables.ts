import type { Migration } from 'dci-host';

/** Clients of the token endpoint. */
export const oauthTables: Migration = {
  id: 'dci-server/0009-oauth-clients',
  sqlite: `
    CREATE TABLE dci_server_oauth_client (
      client_id TEXT PRIMARY KEY,
      sender_id TEXT NOT NULL REFERENCES dci_server_sender (sender_id) ON DELETE CASCADE,
      scopes TEXT,
      secret_check BLOB NOT NULL,
      secret_salt BLOB NOT NULL,
      secret_hash BLOB NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX dci_server_oauth_client_sender ON dci_server_oauth_client (sender_id);
  `,
};
