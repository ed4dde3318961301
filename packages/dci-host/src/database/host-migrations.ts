import type { MigrationSet } from './migrate.ts';

/** The host's own tables. */
export const hostMigrations: MigrationSet = {
  owner: 'dci-host',
  migrations: [
    {
      id: 'dci-host/0001-settings-and-keys',
      sqlite: `
        CREATE TABLE dci_host_setting (
          name TEXT PRIMARY KEY,
          value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE dci_host_key (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT,
          key_id TEXT NOT NULL UNIQUE,
          algorithm TEXT NOT NULL CHECK (algorithm IN ('ed25519', 'rs256')),
          state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retiring', 'revoked')),
          public_jwk TEXT NOT NULL,
          sealed_private_jwk BLOB,
          created_at INTEGER NOT NULL,
          activated_at INTEGER,
          not_after INTEGER,
          revoked_at INTEGER
        ) STRICT;

        CREATE TABLE dci_host_key_change (
          one INTEGER PRIMARY KEY CHECK (one = 1),
          counter INTEGER NOT NULL
        ) STRICT;
        INSERT INTO dci_host_key_change (one, counter) VALUES (1, 0);
        CREATE TRIGGER dci_host_key_inserted AFTER INSERT ON dci_host_key
          BEGIN UPDATE dci_host_key_change SET counter = counter + 1; END;
        CREATE TRIGGER dci_host_key_updated AFTER UPDATE ON dci_host_key
          BEGIN UPDATE dci_host_key_change SET counter = counter + 1; END;
        CREATE TRIGGER dci_host_key_deleted AFTER DELETE ON dci_host_key
          BEGIN UPDATE dci_host_key_change SET counter = counter + 1; END;
      `,
    },
    {
      id: 'dci-host/0002-outbox',
      sqlite: `
        CREATE TABLE dci_host_outbox (
          sequence INTEGER PRIMARY KEY,
          job_id TEXT NOT NULL UNIQUE,
          queue TEXT NOT NULL,
          key TEXT NOT NULL,
          payload TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('pending', 'dead')),
          due_at INTEGER NOT NULL,
          requested_at INTEGER NOT NULL,
          attempt INTEGER NOT NULL DEFAULT 0,
          failures INTEGER NOT NULL DEFAULT 0,
          fence INTEGER NOT NULL DEFAULT 0,
          last_reason TEXT,
          last_at INTEGER,
          UNIQUE (queue, key)
        ) STRICT;
        CREATE INDEX dci_host_outbox_due ON dci_host_outbox (queue, due_at, sequence) WHERE state = 'pending';
        CREATE INDEX dci_host_outbox_dead ON dci_host_outbox (last_at) WHERE state = 'dead';

        -- Over all jobs: a job that was done and is requested anew has the same id, and must not fit an old attempt.
        CREATE TABLE dci_host_outbox_fence (
          one INTEGER PRIMARY KEY CHECK (one = 1),
          last INTEGER NOT NULL
        ) STRICT;
        INSERT INTO dci_host_outbox_fence (one, last) VALUES (1, 0);
      `,
    },
    {
      id: 'dci-host/0003-encryption-keys',
      sqlite: `
        CREATE TABLE dci_host_key_of_both_uses (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT,
          key_id TEXT NOT NULL UNIQUE,
          use TEXT NOT NULL CHECK (use IN ('sig', 'enc')),
          algorithm TEXT NOT NULL CHECK (algorithm IN ('ed25519', 'rs256', 'RSA-OAEP-256', 'ECDH-ES+A256KW')),
          state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'retiring', 'revoked')),
          public_jwk TEXT NOT NULL,
          sealed_private_jwk BLOB,
          created_at INTEGER NOT NULL,
          activated_at INTEGER,
          not_after INTEGER,
          revoked_at INTEGER
        ) STRICT;
        INSERT INTO dci_host_key_of_both_uses
          SELECT sequence, key_id, 'sig', algorithm, state, public_jwk, sealed_private_jwk, created_at, activated_at,
            not_after, revoked_at
          FROM dci_host_key;
        DROP TABLE dci_host_key;
        ALTER TABLE dci_host_key_of_both_uses RENAME TO dci_host_key;

        CREATE TRIGGER dci_host_key_inserted AFTER INSERT ON dci_host_key
          BEGIN UPDATE dci_host_key_change SET counter = counter + 1; END;
        CREATE TRIGGER dci_host_key_updated AFTER UPDATE ON dci_host_key
          BEGIN UPDATE dci_host_key_change SET counter = counter + 1; END;
        CREATE TRIGGER dci_host_key_deleted AFTER DELETE ON dci_host_key
          BEGIN UPDATE dci_host_key_change SET counter = counter + 1; END;
      `,
    },
  ],
};
