import type { Database, Statement } from 'better-sqlite3';
import { DciError, isJsonObject, type JsonObject } from 'dci-core';
import type { ChangeCounter } from './change-counter.ts';
import { readDocument, writeDocument } from './document.ts';
import { indexRecord, type RecordIndex, type SqlValue } from './index-record.ts';
import { RowInserter } from './row-inserter.ts';
import type { TableLayout } from './table-layout.ts';

/** What became of a record that was put. */
export type PutResult = 'inserted' | 'replaced';

/** How a record that is put is recognised. */
export interface PutOptions {
  /**
   * Identifier types that name one record each. A record that carries the same identifier of one of these
   * types, at the first of the record type's `identifierPaths`, is replaced. Absent: all types.
   */
  readonly identifiedBy?: readonly string[];
}

/** Writes the tables of one record type. Every method expects an open transaction. */
export class RecordWriter {
  private readonly layout: TableLayout;
  private readonly changes: ChangeCounter;
  private readonly insertDocument: Statement<[number, number, string]>;
  private readonly updateDocument: Statement<[number, number, string, number]>;
  private readonly deleteDocument: Statement<[number]>;
  private readonly selectDocument: Statement<[number], [string, number]>;
  private readonly insertRecord: Statement<SqlValue[]>;
  private readonly deleteRecord: Statement<[number], number>;
  private readonly values: RowInserter;
  private readonly deleteValue: Statement<SqlValue[]>;
  private readonly identifiers: RowInserter;
  private readonly deleteIdentifier: Statement<SqlValue[]>;
  private readonly deleteSideRows: readonly Statement<[number]>[];
  private readonly carriers: Statement<[string, string], number>;

  /**
   * @param database - a connection that may write
   * @param layout - the tables; they exist
   * @param changes - numbers the changes
   */
  constructor(database: Database, layout: TableLayout, changes: ChangeCounter) {
    this.layout = layout;
    this.changes = changes;
    const { documentTable, recordTable, valueTable, identifierTable } = layout;
    const width = indexRecord({}, layout).columns.length;
    this.insertDocument = database.prepare(
      `INSERT INTO "${documentTable}" (change, has_long_integers, document) VALUES (?, ?, ?)`,
    );
    this.updateDocument = database.prepare(
      `UPDATE "${documentTable}" SET change = ?, has_long_integers = ?, document = ? WHERE key = ?`,
    );
    this.deleteDocument = database.prepare(`DELETE FROM "${documentTable}" WHERE key = ?`);
    this.selectDocument = database
      .prepare<[number], [string, number]>(`SELECT document, has_long_integers FROM "${documentTable}" WHERE key = ?`)
      .raw();
    this.insertRecord = database.prepare(`INSERT INTO "${recordTable}" VALUES (?, ?${', ?'.repeat(width)})`);
    this.deleteRecord = database
      .prepare<[number], number>(`DELETE FROM "${recordTable}" WHERE key = ? RETURNING side_rows`)
      .pluck();
    this.values = new RowInserter(database, valueTable, ['attribute', 'folded', 'value', 'record']);
    this.deleteValue = database.prepare(
      `DELETE FROM "${valueTable}" WHERE attribute = ? AND folded = ? AND value = ? AND record = ?`,
    );
    this.identifiers = new RowInserter(database, identifierTable, ['value', 'type', 'path', 'record']);
    this.deleteIdentifier = database.prepare(
      `DELETE FROM "${identifierTable}" WHERE value = ? AND type = ? AND path = ? AND record = ?`,
    );
    this.deleteSideRows = [
      database.prepare(`DELETE FROM "${valueTable}" WHERE record = ?`),
      database.prepare(`DELETE FROM "${identifierTable}" WHERE record = ?`),
    ];
    this.carriers = database
      .prepare<[string, string], number>(
        `SELECT record FROM "${identifierTable}" WHERE value = ? AND type = ? AND path = 0`,
      )
      .pluck();
  }

  /**
   * Inserts a record, or replaces the one that carries one of its identifiers; a replaced record keeps its key.
   *
   * @param record - a record in the registry's spelling
   * @param options - by which identifiers it is recognised
   * @returns what was done
   * @throws DciError `err.request.bad` when it is no JSON object, `err.state.conflict` when its identifiers
   *   belong to several records
   */
  put(record: JsonObject, options: PutOptions = {}): PutResult {
    if (!isJsonObject(record)) throw new DciError('err.request.bad', 'A record must be a JSON object.');
    const index = indexRecord(record, this.layout);
    const existing = this.find(index, options.identifiedBy);
    const [text, hasLongIntegers] = writeDocument(record);
    if (existing === undefined) {
      const { lastInsertRowid } = this.insertDocument.run(this.changes.next(), hasLongIntegers, text);
      this.insertIndex(Number(lastInsertRowid), index);
      return 'inserted';
    }
    this.deleteIndex(existing);
    this.updateDocument.run(this.changes.next(), hasLongIntegers, text, existing);
    this.insertIndex(existing, index);
    return 'replaced';
  }

  /**
   * Deletes the record that carries an identifier at the first of the record type's `identifierPaths`.
   *
   * @param identifierType - canonical identifier type
   * @param value - the identifier
   * @returns whether there was one
   * @throws DciError `err.state.conflict` when several records carry it
   */
  delete(identifierType: string, value: string): boolean {
    const [key, ...others] = this.carriers.all(value, identifierType);
    if (others.length > 0) throw conflict();
    if (key === undefined) return false;
    this.deleteIndex(key);
    this.changes.next();
    this.deleteDocument.run(key);
    return true;
  }

  /**
   * Writes the derived rows of a record whose document is there.
   *
   * @param key - the record's key
   * @param record - the record
   */
  index(key: number, record: JsonObject): void {
    this.insertIndex(key, indexRecord(record, this.layout));
  }

  private insertIndex(key: number, { columns, values, identifiers }: RecordIndex): void {
    const sideRows =
      this.values.insert(values.map(({ attribute, folded, value }) => [attribute, folded, value, key])) +
      this.identifiers.insert(identifiers.map(({ type, value, path }) => [value, type, path, key]));
    this.insertRecord.run(key, sideRows, ...columns);
  }

  /**
   * The rows of the side tables are found through the document that they were made from, which spares
   * another index over them. Where that does not find all of them, they are looked for one by one.
   */
  private deleteIndex(key: number): void {
    const expected = this.deleteRecord.get(key);
    const document = this.selectDocument.get(key);
    let deleted = 0;
    if (document !== undefined) {
      const { values, identifiers } = indexRecord(readDocument(document), this.layout);
      for (const { attribute, folded, value } of values) {
        deleted += this.deleteValue.run(attribute, folded, value, key).changes;
      }
      for (const { type, value, path } of identifiers) {
        deleted += this.deleteIdentifier.run(value, type, path, key).changes;
      }
    }
    if (deleted !== expected) for (const statement of this.deleteSideRows) statement.run(key);
  }

  private find(index: RecordIndex, identifiedBy: readonly string[] | undefined): number | undefined {
    const found = new Set<number>();
    for (const { type, value, path } of index.identifiers) {
      if (path !== 0 || identifiedBy?.includes(type) === false) continue;
      for (const key of this.carriers.all(value, type)) found.add(key);
    }
    if (found.size > 1) throw conflict();
    const [key] = found;
    return key;
  }
}

function conflict(): DciError {
  return new DciError('err.state.conflict', 'The identifiers belong to several records of the store.');
}
