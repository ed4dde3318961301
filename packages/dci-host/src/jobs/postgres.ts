import type { QueueDatabase } from './pg-boss-queue.ts';

/**
 * Names a PostgreSQL database for pg-boss. Its schema belongs to one host: what an earlier process left there is
 * deleted at start, since the outbox knows it too.
 *
 * @param connectionString - `postgres://…`
 * @returns the database; it is connected to when pg-boss starts
 */
export function postgresDatabase(connectionString: string): QueueDatabase {
  return {
    options: { connectionString, max: 4 },
    async close() {
      // pg-boss closes its own connections.
    },
    broken: new Promise(() => {}),
  };
}
