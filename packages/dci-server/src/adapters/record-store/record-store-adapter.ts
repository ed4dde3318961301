import { setImmediate as nextTurn } from 'node:timers/promises';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { type Clock, DciError, type JsonObject, systemClock } from 'dci-core';
import type { ChangePage, RecordPage, RecordQuery } from '../adapter.ts';
import { ChangeListeners } from '../change-listeners.ts';
import { type Consent, type ConsentGrant, type ConsentKey, checkConsent } from '../consent.ts';
import type { IdentifierKey, PutOptions, PutResult, WriteOptions } from '../record-keeping.ts';
import { throwIfAborted, unknownRecordType } from '../search-error.ts';
import { ChangeCounter } from './change-counter.ts';
import { ChangeFeed } from './change-feed.ts';
import { ChangeLog, endFeed } from './change-log.ts';
import { openReader, openWriter } from './connections.ts';
import { RecordSearch } from './record-search.ts';
import type {
  ImportOptions,
  ImportResult,
  RecordStore,
  RecordStoreOptions,
  RecordStoreTransaction,
} from './record-store.ts';
import { RecordWriter } from './record-writer.ts';
import { prepareTables } from './store-tables.ts';
import { type TableLayout, tableLayout } from './table-layout.ts';
import { limitTime } from './time-limit.ts';

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
  readonly supportsConsent = true;
  readonly changes?: (since: string | undefined, limit: number) => Promise<ChangePage>;
  readonly onChange?: (listener: () => void) => () => void;
  private readonly options: RecordStoreOptions;
  private readonly clock: Clock;
  private readonly layouts: ReadonlyMap<string, TableLayout>;
  private readonly writer: Database;
  private readonly counter: ChangeCounter;
  private readonly log: ChangeLog | undefined;
  private readonly listeners: ChangeListeners;
  private readonly writers: ReadonlyMap<string, RecordWriter>;
  private reader: Database;
  private searches: RecordSearch;
  private feed: ChangeFeed | undefined;

  constructor(options: RecordStoreOptions) {
    const { registryType, file, database } = options;
    if ((file === undefined) === (database === undefined)) {
      throw new DciError('err.configuration.invalid', 'A record store needs either a file or a database.');
    }
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.listeners = new ChangeListeners(options.logger);
    this.recordTypes = registryType.recordTypes.map(({ name }) => name);
    this.layouts = new Map(registryType.recordTypes.map((type) => [type.name, tableLayout(registryType, type)]));
    this.writer = database ?? openWriter(file ?? ':memory:');
    try {
      translateErrors(() => prepareTables(this.writer, [...this.layouts.values()], options));
      this.log = this.openLog();
    } catch (error) {
      if (database === undefined) this.writer.close();
      throw error;
    }
    this.counter = new ChangeCounter(this.writer);
    this.writers = new Map(
      Array.from(
        this.layouts,
        ([name, layout]) => [name, new RecordWriter(this.writer, layout, this.counter, this.log)] as const,
      ),
    );
    this.reader = database ?? openReader(this.writer);
    this.searches = this.createSearch();
    if (this.log === undefined) return;
    this.feed = new ChangeFeed(this.reader, registryType.name);
    this.changes = async (since, limit) => this.readChanges(since, limit);
    this.onChange = (listener) => this.listeners.add(listener);
  }

  async search({ signal, ...query }: RecordQuery): Promise<RecordPage> {
    throwIfAborted(signal);
    const layout = this.layout(query.recordType);
    return translateErrors(() => this.searches.search(query, layout));
  }

  async count({ signal, ...query }: Omit<RecordQuery, 'sort' | 'page'>): Promise<number> {
    throwIfAborted(signal);
    const layout = this.layout(query.recordType);
    return translateErrors(() => this.searches.count(query, layout));
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

  async delete(recordType: string, identifier: IdentifierKey, options?: WriteOptions): Promise<boolean> {
    const writer = this.recordWriter(recordType);
    return this.write(() => writer.delete(identifier, options));
  }

  async grantConsent(recordType: string, identifier: IdentifierKey, consent: ConsentGrant): Promise<boolean> {
    const writer = this.recordWriter(recordType);
    return this.write(() => grant(writer, identifier, consent, this.clock.now()));
  }

  async revokeConsent(recordType: string, identifier: IdentifierKey, consent: ConsentKey): Promise<boolean> {
    const writer = this.recordWriter(recordType);
    return this.write(() => revoke(writer, identifier, consent));
  }

  async listConsents(recordType: string, identifier: IdentifierKey): Promise<readonly Consent[]> {
    const writer = this.recordWriter(recordType);
    return translateErrors(() => {
      const key = writer.keyOf(identifier);
      return key === undefined ? [] : writer.consents.list(key);
    });
  }

  async transaction<T>(work: (transaction: RecordStoreTransaction) => T): Promise<T> {
    return this.write(() =>
      work({
        put: (recordType, record, options) => this.recordWriter(recordType).put(record, options),
        delete: (recordType, identifier, options) => this.recordWriter(recordType).delete(identifier, options),
        grantConsent: (recordType, identifier, consent) =>
          grant(this.recordWriter(recordType), identifier, consent, this.clock.now()),
        revokeConsent: (recordType, identifier, consent) => revoke(this.recordWriter(recordType), identifier, consent),
      }),
    );
  }

  async pruneChanges(before: number): Promise<number> {
    const { log } = this;
    if (log === undefined) return 0;
    return log.pruneAll(before, (work) => translateErrors(() => this.writer.transaction(work).immediate()));
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
    if (this.feed !== undefined) this.feed = new ChangeFeed(this.reader, this.options.registryType.name);
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
    const { clock } = this;
    const { statementTimeout = 2000 } = this.options;
    return new RecordSearch(this.reader, limitTime(this.reader, { clock, milliseconds: statementTimeout }));
  }

  private openLog(): ChangeLog | undefined {
    const { changes, keepChanges, registryType } = this.options;
    return translateErrors(() =>
      this.writer
        .transaction(() => {
          if (changes === 'off') {
            endFeed(this.writer, registryType.name);
            return undefined;
          }
          const log = new ChangeLog(this.writer, registryType.name, keepChanges);
          log.pruneOld(this.clock.now());
          return log;
        })
        .immediate(),
    );
  }

  private readChanges(since: string | undefined, limit: number): ChangePage {
    const { feed, log } = this;
    if (feed === undefined || log === undefined) throw new DciError('err.internal', 'There is no change feed.');
    return translateErrors(() => {
      const now = this.clock.now();
      // A registry that is only read from forgets too.
      if (log.isDue(now)) this.writer.transaction(() => log.pruneOld(now)).immediate();
      return feed.read(since, limit);
    });
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
    const { log } = this;
    const now = this.clock.now();
    log?.begin(now);
    const transaction = this.writer.transaction(() => {
      const result = this.counter.run(work);
      if (log?.isDue(now) === true) log.pruneOld(now);
      return result;
    });
    const result = translateErrors(() => transaction.immediate());
    if (log?.hasNew() === true) this.listeners.notify();
    return result;
  }
}

function grant(writer: RecordWriter, identifier: IdentifierKey, consent: ConsentGrant, now: number): boolean {
  checkConsent(consent);
  const key = writer.keyOf(identifier);
  if (key !== undefined) writer.consents.grant(key, consent, now);
  return key !== undefined;
}

function revoke(writer: RecordWriter, identifier: IdentifierKey, consent: ConsentKey): boolean {
  const key = writer.keyOf(identifier);
  return key !== undefined && writer.consents.revoke(key, consent);
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
