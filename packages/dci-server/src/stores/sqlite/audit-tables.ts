import type { Migration } from 'dci-host';

/** The audit. */
export const auditTables: Migration = {
  id: 'dci-server/0008-audit',
  sqlite: `
    CREATE TABLE dci_server_audit (
      sequence INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      sender_id TEXT NOT NULL,
      registry TEXT NOT NULL,
      action TEXT NOT NULL,
      message_id TEXT,
      correlation_id TEXT,
      purpose TEXT,
      legal_basis TEXT,
      record_type TEXT,
      query_shape TEXT,
      record_keys BLOB NOT NULL,
      count INTEGER NOT NULL,
      reason TEXT,
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;
    CREATE INDEX dci_server_audit_sender ON dci_server_audit (sender_id, sequence);
    CREATE TABLE dci_server_audit_record (
      part INTEGER NOT NULL,
      record_key BLOB NOT NULL CHECK (length(record_key) = 16),
      sequence INTEGER NOT NULL,
      PRIMARY KEY (part, record_key, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE dci_server_audit_chain (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      sealed_key BLOB NOT NULL,
      first_sequence INTEGER NOT NULL,
      hash_before_first BLOB NOT NULL,
      last_sequence INTEGER NOT NULL,
      last_hash BLOB NOT NULL,
      seal BLOB NOT NULL
    ) STRICT;
  `,
};
