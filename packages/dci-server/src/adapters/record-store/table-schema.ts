import type { Database } from 'better-sqlite3';
import { DciError } from 'dci-core';
import type { TableLayout } from './table-layout.ts';

/**
 * The store's own tables: which definition each record type was indexed by, the last change number, the changes of
 * the feed, and how far the feed of each registry type was pruned.
 */
const storeTables = `
  CREATE TABLE IF NOT EXISTS record_store_index (
    record_table TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS record_store_change (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO record_store_change (id, last) VALUES (1, 0);
  CREATE TABLE IF NOT EXISTS record_store_feed (
    sequence INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    registry TEXT NOT NULL,
    record_type TEXT NOT NULL,
    kind TEXT NOT NULL,
    has_long_integers INTEGER NOT NULL,
    previous_has_long_integers INTEGER NOT NULL,
    document TEXT NOT NULL,
    previous TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS record_store_feed_state (
    registry TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    pruned INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Creates the tables that hold the truth, where they are missing.
 *
 * @param database - a connection that may write
 * @param layouts - the tables of every record type
 */
export function createDocumentTables(database: Database, layouts: Iterable<TableLayout>): void {
  database.exec(storeTables);
  for (const { documentTable, consentTable } of layouts) {
    // AUTOINCREMENT: a key is never used again, so a position in a result stays valid for ever.
    database.exec(`
      CREATE TABLE IF NOT EXISTS "${documentTable}" (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        change INTEGER NOT NULL,
        has_long_integers INTEGER NOT NULL,
        document TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX IF NOT EXISTS "${documentTable}_change" ON "${documentTable}" (change);
      CREATE TABLE IF NOT EXISTS "${consentTable}" (
        record INTEGER NOT NULL,
        purpose TEXT NOT NULL,
        recipient TEXT NOT NULL,
        expires INTEGER,
        granted INTEGER NOT NULL,
        PRIMARY KEY (record, purpose, recipient)
      ) STRICT, WITHOUT ROWID;
    `);
  }
}

/**
 * Drops and creates the derived tables of one record type, empty and without the indexes of
 * {@link createIndexes}.
 *
 * @param database - a connection that may write
 * @param layout - the tables
 */
export function recreateDerivedTables(database: Database, layout: TableLayout): void {
  const { recordTable, valueTable, identifierTable } = layout;
  database.exec(`
    DROP TABLE IF EXISTS "${recordTable}";
    DROP TABLE IF EXISTS "${valueTable}";
    DROP TABLE IF EXISTS "${identifierTable}";
    CREATE TABLE "${recordTable}" (
      ${['key INTEGER PRIMARY KEY', 'side_rows INTEGER NOT NULL', ...columnDefinitions(layout)].join(', ')}
    ) STRICT;
    CREATE TABLE "${valueTable}" (
      attribute INTEGER NOT NULL,
      folded TEXT NOT NULL,
      value ANY NOT NULL,
      record INTEGER NOT NULL,
      PRIMARY KEY (attribute, folded, value, record)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE "${identifierTable}" (
      value TEXT NOT NULL,
      type TEXT NOT NULL,
      path INTEGER NOT NULL,
      record INTEGER NOT NULL,
      PRIMARY KEY (value, type, path, record)
    ) STRICT, WITHOUT ROWID;
  `);
}

function columnDefinitions(layout: TableLayout): string[] {
  const columns: string[] = [];
  for (const stored of layout.attributes.values()) {
    if (stored.kind !== 'column') continue;
    // REAL for whole numbers too: it holds every safe integer exactly and never refuses a value.
    const type = { text: 'TEXT', instant: 'TEXT', number: 'REAL', boolean: 'INTEGER' }[stored.form];
    columns.push(`"${stored.column}" ${type}`);
    if (stored.folded !== undefined) columns.push(`"${stored.folded}" TEXT`);
  }
  return columns;
}

/**
 * The name of the index that gives the records in the order of one attribute.
 *
 * @param layout - the tables
 * @param column - the attribute's column
 * @returns a name, safe in SQL text
 */
export function attributeIndex(layout: TableLayout, column: string): string {
  return `${layout.recordTable}_${column}`;
}

/**
 * Creates the indexes of the record table where they are missing, and drops those that nobody asks for any more.
 * The other tables are indexes by themselves: they are ordered by what is looked up in them.
 *
 * @param database - a connection that may write
 * @param layout - the tables
 * @param compound - lists of attributes that are often searched and sorted by together
 * @throws DciError `err.configuration.invalid` when a compound index names an attribute that has no column
 */
export function createIndexes(
  database: Database,
  layout: TableLayout,
  compound: readonly (readonly string[])[] = [],
): void {
  const { recordTable } = layout;
  const onRecords = new Map<string, string>();
  for (const stored of layout.attributes.values()) {
    if (stored.kind === 'column') onRecords.set(attributeIndex(layout, stored.column), indexColumns(stored));
  }
  for (const attributes of compound) {
    const columns = attributes.map((attribute) => {
      const stored = layout.attributes.get(attribute);
      if (stored?.kind === 'column') return stored;
      const message = 'An index of the record store names an attribute that has no single stored value.';
      throw new DciError('err.configuration.invalid', message, { path: attribute });
    });
    const name = [recordTable, ...columns.map(({ column }) => column)].join('_');
    onRecords.set(name, columns.map(indexColumns).join(', '));
  }
  for (const name of indexNames(database, recordTable)) {
    if (!onRecords.has(name)) database.exec(`DROP INDEX "${name}"`);
  }
  for (const [name, columns] of onRecords) {
    database.exec(`CREATE INDEX IF NOT EXISTS "${name}" ON "${recordTable}" (${columns})`);
  }
}

function indexNames(database: Database, table: string): readonly string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL";
  return database.prepare<[string], string>(sql).pluck().all(table);
}

/** Text is indexed by its folded form first: one index serves equality, prefixes and order. */
function indexColumns({ column, folded }: { readonly column: string; readonly folded?: string }): string {
  return folded === undefined ? `"${column}"` : `"${folded}", "${column}"`;
}
