import type { Migration } from 'dci-host';

/** What is known of the parties that we call, and how they are called. */
export const receiverTables: Migration = {
  id: 'dci-server/0006-receivers',
  sqlite: `
    ALTER TABLE dci_server_sender ADD COLUMN callback_hosts TEXT;
    ALTER TABLE dci_server_sender ADD COLUMN callback_credential BLOB;
    ALTER TABLE dci_server_sender ADD COLUMN encryption_key TEXT;
    ALTER TABLE dci_server_sender ADD COLUMN subscription_approval TEXT
      CHECK (subscription_approval IN ('automatic', 'manual'));
    CREATE TABLE dci_server_receiver (
      receiver_id TEXT PRIMARY KEY,
      disabled_at INTEGER,
      disabled_reason TEXT,
      failures INTEGER NOT NULL,
      failing_since INTEGER,
      paused_until INTEGER,
      openings INTEGER NOT NULL,
      last_failure_at INTEGER,
      last_reason TEXT,
      CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
    ) STRICT, WITHOUT ROWID;
  `,
};
