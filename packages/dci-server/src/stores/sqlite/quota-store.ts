import type { Database } from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { QuotaStore } from '../ports.ts';
import { quotaUsageTable } from './tables.ts';

/**
 * The quota store in a SQLite state database.
 *
 * @param database - a migrated connection; `synchronous=NORMAL` is enough
 * @returns the store
 */
export function createSqliteQuotaStore(database: Database): QuotaStore {
  const queries = drizzle({ client: database });
  const selectUsage = queries.select().from(quotaUsageTable).prepare();
  // Prepared, since it runs once for every sender while requests wait.
  const insertUsage = queries
    .insert(quotaUsageTable)
    .values({
      senderId: sql.placeholder('senderId'),
      points: sql.placeholder('points'),
      expiresAt: sql.placeholder('expiresAt'),
    })
    .prepare();
  return {
    load: async () => selectUsage.all(),
    save: async (usage) =>
      queries.transaction(
        (transaction) => {
          transaction.delete(quotaUsageTable).run();
          for (const { senderId, points, expiresAt } of usage) insertUsage.run({ senderId, points, expiresAt });
        },
        { behavior: 'immediate' },
      ),
  };
}
