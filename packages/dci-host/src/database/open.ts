import { statSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { DciError } from 'dci-core';
import { closeToOthers, makeDataDirectory, makePrivateFile } from './data-directory.ts';
import { createGroupCommit } from './group-commit.ts';
import type { StateDatabase } from './state-database.ts';
import { storageFault } from './storage-error.ts';

/** Name of the state database inside the data directory. */
export const stateFileName = 'state.sqlite';

/** "DCI1": marks a SQLite file as a state database of this project. */
const applicationId = 0x44434931;

/** A file up to this size is checked at every start, a larger one only when the last host did not stop cleanly. */
const alwaysCheckedBytes = 64 * 1024 * 1024;

/** How {@link openStateDatabase} opens. */
export interface OpenOptions {
  /** The data directory, absolute; it is made with mode 0700 when it is not there. */
  readonly directory: string;
  /** How long a statement waits for another process's write lock, in milliseconds. It blocks the event loop. */
  readonly busyTimeoutMs: number;
  /** True: the file is checked for damage where that is due; for the host, which has the file to itself. */
  readonly checkIntegrity: boolean;
}

/** An open state database and how to close it. */
export interface OpenedStateDatabase extends StateDatabase {
  /** True while the process that uses the state has not closed it; a killed host leaves it true. */
  isMarkedInUse(): boolean;
  /** Notes that a host begins to use the state. */
  markInUse(): void;
  /** Notes a clean stop and moves the write-ahead log into the file. */
  markClosed(): void;
  /** Closes both connections. Closing twice does no harm. */
  close(): void;
}

/**
 * Opens the SQLite state database of a data directory with its two connections.
 *
 * The file has mode 0600 (SQLite gives new `-wal` and `-shm` files the same). The settings that promises rest on are
 * read back, and a file that is damaged or not ours is refused (reliability.md DB6).
 *
 * @param options - directory, waiting time, checks
 * @returns the open database
 * @throws DciError err.state.conflict when the file is damaged, is another program's, or cannot keep a write-ahead log;
 * err.configuration.invalid when the directory can be neither made nor written
 */
export function openStateDatabase(options: OpenOptions): OpenedStateDatabase {
  const path = join(options.directory, stateFileName);
  prepareFiles(options.directory, path);
  const connections: Database[] = [];
  try {
    const durable = connect(path, 'FULL', options.busyTimeoutMs, connections);
    const relaxed = connect(path, 'NORMAL', options.busyTimeoutMs, connections);
    checkOwner(durable, path);
    const database = new SqliteStateDatabase(durable, relaxed);
    const isDue = database.isMarkedInUse() || statSync(path).size <= alwaysCheckedBytes;
    if (options.checkIntegrity && isDue) checkIntegrity(durable, path);
    return database;
  } catch (error) {
    for (const connection of connections) connection.close();
    throw storageFault(error) === 'fatal' ? damaged(path, error) : error;
  }
}

class SqliteStateDatabase implements OpenedStateDatabase {
  readonly kind = 'sqlite';
  readonly durable: Database;
  readonly relaxed: Database;
  readonly commit: StateDatabase['commit'];

  constructor(durable: Database, relaxed: Database) {
    this.durable = durable;
    this.relaxed = relaxed;
    this.commit = createGroupCommit(durable);
  }

  isMarkedInUse(): boolean {
    return this.durable.pragma('user_version', { simple: true }) === 1;
  }

  markInUse(): void {
    this.durable.pragma('user_version = 1');
  }

  markClosed(): void {
    this.durable.pragma('user_version = 0');
    this.durable.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.relaxed.close();
    this.durable.close();
  }
}

function prepareFiles(directory: string, path: string): void {
  makeDataDirectory(directory);
  makePrivateFile(path);
  // The last two are there already when a host was killed.
  for (const suffix of ['', '-wal', '-shm']) closeToOthers(path + suffix);
}

function connect(path: string, synchronous: 'FULL' | 'NORMAL', busyTimeoutMs: number, opened: Database[]): Database {
  const database = new SqliteDatabase(path, { timeout: busyTimeoutMs, fileMustExist: true });
  opened.push(database);
  const journal = database.pragma('journal_mode = WAL', { simple: true });
  database.pragma(`synchronous = ${synchronous}`);
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
  const level = database.pragma('synchronous', { simple: true });
  if (journal !== 'wal' || level !== (synchronous === 'FULL' ? 2 : 1)) {
    throw new DciError('err.state.conflict', `${path} cannot keep a write-ahead log here; use a local disk`);
  }
  return database;
}

function checkOwner(database: Database, path: string): void {
  const id = database.pragma('application_id', { simple: true });
  if (id === applicationId) return;
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (id !== 0 || tables !== 0) throw new DciError('err.state.conflict', `${path} is a database of another program`);
  database.pragma(`application_id = ${applicationId}`);
}

function checkIntegrity(database: Database, path: string): void {
  if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw damaged(path);
}

function damaged(path: string, cause?: unknown): DciError {
  return new DciError('err.state.conflict', `${path} is damaged; restore it from a backup`, { cause });
}
