import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { DciError } from 'dci-core';
import { closeToOthers, makeDataDirectory, makePrivateFile } from './data-directory.ts';
import { storageFault } from './storage-error.ts';

const lockFileName = 'host.lock';
/** Apart from the lock file, which nothing but SQLite may open while it is locked. */
const ownerFileName = 'host.pid';

/** A held lock on a data directory. */
export interface DirectoryLock {
  /** Gives the directory free. Releasing twice does no harm. */
  release(): void;
}

/**
 * Takes the lock that lets one host at a time use a data directory (reliability.md CR4).
 *
 * It is a lock of the operating system, held through an open exclusive SQLite transaction on a file of its own: it
 * ends with the process however that ends, so a lock is never stale.
 *
 * @param directory - the data directory, absolute; made with mode 0700 when it is not there
 * @param processId - written beside the lock for the message of a second host
 * @returns the lock
 * @throws DciError err.state.conflict when a host, in this process or another, holds it; the text names its process
 * id where known; err.configuration.invalid when the directory can be neither made nor written
 */
export function lockDirectory(directory: string, processId: number): DirectoryLock {
  const lock = tryLockDirectory(directory, processId);
  if (lock !== undefined) return lock;
  const owner = readOwner(directory);
  const named = owner === undefined ? '' : ` (process ${owner})`;
  throw new DciError('err.state.conflict', `another host${named} is using the data directory ${directory}`);
}

/**
 * As {@link lockDirectory}, but a held lock is an answer.
 *
 * @param directory - the data directory, absolute
 * @param processId - written beside the lock
 * @returns the lock, or `undefined` when a host holds it
 */
export function tryLockDirectory(directory: string, processId: number): DirectoryLock | undefined {
  makeDataDirectory(directory);
  const path = join(directory, lockFileName);
  // Never opened here when it exists: closing that descriptor would drop the lock of a host in this same process.
  makePrivateFile(path);
  const database = new SqliteDatabase(path, { timeout: 0 });
  try {
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (storageFault(error) === 'busy') return undefined;
    throw error;
  }
  writeFileSync(join(directory, ownerFileName), `${processId}\n`, { mode: 0o600 });
  for (const name of [lockFileName, ownerFileName]) closeToOthers(join(directory, name));
  return {
    release() {
      if (!database.open) return;
      rmSync(join(directory, ownerFileName), { force: true });
      database.close();
    },
  };
}

function readOwner(directory: string): string | undefined {
  try {
    return /^\d+$/m.exec(readFileSync(join(directory, ownerFileName), 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}
