import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts';
import { type OpenedStateDatabase, openStateDatabase, stateFileName } from './open.ts';

let directory: TemporaryDirectory;
let database: OpenedStateDatabase;
beforeEach(() => {
  directory = temporaryDirectory();
  database = openStateDatabase({ directory: directory.path, busyTimeoutMs: 50, checkIntegrity: false });
  database.durable.exec(`CREATE TABLE item (n INTEGER PRIMARY KEY);
    CREATE TABLE parent (n INTEGER PRIMARY KEY);
    CREATE TABLE child (n INTEGER REFERENCES parent (n) DEFERRABLE INITIALLY DEFERRED);`);
});
afterEach(() => {
  database.close();
  directory.remove();
});

const add = (n: number) =>
  database.commit(() => database.durable.prepare('INSERT INTO item VALUES (?)').run(n).changes);
const items = () => database.relaxed.prepare('SELECT n FROM item ORDER BY n').pluck().all();
/** Transactions in the write-ahead log, each of which was one fsync: the last frame of one tells the file's size. */
function committed(): number {
  const log = readFileSync(join(directory.path, `${stateFileName}-wal`));
  const frameSize = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at < log.length; at += frameSize) if (log.readUInt32BE(at + 4) > 0) commits += 1;
  return commits;
}

describe('group commit', () => {
  test('works of one turn share a transaction, and each gets its own result', async () => {
    const before = committed();
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => add(n)));
    expect(results).toEqual(Array.from({ length: 50 }, () => 1));
    expect(items()).toHaveLength(50);
    expect(committed() - before).toBe(1);
    await add(100);
    await add(101);
    expect(committed() - before).toBe(3);
  });

  test('one that throws undoes itself only', async () => {
    const [first, second, third] = await Promise.allSettled([
      add(1),
      database.commit(() => {
        database.durable.exec('INSERT INTO item VALUES (2)');
        throw new Error('of the work');
      }),
      add(3),
    ]);
    expect([first.status, third.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(second).toMatchObject({ status: 'rejected', reason: { message: 'of the work' } });
    expect(items()).toEqual([1, 3]);
    await expect(add(1)).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    expect(await add(4)).toBe(1);
  });

  test('a commit that fails rejects all, and nothing of them is there', async () => {
    const results = await Promise.allSettled([
      add(1),
      database.commit(() => database.durable.exec('INSERT INTO child VALUES (7)')),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } });
    }
    expect(items()).toEqual([]);
    expect(await add(1)).toBe(1);
  });

  test('another process’s lock rejects all', async () => {
    const other = openStateDatabase({ directory: directory.path, busyTimeoutMs: 50, checkIntegrity: false });
    try {
      other.durable.exec('BEGIN IMMEDIATE');
      const results = await Promise.allSettled([add(1), add(2)]);
      for (const result of results)
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_BUSY' } });
      other.durable.exec('COMMIT');
      expect(await add(3)).toBe(1);
      expect(items()).toEqual([3]);
    } finally {
      other.close();
    }
  });

  test('nothing has happened before the promise resolves', async () => {
    const waiting = add(1);
    expect(items()).toEqual([]);
    await waiting;
    expect(items()).toEqual([1]);
  });
});
