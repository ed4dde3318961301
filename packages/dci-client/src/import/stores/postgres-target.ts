import type { RowValue } from 'dci-core';
import type { ImportTarget } from '../import-target.ts';
import type { SqlDialect } from './sql.ts';
import { sqlImportRows } from './sql-rows.ts';

/** What of a client of `pg` is used. */
export interface PostgresConnection {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
  /** Gives a client back to its pool; an error makes the pool drop it. */
  release?(error?: Error | boolean): void;
}

/** What of a `Pool` of `pg` is used. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
}

const postgres: SqlDialect = {
  placeholder: (position) => `$${position}`,
  same: 'IS NOT DISTINCT FROM',
  different: 'IS DISTINCT FROM',
};

/** First half of the keys of our advisory locks. */
const LOCK_SPACE = 0x64_63_69;

/**
 * Imports into PostgreSQL. Two imports of one registrant at the same time come one after the other, also from different
 * processes.
 *
 * @param pool - a `Pool` of `pg`
 * @returns the target
 */
export function postgresImportTarget(pool: PostgresPool): ImportTarget {
  return {
    async transaction(work, { rollback = false } = {}) {
      const connection = await pool.connect();
      let fault: Error | undefined;
      try {
        await connection.query('BEGIN');
        const rows = sqlImportRows(
          postgres,
          async ({ text, values }) => {
            const { rows: found } = await connection.query(text, values.map(toPostgres));
            return found as Record<string, unknown>[];
          },
          async (name) => {
            await connection.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK_SPACE, name]);
          },
        );
        const result = await work(rows);
        await connection.query(rollback ? 'ROLLBACK' : 'COMMIT');
        return result;
      } catch (error) {
        await connection.query('ROLLBACK').catch((other: unknown) => {
          fault = other instanceof Error ? other : new Error('the transaction could not be undone');
        });
        throw error;
      } finally {
        connection.release?.(fault);
      }
    },
  };
}

function toPostgres(value: RowValue): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
