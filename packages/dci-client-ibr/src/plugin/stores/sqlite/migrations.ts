import type { Migration } from 'dci-host';

/** The tables of `dci-client-ibr`, in the order in which they came. Ids are never reused, texts never changed. */
export const migrations: readonly Migration[] = [
  {
    id: 'dci-client-ibr/0001-checks',
    sqlite: `
      CREATE TABLE dci_client_ibr_check (
        number INTEGER PRIMARY KEY,
        check_id TEXT NOT NULL UNIQUE,
        at INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('no_match', 'possible', 'confirmed', 'incomplete')),
        is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
        is_decided INTEGER NOT NULL CHECK (is_decided IN (0, 1)),
        asked_by_hash BLOB,
        sources TEXT NOT NULL,
        content BLOB NOT NULL
      ) STRICT;
      CREATE INDEX dci_client_ibr_check_at ON dci_client_ibr_check (at, number);
      CREATE INDEX dci_client_ibr_check_undecided ON dci_client_ibr_check (at, number)
        WHERE is_decided = 0 AND status <> 'no_match';
      CREATE TABLE dci_client_ibr_check_identifier (
        identifier_hash BLOB NOT NULL CHECK (length(identifier_hash) = 32),
        number INTEGER NOT NULL REFERENCES dci_client_ibr_check (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        PRIMARY KEY (identifier_hash, number)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX dci_client_ibr_check_identifier_number ON dci_client_ibr_check_identifier (number, position);
      CREATE TABLE dci_client_ibr_check_decision (
        number INTEGER NOT NULL REFERENCES dci_client_ibr_check (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        at INTEGER NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('duplicate', 'no_duplicate', 'permitted')),
        content BLOB NOT NULL,
        PRIMARY KEY (number, position)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE dci_client_ibr_hash_key (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sealed_key BLOB NOT NULL
      ) STRICT;
    `,
  },
];
