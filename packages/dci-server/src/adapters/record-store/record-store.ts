import type { Database } from 'better-sqlite3';
import type { Clock, JsonObject, Logger, RegistryType } from 'dci-core';
import type { RegistryAdapter } from '../adapter.ts';
import type { ConsentGrant, ConsentKey, ConsentRegister } from '../consent.ts';
import type { IdentifierKey, PutOptions, PutResult, RecordKeeper, WriteOptions } from '../record-keeping.ts';
import type { ChangeRetention } from './change-log.ts';
import type { CompoundIndexes } from './store-tables.ts';

/** Options of `recordStoreAdapter`. */
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
  /**
   * `off`: there is no change feed, and so no subscriptions; saves writing every record twice. Positions of an earlier
   * feed are of no use when it is on again. Absent: `feed`.
   */
  readonly changes?: 'feed' | 'off';
  /** How long the change feed keeps changes; absent: 30 days, at most 1,000,000. */
  readonly keepChanges?: ChangeRetention;
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
  delete(recordType: string, identifier: IdentifierKey, options?: WriteOptions): boolean;
  /** See {@link RecordStore.grantConsent}. */
  grantConsent(recordType: string, identifier: IdentifierKey, consent: ConsentGrant): boolean;
  /** See {@link RecordStore.revokeConsent}. */
  revokeConsent(recordType: string, identifier: IdentifierKey, consent: ConsentKey): boolean;
}

/**
 * A registry adapter that keeps the records itself, in SQLite: each as its JSON document, with its
 * searchable attributes in indexed columns beside it, its consents, and a log of its changes.
 */
export interface RecordStore extends RegistryAdapter, RecordKeeper, ConsentRegister {
  /**
   * Imports many records, in transactions of `batchSize`. Running an import again replaces the records
   * instead of doubling them, so one that was interrupted is simply repeated. What it inserts and changes is in the
   * change feed, unless `changes` is `none`.
   *
   * @param recordType - record type name
   * @param records - records in the registry's spelling; foreign ones go through `RecordType.read` first
   * @param options - progress, batch size, who is told, by which identifiers a record is recognised
   * @returns how many were inserted and replaced
   * @throws DciError as {@link RecordStore.put}; the batch with that record is not written, those before it are
   */
  import(
    recordType: string,
    records: Iterable<JsonObject> | AsyncIterable<JsonObject>,
    options?: ImportOptions,
  ): Promise<ImportResult>;
  /**
   * Runs several writes as one: all of them happen, or none when `work` throws.
   *
   * @param work - synchronous
   * @returns what `work` returns
   */
  transaction<T>(work: (transaction: RecordStoreTransaction) => T): Promise<T>;
  /**
   * Forgets the changes of the feed before a time. What is older than `keepChanges` goes by itself, when the store is
   * opened and about once an hour.
   *
   * @param before - unix milliseconds
   * @returns how many went
   */
  pruneChanges(before: number): Promise<number>;
  /** Lets SQLite learn how the values are distributed, for choosing indexes. An import does it by itself. */
  optimize(): Promise<void>;
  close(): Promise<void>;
}
