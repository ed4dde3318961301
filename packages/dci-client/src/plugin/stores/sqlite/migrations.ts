import type { Migration } from 'dci-host';

/** The tables of the callback side, in the order in which they came. Ids are never reused, texts never changed. */
export const callbackMigrations: readonly Migration[] = [
  {
    id: 'dci-client/0001-transactions',
    sqlite: `
      CREATE TABLE dci_client_transaction (
        transaction_id TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        action TEXT NOT NULL CHECK (action IN ('search', 'subscribe', 'unsubscribe', 'txn-status')),
        state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'refused', 'expired')),
        message_id TEXT NOT NULL,
        reference_ids TEXT NOT NULL,
        request BLOB NOT NULL,
        handler TEXT,
        receipts INTEGER CHECK (receipts IN (0, 1)),
        correlation_id TEXT,
        opened_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX dci_client_transaction_correlation ON dci_client_transaction (source, correlation_id);
      CREATE INDEX dci_client_transaction_expiry ON dci_client_transaction (expires_at) WHERE state = 'open';
      CREATE INDEX dci_client_transaction_age ON dci_client_transaction (opened_at) WHERE state <> 'open';
      CREATE TABLE dci_client_callback (
        number INTEGER PRIMARY KEY,
        transaction_id TEXT NOT NULL REFERENCES dci_client_transaction (transaction_id) ON DELETE CASCADE,
        source TEXT NOT NULL,
        message_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('rcvd', 'pdng', 'succ', 'rjct')),
        is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
        correlation_id TEXT,
        received_at INTEGER NOT NULL,
        content BLOB NOT NULL,
        UNIQUE (source, message_id)
      ) STRICT;
      CREATE INDEX dci_client_callback_transaction ON dci_client_callback (transaction_id, number);
    `,
  },
  {
    id: 'dci-client/0002-subscriptions',
    sqlite: `
      CREATE TABLE dci_client_subscription (
        number INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        code TEXT NOT NULL,
        transaction_id TEXT NOT NULL,
        event_types TEXT NOT NULL,
        record_type TEXT,
        state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'ending', 'ended')),
        handler TEXT,
        receipts INTEGER NOT NULL CHECK (receipts IN (0, 1)),
        since INTEGER NOT NULL,
        expires_at INTEGER,
        UNIQUE (source, code)
      ) STRICT;
      CREATE INDEX dci_client_subscription_transaction ON dci_client_subscription (transaction_id);
    `,
  },
  {
    id: 'dci-client/0003-notifications',
    sqlite: `
      CREATE TABLE dci_client_notification (
        number INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        message_id TEXT NOT NULL,
        digest TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        evidence BLOB NOT NULL,
        UNIQUE (source, message_id)
      ) STRICT;
      CREATE INDEX dci_client_notification_age ON dci_client_notification (received_at);
      CREATE TABLE dci_client_event (
        number INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        notification INTEGER NOT NULL REFERENCES dci_client_notification (number),
        state TEXT NOT NULL CHECK (state IN ('received', 'processed', 'error')),
        handler TEXT,
        receipts INTEGER NOT NULL CHECK (receipts IN (0, 1)),
        receipt_sent INTEGER NOT NULL CHECK (receipt_sent IN (0, 1)),
        attempts INTEGER NOT NULL,
        reason TEXT,
        received_at INTEGER NOT NULL,
        content BLOB NOT NULL
      ) STRICT;
      CREATE INDEX dci_client_event_notification ON dci_client_event (notification);
      CREATE INDEX dci_client_event_state ON dci_client_event (state, number);
      CREATE INDEX dci_client_event_age ON dci_client_event (received_at) WHERE state = 'processed' OR handler IS NULL;
    `,
  },
];
