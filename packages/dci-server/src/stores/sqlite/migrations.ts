import type { Migration } from 'dci-host';
import { auditTables } from './audit-tables.ts';
import { oauthTables } from './oauth-tables.ts';
import { outgoingTables } from './outgoing-tables.ts';
import { receiverTables } from './receiver-tables.ts';
import { subscriptionTables } from './subscription-tables.ts';
import { transactionTables } from './transaction-tables.ts';
import { uploadTables } from './upload-tables.ts';

/** The tables of `dci-server`, in the order in which they came. Ids are never reused, texts never changed. */
export const migrations: readonly Migration[] = [
  {
    id: 'dci-server/0001-senders',
    sqlite: `
      CREATE TABLE dci_server_sender (
        sender_id TEXT PRIMARY KEY,
        name TEXT,
        state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
        dialect TEXT NOT NULL,
        schemes TEXT NOT NULL,
        jwks_url TEXT,
        callback_base TEXT,
        policy TEXT NOT NULL
      ) STRICT;
      CREATE TABLE dci_server_sender_key (
        sender_id TEXT NOT NULL REFERENCES dci_server_sender (sender_id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        key_id TEXT,
        algorithm TEXT NOT NULL,
        public_jwk TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retiring', 'revoked')),
        not_before INTEGER,
        not_after INTEGER,
        PRIMARY KEY (sender_id, position)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE dci_server_sender_token (
        hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
        token_id TEXT NOT NULL,
        sender_id TEXT NOT NULL REFERENCES dci_server_sender (sender_id) ON DELETE CASCADE,
        issued_at INTEGER NOT NULL,
        UNIQUE (sender_id, token_id)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE dci_server_sender_revision (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        revision INTEGER NOT NULL
      ) STRICT;
      INSERT INTO dci_server_sender_revision (id, revision) VALUES (1, 1);
    `,
  },
  {
    id: 'dci-server/0002-replay-claims',
    sqlite: `
      CREATE TABLE dci_server_replay_claim (
        sender_id TEXT NOT NULL,
        message_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (sender_id, message_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX dci_server_replay_claim_expires_at ON dci_server_replay_claim (expires_at);
    `,
  },
  {
    id: 'dci-server/0003-quota-usage',
    sqlite: `
      CREATE TABLE dci_server_quota_usage (
        sender_id TEXT PRIMARY KEY,
        points INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  transactionTables,
  outgoingTables,
  receiverTables,
  subscriptionTables,
  auditTables,
  oauthTables,
  uploadTables,
];
