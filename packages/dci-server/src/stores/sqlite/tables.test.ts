import SqliteDatabase, { type Database } from 'better-sqlite3';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrations } from './migrations.ts';
import * as tables from './tables.ts';

/** Tables that only hand-written SQL uses, so that drizzle does not know them. */
const withoutDefinition = ['dci_server_replay_claim', ...tablesOf(migrations.slice(3))];

const definitions = Object.values(tables).map((table) => getTableConfig(table));

/** @returns the tables that migrations make, by their text; all but the first three are made for hand-written SQL */
function tablesOf(list: typeof migrations): readonly string[] {
  return list.flatMap(({ sqlite }) => [...sqlite.matchAll(/CREATE TABLE (\w+)/g)].map(([, name = '']) => name));
}

/** A column as both sides describe it. */
interface ColumnDescription {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** Place in the primary key, from 1; 0 outside it. */
  readonly keyPosition: number;
}

let database: Database;
beforeAll(() => {
  database = new SqliteDatabase(':memory:');
  for (const { sqlite } of migrations) database.exec(sqlite);
});
afterAll(() => {
  database.close();
});

function migratedColumns(table: string): readonly ColumnDescription[] {
  const rows = database.pragma(`table_info(${table})`) as readonly {
    readonly name: string;
    readonly type: string;
    readonly notnull: number;
    readonly pk: number;
  }[];
  const keyLength = rows.filter(({ pk }) => pk > 0).length;
  return rows.map(({ name, type, notnull, pk }) => {
    // SQLite reports such a key as nullable, yet it is the row's number and never null.
    const isRowNumber = type === 'INTEGER' && pk === 1 && keyLength === 1;
    return { name, type, nullable: notnull === 0 && !isRowNumber, keyPosition: pk };
  });
}

function definedColumns({ columns, primaryKeys }: ReturnType<typeof getTableConfig>): readonly ColumnDescription[] {
  const keys = [
    ...columns.filter(({ primary }) => primary).map(({ name }) => [name]),
    ...primaryKeys.map((key) => key.columns.map(({ name }) => name)),
  ];
  expect(keys, 'a table has one primary key').toHaveLength(1);
  return columns.map((column) => ({
    name: column.name,
    type: column.getSQLType().toUpperCase(),
    nullable: !column.notNull,
    keyPosition: (keys[0]?.indexOf(column.name) ?? -1) + 1,
  }));
}

describe('the definitions of the tables', () => {
  test('are of all migrated tables', () => {
    const migrated = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all();
    expect([...definitions.map(({ name }) => name), ...withoutDefinition].sort()).toEqual(migrated);
  });

  test.each(definitions.map((definition) => [definition.name, definition] as const))(
    '%s has the columns, types, nullability and primary key of its migration',
    (name, definition) => {
      expect(definedColumns(definition)).toEqual(migratedColumns(name));
    },
  );
});
