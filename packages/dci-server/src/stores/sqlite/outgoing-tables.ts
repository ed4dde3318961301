import type { Migration } from 'dci-host';

/** Callbacks and notifications. */
export const outgoingTables: Migration = {
  id: 'dci-server/0005-outgoing',
  sqlite: `
    CREATE TABLE dci_server_outgoing (
      message_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('callback', 'notification')),
      receiver_id TEXT NOT NULL,
      registry TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      sender_uri TEXT,
      is_encrypted INTEGER NOT NULL,
      source TEXT NOT NULL,
      content BLOB,
      encrypted_content BLOB,
      access_fingerprint TEXT,
      state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead', 'withdrawn')),
      attempts INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      settled_at INTEGER,
      last_status INTEGER,
      last_reason TEXT,
      UNIQUE (kind, subject, sequence)
    ) STRICT;
    CREATE INDEX dci_server_outgoing_receiver ON dci_server_outgoing (receiver_id, state);
    CREATE INDEX dci_server_outgoing_settled_at ON dci_server_outgoing (settled_at);
  `,
};
