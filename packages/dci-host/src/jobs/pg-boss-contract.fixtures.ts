/**
 * Runs the contract of queues on pg-boss as a program of its own: on PGlite in a cache directory, the first argument,
 * or on PostgreSQL, where the second names it. Here no test runner changes how packages and worker threads are loaded.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { testQueue } from '../testing/queue-contract.ts';
import { createPgBossQueue } from './pg-boss-queue.ts';
import { postgresDatabase } from './postgres.ts';
import { createWorkerQueue } from './worker-queue.ts';

const [cacheDirectory = '', connectionString] = process.argv.slice(2);
const onTrouble = () => {};
const runner = { describe, it, beforeAll: before, afterAll: after };

if (connectionString === undefined) {
  testQueue({ name: 'pg-boss on PGlite', create: () => createWorkerQueue({ cacheDirectory, onTrouble }), runner });
} else {
  const schema = `dci_test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const open = async () => postgresDatabase(connectionString);
  after(async () => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.end();
  });
  testQueue({
    name: 'pg-boss on PostgreSQL',
    create: () => createPgBossQueue({ open, schema, onTrouble }),
    runner,
  });
}
