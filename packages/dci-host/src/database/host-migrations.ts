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
  ],
};
