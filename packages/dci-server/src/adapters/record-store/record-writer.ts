import type { Database, Statement } from 'better-sqlite3';
import { DciError, isJsonObject, type JsonObject } from 'dci-core';
import { writeDocument } from './document.ts';
import { indexRecord, type RecordIndex, type SqlValue } from './index-record.ts';
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
  private readonly nextChange: Statement<[], number>;
  private readonly insertDocument: Statement<[number, number, string]>;
  private readonly updateDocument: Statement<[number, number, string, number]>;
  private readonly deleteDocument: Statement<[number]>;
  private readonly insertRecord: Statement<SqlValue[]>;
  private readonly insertValue: Statement<SqlValue[]>;
  private readonly insertIdentifier: Statement<SqlValue[]>;
  private readonly deleteRows: readonly Statement<[number]>[];
  private readonly carriers: Statement<[string, string], number>;

  /**
   * @param database - a connection that may write
   * @param layout - the tables; they exist
   */
  constructor(database: Database, layout: TableLayout) {
    this.layout = layout;
    const { documentTable, recordTable, valueTable, identifierTable } = layout;
    const width = indexRecord({}, layout).columns.length;
    this.nextChange = database
      .prepare<[], number>('UPDATE record_store_change SET last = last + 1 RETURNING last')
      .pluck();
    this.insertDocument = database.prepare(
      `INSERT INTO "${documentTable}" (change, has_long_integers, document) VALUES (?, ?, ?)`,
    );
    this.updateDocument = database.prepare(
      `UPDATE "${documentTable}" SET change = ?, has_long_integers = ?, document = ? WHERE key = ?`,
    );
    this.deleteDocument = database.prepare(`DELETE FROM "${documentTable}" WHERE key = ?`);
    this.insertRecord = database.prepare(`INSERT INTO "${recordTable}" VALUES (?${', ?'.repeat(width)})`);
    this.insertValue = database.prepare(
      `INSERT INTO "${valueTable}" (record, attribute, folded, value) VALUES (?, ?, ?, ?)`,
    );
    this.insertIdentifier = database.prepare(
      `INSERT OR IGNORE INTO "${identifierTable}" (value, type, path, record) VALUES (?, ?, ?, ?)`,
    );
    this.deleteRows = [
      database.prepare(`DELETE FROM "${recordTable}" WHERE key = ?`),
      database.prepare(`DELETE FROM "${valueTable}" WHERE record = ?`),
      database.prepare(`DELETE FROM "${identifierTable}" WHERE record = ?`),
    ];
    this.carriers = database
      .prepare<[string, string], number>(
        `SELECT DISTINCT record FROM "${identifierTable}" WHERE value = ? AND type = ? AND path = 0`,
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
      const { lastInsertRowid } = this.insertDocument.run(this.change(), hasLongIntegers, text);
      this.insertIndex(Number(lastInsertRowid), index);
      return 'inserted';
    }
    this.updateDocument.run(this.change(), hasLongIntegers, text, existing);
    for (const statement of this.deleteRows) statement.run(existing);
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
    this.change();
    this.deleteDocument.run(key);
    for (const statement of this.deleteRows) statement.run(key);
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
    this.insertRecord.run(key, ...columns);
    for (const { attribute, folded, value } of values) this.insertValue.run(key, attribute, folded, value);
    for (const { type, value, path } of identifiers) this.insertIdentifier.run(value, type, path, key);
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

  private change(): number {
    return this.nextChange.get() ?? 0;
  }
}

function conflict(): DciError {
  return new DciError('err.state.conflict', 'The identifiers belong to several records of the store.');
}
