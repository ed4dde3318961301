/**
 * Runs PGlite, an embedded PostgreSQL, in a worker thread: each query blocks the event loop that it runs in for about a
 * millisecond, its start for seconds. The file that the worker thread of `openPglite` is started with.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { PgliteReply, PgliteRequest, PgliteStart } from './pglite-messages.ts';
import { createStartCache, type StartCache } from './start-cache.ts';

/** Grows with every change of the parameters below: what an earlier one made is not used. */
const formatVersion = 1;

/**
 * A process of its own would do this by itself; here the log would grow to a gigabyte of memory, and space is given
 * back only when it is asked for.
 */
const parameters = [
  'wal_level=minimal',
  'max_wal_senders=0',
  'min_wal_size=2MB',
  'max_wal_size=4MB',
  'full_page_writes=off',
  'synchronous_commit=off',
  'autovacuum=off',
  'shared_buffers=8MB',
  'jit=off',
].flatMap((setting) => ['-c', setting]);

const options = {
  startParams: [...PGlite.defaultStartParams, ...parameters],
  initDbStartParams: ['--wal-segsize=1'],
};

const start = workerData as PgliteStart;
const cache =
  start.cacheDirectory === undefined
    ? undefined
    : createStartCache(
        start.cacheDirectory,
        JSON.stringify([formatVersion, versionOf('@electric-sql/pglite'), versionOf('pg-boss'), options]),
      );

const { database, fromCache } = await open(cache);
say({ kind: 'ready', fromCache });
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: PgliteRequest) => {
  last = last.then(() => answer(request));
});

async function open(kept: StartCache | undefined): Promise<{ readonly database: PGlite; readonly fromCache: boolean }> {
  const bytes = kept?.take();
  if (bytes !== undefined) {
    try {
      const loadDataDir = new Blob([bytes], { type: 'application/x-gzip' });
      const loaded = await PGlite.create({ ...options, loadDataDir });
      await loaded.query('SELECT 1');
      kept?.putBack();
      return { database: loaded, fromCache: true };
    } catch {
      // Made anew below.
    }
  }
  return { database: await PGlite.create(options), fromCache: false };
}

async function answer(request: PgliteRequest): Promise<void> {
  const { id } = request;
  try {
    say({ kind: 'rows', id, rows: await rowsOf(request) });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown error';
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    say({ kind: 'failed', id, message, ...(code === undefined ? {} : { code }) });
  }
}

async function rowsOf(request: PgliteRequest): Promise<readonly unknown[]> {
  switch (request.kind) {
    case 'sql':
      return await run(request.text, request.values);
    case 'keep': {
      await database.exec('CHECKPOINT');
      cache?.write(new Uint8Array(await (await database.dumpDataDir('gzip')).arrayBuffer()));
      return [];
    }
    case 'house-keep':
      // Statements of their own: neither can run within a transaction.
      await database.exec(`VACUUM (ANALYZE) ${request.table}`);
      await database.exec('CHECKPOINT');
      return [];
  }
}

/** As pg-boss expects of a pool: several statements where there are no values, and no transaction left behind. */
async function run(text: string, values: readonly unknown[] | undefined): Promise<readonly unknown[]> {
  try {
    if (values !== undefined && values.length > 0) return (await database.query(text, [...values])).rows;
    return (await database.exec(text)).flatMap(({ rows }) => rows);
  } catch (error) {
    await database.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function say(reply: PgliteReply): void {
  parentPort?.postMessage(reply);
}

/** The version of an installed package, whose manifest its exports may hide. */
function versionOf(name: string): string {
  let directory = dirname(fileURLToPath(import.meta.resolve(name)));
  for (;;) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'name' in manifest && 'version' in manifest) {
        if (manifest.name === name) return String(manifest.version);
      }
    } catch {
      // No manifest here.
    }
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`the version of ${name} cannot be found`);
    directory = parent;
  }
}
