import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { DciError } from 'dci-core';

/**
 * Makes a data directory, and those above it that are missing, with mode 0700.
 *
 * Not `mkdir` with `recursive`: that never returns below a directory which refuses new entries with ENOENT, as `/proc`
 * does.
 *
 * @param directory - absolute path; one that is there stays as it is
 * @throws DciError err.configuration.invalid when it cannot be made
 */
export function makeDataDirectory(directory: string): void {
  const missing: string[] = [];
  for (let path = directory; !existsSync(path) && path !== dirname(path); path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      // Another process may have made it in between.
      if (codeOf(error) === 'EEXIST' && existsSync(path)) continue;
      throw unusable(directory, 'made', error);
    }
  }
}

/**
 * Makes an empty file with mode 0600 in a data directory, unless it is there.
 *
 * @param path - absolute path
 * @throws DciError err.configuration.invalid when the directory takes no file
 */
export function makePrivateFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw unusable(dirname(path), 'written', error);
  }
}

/**
 * Takes a file of the host away from group and others: mode 0600, where it was wider.
 *
 * @param path - absolute path; nothing happens when there is no such file
 */
export function closeToOthers(path: string): void {
  if (isOpenToOthers(path)) chmodSync(path, 0o600);
}

/**
 * Tells whether group or others have any right to a file or directory.
 *
 * @param path - absolute path
 * @returns false also when nothing is there, and on Windows, whose rights a mode does not show
 */
export function isOpenToOthers(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && process.platform !== 'win32' && (found.mode & 0o077) !== 0;
}

function unusable(directory: string, what: 'made' | 'written', error: unknown): DciError {
  const message = `the data directory ${directory} cannot be ${what} (${codeOf(error)})`;
  return new DciError('err.configuration.invalid', message, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
