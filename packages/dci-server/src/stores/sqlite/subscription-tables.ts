import type { Migration } from 'dci-host';

/**
 * Subscriptions, the events of the registries, which event went to which subscription, receipts.
 *
 * The revision grows with every subscription that is added or changes its state, also by a statement of another store
 * or of another process: what is kept in memory is dropped by it.
 */
export const subscriptionTables: Migration = {
  id: 'dci-server/0007-subscriptions',
  sqlite: `
    CREATE TABLE dci_server_subscription (
      code TEXT PRIMARY KEY,
      sender_id TEXT NOT NULL,
      registry TEXT NOT NULL,
      event_types TEXT NOT NULL,
      record_type TEXT NOT NULL,
      filter_type TEXT,
      filter BLOB,
      fields TEXT,
      frequency TEXT,
      starts_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'ended', 'expired', 'rejected')),
      ended_by TEXT,
      ended_at INTEGER,
      sender_uri TEXT,
      is_encrypted INTEGER NOT NULL,
      locale TEXT,
      purpose TEXT,
      transaction_id TEXT NOT NULL,
      correlation_id TEXT NOT NULL,
      reference_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      active_at INTEGER,
      next_digest_at INTEGER
    ) STRICT;
    CREATE INDEX dci_server_subscription_registry ON dci_server_subscription (registry, state);
    CREATE INDEX dci_server_subscription_sender ON dci_server_subscription (sender_id, state);
    CREATE INDEX dci_server_subscription_ended_at ON dci_server_subscription (ended_at);
    CREATE INDEX dci_server_subscription_correlation ON dci_server_subscription (correlation_id);
    CREATE TABLE dci_server_subscription_revision (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      revision INTEGER NOT NULL
    ) STRICT;
    INSERT INTO dci_server_subscription_revision (id, revision) VALUES (1, 1);
    CREATE TRIGGER dci_server_subscription_added AFTER INSERT ON dci_server_subscription
    BEGIN
      UPDATE dci_server_subscription_revision SET revision = revision + 1;
    END;
    CREATE TRIGGER dci_server_subscription_changed AFTER UPDATE OF state ON dci_server_subscription
    BEGIN
      UPDATE dci_server_subscription_revision SET revision = revision + 1;
    END;
    CREATE TABLE dci_server_event (
      number INTEGER PRIMARY KEY,
      registry TEXT NOT NULL,
      event_id TEXT NOT NULL,
      event_type TEXT NOT NULL,
      record_type TEXT NOT NULL,
      record BLOB NOT NULL,
      at INTEGER NOT NULL,
      stored_at INTEGER NOT NULL,
      UNIQUE (registry, event_id)
    ) STRICT;
    CREATE INDEX dci_server_event_stored_at ON dci_server_event (stored_at);
    CREATE TABLE dci_server_subscription_event (
      code TEXT NOT NULL REFERENCES dci_server_subscription (code) ON DELETE CASCADE,
      event_number INTEGER NOT NULL,
      reference_id TEXT NOT NULL UNIQUE,
      message_id TEXT,
      noted_at INTEGER NOT NULL,
      PRIMARY KEY (code, event_number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX dci_server_subscription_event_number ON dci_server_subscription_event (event_number);
    CREATE INDEX dci_server_subscription_event_noted_at ON dci_server_subscription_event (noted_at);
    CREATE INDEX dci_server_subscription_event_waiting ON dci_server_subscription_event (code, event_number)
      WHERE message_id IS NULL;
    CREATE TABLE dci_server_feed_position (
      registry TEXT PRIMARY KEY,
      position TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE dci_server_receipt (
      sender_id TEXT NOT NULL,
      reference_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('event', 'transaction')),
      subject TEXT NOT NULL,
      status TEXT,
      reason_code TEXT,
      received_at INTEGER NOT NULL,
      PRIMARY KEY (sender_id, reference_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX dci_server_receipt_subject ON dci_server_receipt (subject);
    CREATE INDEX dci_server_receipt_received_at ON dci_server_receipt (received_at);
    CREATE TABLE dci_server_receipt_message (
      sender_id TEXT NOT NULL,
      message_id TEXT NOT NULL,
      body_digest TEXT NOT NULL,
      correlation_id TEXT NOT NULL,
      accepted_at INTEGER NOT NULL,
      PRIMARY KEY (sender_id, message_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX dci_server_receipt_message_accepted_at ON dci_server_receipt_message (accepted_at);
  `,
};
