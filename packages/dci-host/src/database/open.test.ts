import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { type OpenedStateDatabase, openStateDatabase, stateFileName } from './open.ts';

function opened(directory: string, use: (database: OpenedStateDatabase) => void): void {
  const database = openStateDatabase({ directory, busyTimeoutMs: 100, checkIntegrity: true });
  try {
    use(database);
  } finally {
    database.close();
  }
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('openStateDatabase', () => {
  test('makes directory and files that nobody else can read', () => {
    using parent = temporaryDirectory();
    const directory = join(parent.path, 'deep', 'data');
    opened(directory, ({ durable }) => {
      durable.exec('CREATE TABLE x (a INTEGER)');
      expect(modeOf(directory)).toBe(0o700);
      for (const suffix of ['', '-wal', '-shm']) expect(modeOf(join(directory, stateFileName + suffix))).toBe(0o600);
    });
    chmodSync(join(directory, stateFileName), 0o644);
    opened(directory, () => expect(modeOf(join(directory, stateFileName))).toBe(0o600));
  });

  test('gives two connections with the settings that promises rest on', () => {
    using directory = temporaryDirectory();
    opened(directory.path, ({ durable, relaxed }) => {
      for (const [connection, synchronous] of [
        [durable, 2],
        [relaxed, 1],
      ] as const) {
        expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
        expect(connection.pragma('synchronous', { simple: true })).toBe(synchronous);
        expect(connection.pragma('foreign_keys', { simple: true })).toBe(1);
      }
      durable.exec('CREATE TABLE parent (a INTEGER PRIMARY KEY); CREATE TABLE child (a REFERENCES parent)');
      expect(() => relaxed.exec('INSERT INTO child VALUES (1)')).toThrow(/FOREIGN KEY/);
    });
  });

  test('a clean stop leaves one file, an unclean one the mark of it', () => {
    using directory = temporaryDirectory();
    opened(directory.path, (database) => {
      expect(database.isMarkedInUse()).toBe(false);
      database.markInUse();
    });
    opened(directory.path, (database) => {
      expect(database.isMarkedInUse()).toBe(true);
      database.durable.exec('CREATE TABLE x (a INTEGER)');
      database.markClosed();
    });
    expect(existsSync(join(directory.path, `${stateFileName}-wal`))).toBe(false);
    opened(directory.path, (database) => expect(database.isMarkedInUse()).toBe(false));
  });

  test('another process waits for a write lock only as long as it was told', () => {
    using directory = temporaryDirectory();
    opened(directory.path, (first) => {
      opened(directory.path, (second) => {
        first.durable.exec('CREATE TABLE x (a INTEGER); BEGIN IMMEDIATE');
        const started = performance.now();
        expect(() => second.durable.exec('INSERT INTO x VALUES (1)')).toThrow(
          expect.objectContaining({ code: 'SQLITE_BUSY' }),
        );
        expect(performance.now() - started).toBeLessThan(2000);
        first.durable.exec('COMMIT');
        second.durable.exec('INSERT INTO x VALUES (1)');
      });
    });
  });
});

describe('a file that is not fit (DB6)', () => {
  const refusal = (message: RegExp) =>
    expect.objectContaining({ code: 'err.state.conflict', message: expect.stringMatching(message) });

  test('text is refused', () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, stateFileName), 'no database, but long enough to look like one'.repeat(100));
    expect(() => opened(directory.path, () => {})).toThrow(refusal(/damaged; restore it from a backup/));
  });

  test('another program’s database is refused', () => {
    using directory = temporaryDirectory();
    const foreign = new SqliteDatabase(join(directory.path, stateFileName));
    foreign.exec('CREATE TABLE theirs (a INTEGER)');
    foreign.close();
    expect(() => opened(directory.path, () => {})).toThrow(refusal(/another program/));
  });

  test('a damaged page is refused', () => {
    using directory = temporaryDirectory();
    opened(directory.path, ({ durable }) => {
      durable.exec('CREATE TABLE x (a TEXT); CREATE INDEX x_a ON x (a)');
      const insert = durable.prepare('INSERT INTO x VALUES (?)');
      durable.transaction(() => {
        for (let count = 0; count < 2000; count += 1) insert.run(`row number ${count} with some text`);
      })();
    });
    const path = join(directory.path, stateFileName);
    const bytes = readFileSync(path);
    const pageSize = bytes.readUInt16BE(16);
    bytes.fill(0xff, pageSize * 5, pageSize * 6);
    writeFileSync(path, bytes);
    expect(() => opened(directory.path, () => {})).toThrow(refusal(/damaged/));
  });
});
