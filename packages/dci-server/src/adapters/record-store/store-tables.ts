import type { Database } from 'better-sqlite3';
import type { Logger } from 'dci-core';
import { ChangeCounter } from './change-counter.ts';
import { readDocument } from './document.ts';
import { extractionVersion, type SqlValue } from './index-record.ts';
import { RecordWriter } from './record-writer.ts';
import { fingerprint, type TableLayout } from './table-layout.ts';
import { createDocumentTables, createIndexes, recreateDerivedTables } from './table-schema.ts';

/** Lists of attributes, by record type, for which a compound index is kept. */
export type CompoundIndexes = Readonly<Record<string, readonly (readonly string[])[]>>;

const documentsPerRead = 500;

/**
 * Brings the tables of a store in line with the attribute tables of its registry type: creates what is
 * missing, and indexes the documents of a record type again whose definition is not the one that its rows
 * were written under.
 *
 * @param database - a connection that may write
 * @param layouts - the tables of every record type
 * @param options - compound indexes; a logger that hears of every record type that is indexed again
 * @throws DciError `err.configuration.invalid` when a compound index cannot be kept
 */
export function prepareTables(
  database: Database,
  layouts: readonly TableLayout[],
  options: { readonly indexes?: CompoundIndexes; readonly logger?: Logger },
): void {
  const prepare = database.transaction(() => {
    createDocumentTables(database, layouts);
    for (const layout of layouts) {
      if (storedFingerprint(database, layout) !== fingerprint(layout, extractionVersion)) {
        indexAgain(database, layout, options.logger);
        storeFingerprint(database, layout);
      }
      createIndexes(database, layout, options.indexes?.[layout.recordType.name]);
    }
  });
  // At once for writing: another process may be opening the same file.
  prepare.immediate();
}

/**
 * Notes under which definition the rows of a record type were written.
 *
 * @param database - a connection that may write
 * @param layout - the tables of the record type
 */
export function storeFingerprint(database: Database, layout: TableLayout): void {
  database
    .prepare('INSERT OR REPLACE INTO record_store_index (record_table, fingerprint) VALUES (?, ?)')
    .run(layout.recordTable, fingerprint(layout, extractionVersion));
}

function storedFingerprint(database: Database, layout: TableLayout): string | undefined {
  return database
    .prepare<[string], string>('SELECT fingerprint FROM record_store_index WHERE record_table = ?')
    .pluck()
    .get(layout.recordTable);
}

function indexAgain(database: Database, layout: TableLayout, logger: Logger | undefined): void {
  recreateDerivedTables(database, layout);
  const writer = new RecordWriter(database, layout, new ChangeCounter(database));
  const next = database
    .prepare<[number], [number, string, number]>(
      `SELECT key, document, has_long_integers FROM "${layout.documentTable}" WHERE key > ? ORDER BY key ` +
        `LIMIT ${documentsPerRead}`,
    )
    .raw();
  let count = 0;
  let rows = next.all(0);
  while (rows.length > 0) {
    let last = 0;
    for (const [key, ...document] of rows) {
      writer.index(key, readDocument(document satisfies SqlValue[]));
      last = key;
    }
    count += rows.length;
    rows = next.all(last);
  }
  if (count > 0) {
    logger?.info({ record_type: layout.recordType.name, count }, 'record store indexed again');
  }
}
