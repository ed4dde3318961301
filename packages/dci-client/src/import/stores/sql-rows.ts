import { DciError, type Row, type RowValue } from 'dci-core';
import type { ColumnChange, ImportRows, RowKey } from '../import-target.ts';
import {
  compareStatement,
  deleteStatement,
  findStatement,
  insertStatement,
  type SqlDialect,
  type Statement,
  updateStatement,
  valueStatement,
} from './sql.ts';

/** Runs a statement and gives its rows. */
export type RunStatement = (statement: Statement) => Promise<readonly Record<string, unknown>[]>;

/**
 * Makes the tables of an import out of what runs a statement.
 *
 * @param sql - placeholders and comparisons of the database
 * @param run - runs a statement inside of the transaction
 * @param lock - takes a lock until the transaction ends
 * @returns the tables
 */
export function sqlImportRows(sql: SqlDialect, run: RunStatement, lock: ImportRows['lock']): ImportRows {
  let savepoints = 0;
  const plain = (text: string): Promise<unknown> => run({ text, values: [] });
  return {
    lock,
    find: async (table, column, values, limit) =>
      (await run(findStatement(sql, table, column, values, limit))).map(({ found }) => asKey(found)),
    value: async (table, keyColumn, key, column) => {
      const [row] = await run(valueStatement(sql, table, keyColumn, key, column));
      return row === undefined ? undefined : asValue(row.found);
    },
    compare: async (table, keyColumn, key, values) => {
      const [row] = await run(compareStatement(sql, table, keyColumn, key, values));
      return row === undefined ? {} : differences(row, values);
    },
    insert: async (table, keyColumn, values) => {
      const [row] = await run(insertStatement(sql, table, keyColumn, values));
      return asKey(row?.key);
    },
    update: async (table, keyColumn, key, values) =>
      void (await run(updateStatement(sql, table, keyColumn, key, values))),
    delete: async (table, keyColumn, key) => void (await run(deleteStatement(sql, table, keyColumn, key))),
    async savepoint(work) {
      savepoints += 1;
      const name = `dci_import_${savepoints}`;
      await plain(`SAVEPOINT ${name}`);
      try {
        const result = await work();
        await plain(`RELEASE SAVEPOINT ${name}`);
        return result;
      } catch (error) {
        await plain(`ROLLBACK TO SAVEPOINT ${name}`);
        await plain(`RELEASE SAVEPOINT ${name}`);
        throw error;
      }
    },
  };
}

function differences(row: Record<string, unknown>, values: Row): Readonly<Record<string, ColumnChange>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([column, after], index) => {
      const differs = row[`d${index}`];
      return differs === true || differs === 1 || differs === 1n
        ? [[column, { before: asValue(row[`b${index}`]), after: after ?? null }]]
        : [];
    }),
  );
}

function asKey(value: unknown): RowKey {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  throw new DciError('err.internal', 'The database gave a key that is neither a number nor a text.');
}

function asValue(value: unknown): RowValue {
  if (value === undefined || value === null || value instanceof Date) return value ?? null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as RowValue);
}
