import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import type { QueueDatabase } from './pg-boss-queue.ts';
import { createStartCache, type StartCache } from './start-cache.ts';

/** How {@link openPglite} opens. */
export interface PgliteOptions {
  /** Where a start that has been made once is kept; absent: it is made anew each time. */
  readonly cacheDirectory?: string;
  /** Schema of pg-boss's tables. Default `pgboss`. */
  readonly schema?: string;
}

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

/**
 * Opens an in-memory PGlite in this thread, which it blocks for as long as it works: a thread of its own should run it.
 *
 * @param where - where its start is cached
 * @returns the database, up
 * @throws Error when it does not come up
 */
export async function openPglite(where: PgliteOptions = {}): Promise<QueueDatabase> {
  const { cacheDirectory, schema = 'pgboss' } = where;
  const version = [formatVersion, versionOf('@electric-sql/pglite'), versionOf('pg-boss'), options];
  const cache = cacheDirectory === undefined ? undefined : createStartCache(cacheDirectory, JSON.stringify(version));
  const { database, fromCache } = await open(cache);
  // One after another, as over one connection: pg-boss sends transactions as one text.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    options: {
      backend: 'pglite',
      db: { executeSql: async (text, values) => ({ rows: [...(await inTurn(() => run(database, text, values)))] }) },
    },
    onSchemaReady() {
      if (fromCache || cache === undefined) return;
      inTurn(async () => {
        await database.exec('CHECKPOINT');
        cache.write(new Uint8Array(await (await database.dumpDataDir('gzip')).arrayBuffer()));
      }).catch(() => undefined);
    },
    houseKeep: () =>
      inTurn(async () => {
        // Statements of their own: neither can run within a transaction.
        await database.exec(`VACUUM (ANALYZE) ${schema}.job_common`);
        await database.exec('CHECKPOINT');
      }),
    async close() {
      await database.close();
    },
    broken: new Promise(() => {}),
  };
}

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

/** As pg-boss expects of a pool: several statements where there are no values, and no transaction left behind. */
async function run(
  database: PGlite,
  text: string,
  values: readonly unknown[] | undefined,
): Promise<readonly unknown[]> {
  try {
    if (values !== undefined && values.length > 0) return (await database.query(text, [...values])).rows;
    return (await database.exec(text)).flatMap(({ rows }) => rows);
  } catch (error) {
    await database.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
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
