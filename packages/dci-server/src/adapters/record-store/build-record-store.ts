import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { type Clock, DciError, isJsonObject, type JsonObject, type RegistryType, systemClock } from 'dci-core';
import { type ConsentGrant, checkConsent } from '../consent.ts';
import { noRecord } from '../record-keeping.ts';
import { unknownRecordType } from '../search-error.ts';
import { BulkWriter } from './bulk-writer.ts';
import { type CompoundIndexes, storeFingerprint } from './store-tables.ts';
import { tableLayout } from './table-layout.ts';
import { createDocumentTables, createIndexes, recreateDerivedTables } from './table-schema.ts';

/** A record that a store begins with. */
export interface FirstRecord {
  /** Record type name. */
  readonly recordType: string;
  /** In the registry's spelling. */
  readonly record: JsonObject;
  /** What its registrant consents to. */
  readonly consents?: readonly ConsentGrant[];
}

/** Options of {@link buildRecordStore}. */
export interface BuildRecordStoreOptions {
  readonly registryType: RegistryType;
  /** Path of the SQLite file; there must be none. */
  readonly file: string;
  /** Compound indexes, the same as in the options of `recordStoreAdapter`. */
  readonly indexes?: CompoundIndexes;
  readonly records: Iterable<FirstRecord> | AsyncIterable<FirstRecord>;
  readonly clock?: Clock;
  /** Called after every batch with the number of records so far. */
  readonly onProgress?: (records: number) => void;
  /** Records that are written without other work of the process between them; absent: 500. */
  readonly batchSize?: number;
}

/**
 * Makes the file of a record store with its first records, several times as fast as `import` does: they are written
 * without a log, and what is derived from them is sorted and indexed once at the end. The file gets its name when it is
 * complete, so an interrupted build leaves no half registry; what it left behind goes with the next one. The change
 * feed does not tell of the first records.
 *
 * Every record is a new one: unlike `import` it does not look for one with the same identifiers.
 *
 * @param options - registry type, file, records
 * @returns the number of records
 * @throws DciError `err.state.conflict` when the file is there, `err.request.bad` for what is no record or no consent,
 *   `rjct.search_criteria.invalid` for a record type that the registry type does not have,
 *   `err.configuration.invalid` when a compound index cannot be kept
 *
 * @example
 * if (!existsSync(file)) await buildRecordStore({ registryType: social, file, records });
 * const store = recordStoreAdapter({ registryType: social, file });
 */
export async function buildRecordStore(options: BuildRecordStoreOptions): Promise<number> {
  const { file } = options;
  if (existsSync(file)) throw new DciError('err.state.conflict', 'The file of the record store is there already.');
  const building = `${file}.building`;
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(building + suffix, { force: true });
  const database = createFile(building);
  let count = 0;
  try {
    count = await write(database, options);
  } finally {
    database.close();
  }
  synchronize(building);
  renameSync(building, file);
  return count;
}

async function write(database: Database, options: BuildRecordStoreOptions): Promise<number> {
  const { registryType, indexes, records, clock = systemClock, onProgress, batchSize = 500 } = options;
  const layouts = registryType.recordTypes.map((type) => tableLayout(registryType, type));
  database.exec('BEGIN');
  createDocumentTables(database, layouts);
  for (const layout of layouts) recreateDerivedTables(database, layout);
  const writers = new Map(layouts.map((layout) => [layout.recordType.name, new BulkWriter(database, layout)]));
  let count = 0;
  for await (const { recordType, record, consents = [] } of records) {
    const writer = writers.get(recordType);
    if (writer === undefined) throw unknownRecordType();
    if (!isJsonObject(record)) throw noRecord();
    for (const consent of consents) checkConsent(consent);
    count += 1;
    writer.write(count, record, consents, clock.now());
    if (count % batchSize > 0) continue;
    onProgress?.(count);
    await nextTurn();
  }
  if (count % batchSize > 0) onProgress?.(count);
  for (const layout of layouts) {
    writers.get(layout.recordType.name)?.finish();
    createIndexes(database, layout, indexes?.[layout.recordType.name]);
    storeFingerprint(database, layout);
    await nextTurn();
  }
  database.prepare('UPDATE record_store_change SET last = ?').run(count);
  database.exec('COMMIT');
  database.pragma('analysis_limit = 1000');
  database.exec('ANALYZE');
  return count;
}

/** For its owner only, since it holds personal data; nothing is undone or recovered, as the file is nobody's yet. */
function createFile(file: string): Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  const database = new SqliteDatabase(file);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('cache_size = -65536');
  return database;
}

function synchronize(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
