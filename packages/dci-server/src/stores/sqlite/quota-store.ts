import type { Database } from 'better-sqlite3';
import type { QuotaStore, QuotaUsage } from '../ports.ts';

/**
 * The quota store in a SQLite state database.
 *
 * @param database - a migrated connection; `synchronous=NORMAL` is enough
 * @returns the store
 */
export function createSqliteQuotaStore(database: Database): QuotaStore {
  const select = database.prepare<[], { sender_id: string; points: number; expires_at: number }>(
    'SELECT sender_id, points, expires_at FROM dci_server_quota_usage',
  );
  const clear = database.prepare('DELETE FROM dci_server_quota_usage');
  const insert = database.prepare<[string, number, number]>(
    'INSERT INTO dci_server_quota_usage (sender_id, points, expires_at) VALUES (?, ?, ?)',
  );
  const save = database.transaction((usage: readonly QuotaUsage[]) => {
    clear.run();
    for (const { senderId, points, expiresAt } of usage) insert.run(senderId, points, expiresAt);
  });
  return {
    load: async () =>
      select.all().map((row) => ({ senderId: row.sender_id, points: row.points, expiresAt: row.expires_at })),
    save: async (usage) => save.immediate(usage),
  };
}
