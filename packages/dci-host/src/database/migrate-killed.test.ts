import { expect, test } from 'vitest';
import { startProgram } from '../testing/child-process.fixtures.ts';
import { fixedClock } from '../testing/clock.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { migrate } from './migrate.ts';
import { openStateDatabase } from './open.ts';

// Fills a table for about as long as the test lets it: the process is killed inside the second step.
const slowStep = (rows: number): string => `
  CREATE TABLE filled (n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
  WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < ${rows})
    INSERT INTO filled SELECT n, hex(randomblob(200)) FROM counter;
  CREATE TABLE finished (n INTEGER) STRICT;`;

const program = (directory: string, rows: number): string => `
import { migrate } from 'SOURCES/database/migrate.ts';
import { openStateDatabase } from 'SOURCES/database/open.ts';
const database = openStateDatabase({ directory: ${JSON.stringify(directory)}, busyTimeoutMs: 1000, checkIntegrity: true });
const one = { id: 'x/0001-one', sqlite: 'CREATE TABLE one (n INTEGER) STRICT' };
migrate(database.durable, [{ owner: 'x', migrations: [one] }], Date);
console.log('first step done');
migrate(database.durable, [{ owner: 'x', migrations: [one, { id: 'x/0002-slow', sqlite: ${JSON.stringify(slowStep(rows))} }] }], Date);
console.log('second step done');
`;

test('a process killed inside a migration leaves whole steps only, and the next start finishes (CR8)', async () => {
  using directory = temporaryDirectory();
  {
    await using child = startProgram(directory.path, program(directory.path, 100_000_000));
    await child.says('first step done');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.process.kill('SIGKILL');
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(child.output().stdout).not.toContain('second step done');
  }

  const database = openStateDatabase({ directory: directory.path, busyTimeoutMs: 1000, checkIntegrity: true });
  try {
    const names = database.durable.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck();
    expect(names.all()).toEqual(['dci_migration', 'one']);
    const steps = [
      { id: 'x/0001-one', sqlite: 'CREATE TABLE one (n INTEGER) STRICT' },
      { id: 'x/0002-slow', sqlite: slowStep(10) },
    ];
    expect(migrate(database.durable, [{ owner: 'x', migrations: steps }], fixedClock(0))).toEqual(['x/0002-slow']);
    expect(names.all()).toEqual(['dci_migration', 'filled', 'finished', 'one']);
  } finally {
    database.close();
  }
});
