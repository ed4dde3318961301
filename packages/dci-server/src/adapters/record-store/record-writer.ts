import { isDeepStrictEqual } from 'node:util';
import type { Database, Statement } from 'better-sqlite3';
import { DciError, isJsonObject, type JsonObject } from 'dci-core';
import {
  type IdentifierKey,
  identifierConflict,
  noRecord,
  type PutOptions,
  type PutResult,
  type WriteOptions,
} from '../record-keeping.ts';
import type { ChangeCounter } from './change-counter.ts';
import type { ChangeLog, LoggedChange, StoredDocument } from './change-log.ts';
import { ConsentTable } from './consent-table.ts';
import { readDocument, writeDocument } from './document.ts';
import { indexRecord, type RecordIndex, type SqlValue } from './index-record.ts';
import { RowInserter } from './row-inserter.ts';
import type { TableLayout } from './table-layout.ts';

/** Writes the tables of one record type. Every method expects an open transaction. */
export class RecordWriter {
  private readonly layout: TableLayout;
  private readonly counter: ChangeCounter;
  private readonly log: ChangeLog | undefined;
  /** The consents beside the records. */
  readonly consents: ConsentTable;
  private readonly insertDocument: Statement<[number, number, string]>;
  private readonly updateDocument: Statement<[number, number, string, number]>;
  private readonly deleteDocument: Statement<[number]>;
  private readonly selectDocument: Statement<[number], StoredDocument>;
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
   * @param counter - numbers the changes
   * @param log - writes them down; absent: nobody does
   */
  constructor(database: Database, layout: TableLayout, counter: ChangeCounter, log?: ChangeLog) {
    this.layout = layout;
    this.counter = counter;
    this.log = log;
    this.consents = new ConsentTable(database, layout);
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
      .prepare<[number], StoredDocument>(`SELECT document, has_long_integers FROM "${documentTable}" WHERE key = ?`)
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
    if (!isJsonObject(record)) throw noRecord();
    const index = indexRecord(record, this.layout);
    const existing = this.find(index, options.identifiedBy);
    const document = writeDocument(record);
    const [text, hasLongIntegers] = document;
    if (existing === undefined) {
      const sequence = this.counter.next();
      const { lastInsertRowid } = this.insertDocument.run(sequence, hasLongIntegers, text);
      this.insertIndex(Number(lastInsertRowid), index);
      this.tell({ sequence, kind: 'created', document }, options);
      return 'inserted';
    }
    const previous = this.document(existing);
    if (isSame(document, previous)) return 'replaced';
    this.deleteIndex(existing, previous);
    const sequence = this.counter.next();
    this.updateDocument.run(sequence, hasLongIntegers, text, existing);
    this.insertIndex(existing, index);
    this.tell({ sequence, kind: 'updated', document, previous }, options);
    return 'replaced';
  }

  /**
   * Deletes the record that carries an identifier at the first of the record type's `identifierPaths`.
   *
   * @param identifier - its type in the registry's spelling, and the value
   * @param options - who is told
   * @returns whether there was one
   * @throws DciError `err.state.conflict` when several records carry it
   */
  delete(identifier: IdentifierKey, options: WriteOptions = {}): boolean {
    const key = this.keyOf(identifier);
    if (key === undefined) return false;
    const document = this.document(key);
    this.deleteIndex(key, document);
    const sequence = this.counter.next();
    this.deleteDocument.run(key);
    this.consents.drop(key);
    this.tell({ sequence, kind: 'deleted', document }, options);
    return true;
  }

  /**
   * @param identifier - an identifier at the first of the record type's `identifierPaths`
   * @returns the key of the record that carries it
   * @throws DciError `err.state.conflict` when several records carry it
   */
  keyOf({ identifierType, value }: IdentifierKey): number | undefined {
    const [key, ...others] = this.carriers.all(value, identifierType);
    if (others.length > 0) throw identifierConflict();
    return key;
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

  private tell(change: Omit<LoggedChange, 'recordType'>, { changes }: WriteOptions): void {
    if (changes !== 'none') this.log?.write({ ...change, recordType: this.layout.recordType.name });
  }

  private document(key: number): StoredDocument {
    const document = this.selectDocument.get(key);
    if (document === undefined) throw new DciError('err.internal', 'A record of the store has no document.');
    return document;
  }

  /**
   * The rows of the side tables are found through the document that they were made from, which spares
   * another index over them. Where that does not find all of them, they are looked for one by one.
   */
  private deleteIndex(key: number, document: StoredDocument): void {
    const expected = this.deleteRecord.get(key);
    let deleted = 0;
    const { values, identifiers } = indexRecord(readDocument(document), this.layout);
    for (const { attribute, folded, value } of values) {
      deleted += this.deleteValue.run(attribute, folded, value, key).changes;
    }
    for (const { type, value, path } of identifiers) {
      deleted += this.deleteIdentifier.run(value, type, path, key).changes;
    }
    if (deleted !== expected) for (const statement of this.deleteSideRows) statement.run(key);
  }

  private find(index: RecordIndex, identifiedBy: readonly string[] | undefined): number | undefined {
    const found = new Set<number>();
    for (const { type, value, path } of index.identifiers) {
      if (path !== 0 || identifiedBy?.includes(type) === false) continue;
      for (const key of this.carriers.all(value, type)) found.add(key);
    }
    if (found.size > 1) throw identifierConflict();
    const [key] = found;
    return key;
  }
}

/** The order of members is no content. Equal records are equally long, so most others need no look inside. */
function isSame(document: StoredDocument, previous: StoredDocument): boolean {
  const [[text], [previousText]] = [document, previous];
  if (text === previousText) return true;
  return text.length === previousText.length && isDeepStrictEqual(readDocument(document), readDocument(previous));
}
