import { setImmediate as nextTurn } from 'node:timers/promises';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { type Clock, DciError, type JsonObject, type Logger, type RegistryType, systemClock } from 'dci-core';
import type { RecordPage, RecordQuery, RegistryAdapter } from '../adapter.ts';
import { throwIfAborted, unknownRecordType } from '../search-error.ts';
import { ChangeCounter } from './change-counter.ts';
import { openReader, openWriter } from './connections.ts';
import { RecordSearch } from './record-search.ts';
import { type PutOptions, type PutResult, RecordWriter } from './record-writer.ts';
import { type CompoundIndexes, prepareTables } from './store-tables.ts';
import { type TableLayout, tableLayout } from './table-layout.ts';
import { limitTime } from './time-limit.ts';

/** An identifier of a record, its type in the registry's spelling. */
export interface IdentifierKey {
  readonly identifierType: string;
  readonly value: string;
}

/** Options of {@link recordStoreAdapter}. */
export interface RecordStoreOptions {
  readonly registryType: RegistryType;
  /** Path of the SQLite file, created where it is missing; `:memory:` for none. Give this or `database`. */
  readonly file?: string;
  /** An open database, shared with the caller, who closes it; searches then wait for writes. */
  readonly database?: Database;
  /**
   * Compound indexes by record type, each a list of attributes that many searches filter or sort by
   * together, for example `{ Person: [['sex', 'birth_date']] }`. Every single attribute has an index anyway.
   */
  readonly indexes?: CompoundIndexes;
  /** Milliseconds that one search may take; absent: 2,000 (protocol.md section 7). */
  readonly statementTimeout?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Options of an import. */
export interface ImportOptions extends PutOptions {
  /** Called after every batch with the number of records so far. */
  readonly onProgress?: (records: number) => void;
  /** Records that are written in one transaction; absent: 500. No other work of the process runs meanwhile. */
  readonly batchSize?: number;
}

/** What an import did. */
export interface ImportResult {
  readonly inserted: number;
  readonly replaced: number;
}

/** Writes within one transaction; see {@link RecordStore.transaction}. */
export interface RecordStoreTransaction {
  /** See {@link RecordStore.put}. */
  put(recordType: string, record: JsonObject, options?: PutOptions): PutResult;
  /** See {@link RecordStore.delete}. */
  delete(recordType: string, identifier: IdentifierKey): boolean;
}

/**
 * A registry adapter that keeps the records itself, in SQLite: each as its JSON document, with its
 * searchable attributes in indexed columns beside it.
 */
export interface RecordStore extends RegistryAdapter {
  /**
   * Imports many records, in transactions of `batchSize`. Running an import again replaces the records
   * instead of doubling them, so one that was interrupted is simply repeated.
   *
   * @param recordType - record type name
   * @param records - records in the registry's spelling; foreign ones go through `RecordType.read` first
   * @param options - progress, batch size, by which identifiers a record is recognised
   * @returns how many were inserted and replaced
   * @throws DciError as {@link RecordStore.put}; the batch with that record is not written, those before it are
   */
  import(
    recordType: string,
    records: Iterable<JsonObject> | AsyncIterable<JsonObject>,
    options?: ImportOptions,
  ): Promise<ImportResult>;
  /**
   * Inserts a record, or replaces the one that carries one of its identifiers (at the first of the record
   * type's `identifierPaths`); the replaced one keeps its place in the store's own order.
   *
   * @returns what was done
   * @throws DciError `err.request.bad` when it is no JSON object, `err.state.conflict` when its identifiers
   *   belong to several records
   */
  put(recordType: string, record: JsonObject, options?: PutOptions): Promise<PutResult>;
  /**
   * Deletes the record that carries an identifier at the first of the record type's `identifierPaths`.
   *
   * @returns whether there was one
   * @throws DciError `err.state.conflict` when several records carry it
   */
  delete(recordType: string, identifier: IdentifierKey): Promise<boolean>;
  /**
   * Runs several writes as one: all of them happen, or none when `work` throws.
   *
   * @param work - synchronous
   * @returns what `work` returns
   */
  transaction<T>(work: (transaction: RecordStoreTransaction) => T): Promise<T>;
  /** Lets SQLite learn how the values are distributed, for choosing indexes. An import does it by itself. */
  optimize(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a record store (extension point 3 of architecture.md). Tables and indexes are derived from the
 * registry type's attribute tables; when those have changed since the file was written, the documents are
 * indexed again before this function returns.
 *
 * @param options - registry type, and a file or an open database
 * @returns the store
 * @throws DciError `err.configuration.invalid` when the options contradict each other or the registry type,
 *   `err.service.unavailable` when another process keeps the file busy
 *
 * @example
 * const store = recordStoreAdapter({ registryType: social, file: 'data/social.db' });
 * await store.import('Person', persons);
 * const registries = [{ type: social, adapter: store }];
 */
export function recordStoreAdapter(options: RecordStoreOptions): RecordStore {
  return new SqliteRecordStore(options);
}

class SqliteRecordStore implements RecordStore {
  readonly recordTypes: readonly string[];
  private readonly options: RecordStoreOptions;
  private readonly layouts: ReadonlyMap<string, TableLayout>;
  private readonly writer: Database;
  private readonly changes: ChangeCounter;
  private readonly writers: ReadonlyMap<string, RecordWriter>;
  private reader: Database;
  private searches: RecordSearch;

  constructor(options: RecordStoreOptions) {
    const { registryType, file, database } = options;
    if ((file === undefined) === (database === undefined)) {
      throw new DciError('err.configuration.invalid', 'A record store needs either a file or a database.');
    }
    this.options = options;
    this.recordTypes = registryType.recordTypes.map(({ name }) => name);
    this.layouts = new Map(registryType.recordTypes.map((type) => [type.name, tableLayout(registryType, type)]));
    this.writer = database ?? openWriter(file ?? ':memory:');
    try {
      translateErrors(() => prepareTables(this.writer, [...this.layouts.values()], options));
    } catch (error) {
      if (database === undefined) this.writer.close();
      throw error;
    }
    this.changes = new ChangeCounter(this.writer);
    this.writers = new Map(
      Array.from(
        this.layouts,
        ([name, layout]) => [name, new RecordWriter(this.writer, layout, this.changes)] as const,
      ),
    );
    this.reader = database ?? openReader(this.writer);
    this.searches = this.createSearch();
  }

  async search({ signal, ...query }: RecordQuery): Promise<RecordPage> {
    throwIfAborted(signal);
    const layout = this.layout(query.recordType);
    return translateErrors(() => this.searches.search(query, layout));
  }

  async count({ signal, recordType, filter }: Omit<RecordQuery, 'sort' | 'page'>): Promise<number> {
    throwIfAborted(signal);
    const layout = this.layout(recordType);
    return translateErrors(() => this.searches.count(filter, layout));
  }

  async get(recordType: string, { identifierType, value }: IdentifierKey): Promise<JsonObject | undefined> {
    const layout = this.layout(recordType);
    return translateErrors(() => this.searches.get(identifierType, value, layout));
  }

  async import(
    recordType: string,
    records: Iterable<JsonObject> | AsyncIterable<JsonObject>,
    options: ImportOptions = {},
  ): Promise<ImportResult> {
    const { onProgress, batchSize = 500 } = options;
    const writer = this.recordWriter(recordType);
    const result = { inserted: 0, replaced: 0 };
    const write = async (batch: readonly JsonObject[]) => {
      const done = this.write(() => batch.map((record) => writer.put(record, options)));
      for (const one of done) result[one] += 1;
      onProgress?.(result.inserted + result.replaced);
      await nextTurn();
    };
    let batch: JsonObject[] = [];
    for await (const record of records) {
      batch.push(record);
      if (batch.length < batchSize) continue;
      await write(batch);
      batch = [];
    }
    if (batch.length > 0) await write(batch);
    await this.optimize();
    return result;
  }

  async put(recordType: string, record: JsonObject, options?: PutOptions): Promise<PutResult> {
    const writer = this.recordWriter(recordType);
    return this.write(() => writer.put(record, options));
  }

  async delete(recordType: string, { identifierType, value }: IdentifierKey): Promise<boolean> {
    const writer = this.recordWriter(recordType);
    return this.write(() => writer.delete(identifierType, value));
  }

  async transaction<T>(work: (transaction: RecordStoreTransaction) => T): Promise<T> {
    return this.write(() =>
      work({
        put: (recordType, record, options) => this.recordWriter(recordType).put(record, options),
        delete: (recordType, { identifierType, value }) => this.recordWriter(recordType).delete(identifierType, value),
      }),
    );
  }

  async optimize(): Promise<void> {
    translateErrors(() => {
      this.writer.pragma('analysis_limit = 1000');
      this.writer.exec('ANALYZE');
      // Moves what is complete from the write-ahead log to the file, without waiting for anyone.
      this.writer.pragma('wal_checkpoint(PASSIVE)');
    });
    if (this.reader === this.writer) return;
    // A connection reads the statistics once, when it is opened.
    this.reader.close();
    this.reader = openReader(this.writer);
    this.searches = this.createSearch();
  }

  async check(): Promise<void> {
    translateErrors(() => this.reader.prepare('SELECT last FROM record_store_change').get());
  }

  async close(): Promise<void> {
    if (this.options.database !== undefined) return;
    if (this.reader !== this.writer) this.reader.close();
    this.writer.close();
  }

  private createSearch(): RecordSearch {
    const { clock = systemClock, statementTimeout = 2000 } = this.options;
    return new RecordSearch(this.reader, limitTime(this.reader, { clock, milliseconds: statementTimeout }));
  }

  private layout(recordType: string): TableLayout {
    const layout = this.layouts.get(recordType);
    if (layout === undefined) throw unknownRecordType();
    return layout;
  }

  private recordWriter(recordType: string): RecordWriter {
    const writer = this.writers.get(recordType);
    if (writer === undefined) throw unknownRecordType();
    return writer;
  }

  private write<T>(work: () => T): T {
    return translateErrors(() => this.writer.transaction(() => this.changes.run(work)).immediate());
  }
}

/** Another process may hold the database for longer than we wait. */
function translateErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code)) {
      throw new DciError('err.service.unavailable', 'The record store is busy.', { cause: error });
    }
    throw error;
  }
}
