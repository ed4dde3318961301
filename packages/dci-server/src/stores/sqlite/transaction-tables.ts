import type { Migration } from 'dci-host';

/** Accepted asynchronous requests. */
export const transactionTables: Migration = {
  id: 'dci-server/0004-transactions',
  sqlite: `
    CREATE TABLE dci_server_transaction (
      correlation_id TEXT PRIMARY KEY,
      sender_id TEXT NOT NULL,
      message_id TEXT NOT NULL,
      transaction_id TEXT NOT NULL,
      registry TEXT NOT NULL,
      action TEXT NOT NULL CHECK (action IN ('search', 'subscribe', 'unsubscribe', 'txn-status')),
      state TEXT NOT NULL CHECK (state IN ('rcvd', 'pdng', 'succ', 'rjct')),
      is_encrypted INTEGER NOT NULL,
      body_digest TEXT NOT NULL,
      content BLOB,
      total_count INTEGER NOT NULL,
      completed_count INTEGER NOT NULL,
      rejected_count INTEGER NOT NULL,
      accepted_at INTEGER NOT NULL,
      finished_at INTEGER,
      UNIQUE (sender_id, message_id)
    ) STRICT;
    CREATE INDEX dci_server_transaction_transaction_id ON dci_server_transaction (sender_id, transaction_id);
    CREATE INDEX dci_server_transaction_finished_at ON dci_server_transaction (finished_at);
    CREATE TABLE dci_server_transaction_reference (
      sender_id TEXT NOT NULL,
      reference_id TEXT NOT NULL,
      correlation_id TEXT NOT NULL REFERENCES dci_server_transaction (correlation_id) ON DELETE CASCADE,
      PRIMARY KEY (sender_id, reference_id, correlation_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX dci_server_transaction_reference_correlation ON dci_server_transaction_reference (correlation_id);
  `,
};
