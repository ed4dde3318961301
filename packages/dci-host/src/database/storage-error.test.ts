import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { storageFault } from './storage-error.ts';

test.each([
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_BUSY_SNAPSHOT', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR_FSYNC', 'fatal'],
  ['SQLITE_IOERR_WRITE', 'fatal'],
  ['SQLITE_CORRUPT_INDEX', 'fatal'],
  ['SQLITE_NOTADB', 'fatal'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'other'],
])('%s is %s', (code, fault) => {
  expect(storageFault(new SqliteDatabase.SqliteError('text', code))).toBe(fault);
});

test('other errors are not from SQLite', () => {
  expect(storageFault(new Error('SQLITE_BUSY'))).toBeUndefined();
  expect(storageFault('SQLITE_BUSY')).toBeUndefined();
  expect(storageFault(undefined)).toBeUndefined();
});

test('an error that SQLite raises itself is recognised', () => {
  const database = new SqliteDatabase(':memory:');
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE x (a TEXT)');
  const fill = () => database.exec('INSERT INTO x VALUES (zeroblob(100000))');
  let thrown: unknown;
  try {
    fill();
  } catch (error) {
    thrown = error;
  }
  expect(storageFault(thrown)).toBe('full');
  database.close();
});
