import type { Database } from 'better-sqlite3';
import type { ReplayStore } from '../ports.ts';

/** Rows deleted at a time: some milliseconds of work, so that no request waits for it. */
const pruneBatch = 2_000;

/**
 * The replay store in a SQLite state database.
 *
 * @param database - a migrated connection. `synchronous=NORMAL` is enough: a killed process loses no claim,
 *   a power cut only those of the last moments, whose signatures live five minutes (architecture.md, Speed).
 * @returns the store
 */
export function createSqliteReplayStore(database: Database): ReplayStore {
  // Hand-written and prepared: one insert on the way of every request. A drizzle query builds its SQL and its statement
  // anew each time unless it is prepared (measured, some 60 µs for a claim instead of 25), and prepared it gains
  // nothing here; the comparison of two columns below would be raw SQL in drizzle too.
  const insert = database.prepare<[string, string, number]>(
    'INSERT INTO dci_server_replay_claim (sender_id, message_id, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const prune = database.prepare<[number, number]>(
    `DELETE FROM dci_server_replay_claim WHERE (sender_id, message_id) IN
       (SELECT sender_id, message_id FROM dci_server_replay_claim WHERE expires_at < ? ORDER BY expires_at LIMIT ?)`,
  );
  return {
    claim: async ({ senderId, messageId, expiresAt }) => insert.run(senderId, messageId, expiresAt).changes === 1,
    prune: async (now) => prune.run(now, pruneBatch).changes,
  };
}
