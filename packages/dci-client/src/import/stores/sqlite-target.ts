import type { RowValue } from 'dci-core';
import type { ImportTarget } from '../import-target.ts';
import type { SqlDialect } from './sql.ts';
import { sqlImportRows } from './sql-rows.ts';

/** What of a better-sqlite3 database is used. */
export interface SqliteConnection {
  prepare(text: string): {
    readonly reader: boolean;
    all(...values: unknown[]): unknown[];
    run(...values: unknown[]): unknown;
  };
}

const sqlite: SqlDialect = { placeholder: () => '?', same: 'IS', different: 'IS NOT' };

/**
 * Imports into SQLite. Give it a connection of its own: a transaction lasts over several turns of the event loop, and what
 * others do on the same connection meanwhile would be part of it. Truth values are stored as 1 and 0, dates as RFC 3339.
 *
 * @param connection - a `Database` of better-sqlite3
 * @returns the target; its transactions run one after the other
 */
export function sqliteImportTarget(connection: SqliteConnection): ImportTarget {
  const statements = new Map<string, ReturnType<SqliteConnection['prepare']>>();
  const run = (text: string, values: readonly RowValue[]): readonly Record<string, unknown>[] => {
    let statement = statements.get(text);
    if (statement === undefined) {
      statement = connection.prepare(text);
      statements.set(text, statement);
    }
    const bound = values.map(toSqlite);
    if (statement.reader) return statement.all(...bound) as Record<string, unknown>[];
    statement.run(...bound);
    return [];
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    transaction(work, { rollback = false } = {}) {
      const turn = last.then(async () => {
        // Others that write wait from the start, so that nothing changes between reading and writing.
        run('BEGIN IMMEDIATE', []);
        let isDone = false;
        try {
          const rows = sqlImportRows(
            sqlite,
            async ({ text, values }) => run(text, values),
            async () => undefined,
          );
          const result = await work(rows);
          isDone = !rollback;
          return result;
        } finally {
          run(isDone ? 'COMMIT' : 'ROLLBACK', []);
        }
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function toSqlite(value: RowValue): RowValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof Date ? value.toISOString() : value;
}
