import type { Database, Statement } from 'better-sqlite3';
import type { JsonObject } from 'dci-core';
import type { ConsentGrant } from '../consent.ts';
import { ConsentTable } from './consent-table.ts';
import { writeDocument } from './document.ts';
import { type IdentifierRow, indexRecord, type SqlValue } from './index-record.ts';
import { RowInserter } from './row-inserter.ts';
import type { TableLayout } from './table-layout.ts';

const valueColumns = ['attribute', 'folded', 'value', 'record'];
const identifierColumns = ['value', 'type', 'path', 'record'];

/**
 * Writes new records of one type into empty tables. Values and identifiers are put aside as they come and sorted into
 * their tables at the end: there they are ordered by content, so that one by one each would land somewhere else.
 */
export class BulkWriter {
  private readonly database: Database;
  private readonly layout: TableLayout;
  private readonly consents: ConsentTable;
  private readonly insertDocument: Statement<[number, number, string]>;
  private readonly insertRecord: Statement<SqlValue[]>;
  private readonly values: RowInserter;
  private readonly identifiers: RowInserter;

  /**
   * @param database - a connection that may write
   * @param layout - the tables; they exist and are empty
   */
  constructor(database: Database, layout: TableLayout) {
    this.database = database;
    this.layout = layout;
    const { documentTable, recordTable, valueTable, identifierTable } = layout;
    database.exec(
      `CREATE TEMP TABLE "${valueTable}_aside" (${valueColumns.join(', ')});` +
        `CREATE TEMP TABLE "${identifierTable}_aside" (${identifierColumns.join(', ')});`,
    );
    this.consents = new ConsentTable(database, layout);
    this.insertDocument = database.prepare(
      `INSERT INTO "${documentTable}" (change, has_long_integers, document) VALUES (?, ?, ?)`,
    );
    const width = indexRecord({}, layout).columns.length;
    this.insertRecord = database.prepare(`INSERT INTO "${recordTable}" VALUES (?, ?${', ?'.repeat(width)})`);
    this.values = new RowInserter(database, `${valueTable}_aside`, valueColumns);
    this.identifiers = new RowInserter(database, `${identifierTable}_aside`, identifierColumns);
  }

  /**
   * @param change - number of the change
   * @param record - a record in the registry's spelling
   * @param consents - what its registrant consents to
   * @param now - unix milliseconds
   */
  write(change: number, record: JsonObject, consents: readonly ConsentGrant[], now: number): void {
    const { columns, values, identifiers } = indexRecord(record, this.layout);
    const [text, hasLongIntegers] = writeDocument(record);
    const key = Number(this.insertDocument.run(change, hasLongIntegers, text).lastInsertRowid);
    const distinct = distinctIdentifiers(identifiers);
    this.insertRecord.run(key, values.length + distinct.length, ...columns);
    this.values.insert(values.map(({ attribute, folded, value }) => [attribute, folded, value, key]));
    this.identifiers.insert(distinct.map(({ type, value, path }) => [value, type, path, key]));
    for (const consent of consents) this.consents.grant(key, consent, now);
  }

  /** Brings what was put aside into its tables. */
  finish(): void {
    for (const [table, columns] of [
      [this.layout.valueTable, valueColumns],
      [this.layout.identifierTable, identifierColumns],
    ] as const) {
      const list = columns.join(', ');
      this.database.exec(
        `INSERT INTO "${table}" (${list}) SELECT ${list} FROM temp."${table}_aside" ORDER BY ${list};` +
          `DROP TABLE temp."${table}_aside";`,
      );
    }
  }
}

/** A table holds each once, and a record knows how many rows it has there. */
function distinctIdentifiers(identifiers: readonly IdentifierRow[]): readonly IdentifierRow[] {
  const seen = new Map(identifiers.map((row) => [JSON.stringify([row.path, row.type, row.value]), row]));
  return seen.size === identifiers.length ? identifiers : [...seen.values()];
}
