import SqliteDatabase, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixedClock } from '../testing/clock.ts';
import { type MigrationSet, migrate, pendingMigrations } from './migrate.ts';

const clock = fixedClock(1_000);
const one = { id: 'x/0001-one', sqlite: 'CREATE TABLE one (a INTEGER) STRICT' };
const two = { id: 'x/0002-two', sqlite: 'CREATE TABLE two (a INTEGER) STRICT; INSERT INTO two VALUES (1)' };
const other = { id: 'y/0001-one', sqlite: 'CREATE TABLE other (a INTEGER) STRICT' };
const set = (owner: string, ...migrations: MigrationSet['migrations']): MigrationSet => ({ owner, migrations });

let database: Database;
beforeEach(() => {
  database = new SqliteDatabase(':memory:');
});
afterEach(() => {
  database.close();
});

function tables(): readonly unknown[] {
  return database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
}

describe('migrate', () => {
  test('applies what is pending, in order, once', () => {
    expect(migrate(database, [set('x', one)], clock)).toEqual(['x/0001-one']);
    expect(migrate(database, [set('x', one, two), set('y', other)], clock)).toEqual(['x/0002-two', 'y/0001-one']);
    expect(migrate(database, [set('x', one, two), set('y', other)], clock)).toEqual([]);
    expect(tables()).toEqual(['dci_migration', 'one', 'other', 'two']);
  });

  test('a plug-in that joins later, or leaves, does not disturb the others', () => {
    migrate(database, [set('x', one), set('y', other)], clock);
    expect(migrate(database, [set('x', one, two)], clock)).toEqual(['x/0002-two']);
    expect(pendingMigrations(database, [set('y', other), set('x', one, two)])).toEqual([]);
  });

  test('a step that fails leaves nothing behind, and the next start goes on from there', () => {
    const broken = { id: two.id, sqlite: `${two.sqlite}; INSERT INTO missing VALUES (1)` };
    expect(() => migrate(database, [set('x', one, broken)], clock)).toThrow(
      /migration x\/0002-two failed: no such table/,
    );
    expect(tables()).toEqual(['dci_migration', 'one']);
    expect(migrate(database, [set('x', one, two)], clock)).toEqual(['x/0002-two']);
  });

  test('a step that ends its transaction is refused', () => {
    const ends = { id: one.id, sqlite: `${one.sqlite}; COMMIT` };
    expect(() => migrate(database, [set('x', ends)], clock)).toThrow(/ended the transaction/);
  });
});

describe('a schema that is not this host’s', () => {
  test.each<[string, MigrationSet, RegExp]>([
    ['a newer release', set('x', one), /used by a newer release: this host does not know its migration x\/0002-two/],
    ['a changed step', set('x', { ...one, sqlite: 'SELECT 1' }, two), /x\/0001-one has been changed or moved/],
    [
      'a step put before applied ones',
      set('x', { ...one, id: 'x/0000-new' }, one, two),
      /x\/0001-one has been changed/,
    ],
    ['another order', set('x', two, one), /x\/0001-one has been changed or moved/],
  ])('%s is refused', (_name, known, message) => {
    migrate(database, [set('x', one, two)], clock);
    for (const check of [() => pendingMigrations(database, [known]), () => migrate(database, [known], clock)]) {
      expect(check).toThrow(message);
      expect(check).toThrow(expect.objectContaining({ code: 'err.state.conflict' }));
    }
  });
});

describe('ids', () => {
  test.each<[string, readonly MigrationSet[]]>([
    ['of another owner', [set('y', one)]],
    ['without a name', [set('x', { ...one, id: 'x/' })]],
    ['that are there twice', [set('x', one, one)]],
  ])('%s are refused', (_name, sets) => {
    expect(() => migrate(database, sets, clock)).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid' }),
    );
  });
});
