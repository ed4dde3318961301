import { Worker } from 'node:worker_threads';
import type { QueueDatabase } from './pg-boss-queue.ts';
import type { PgliteReply, PgliteRequest, PgliteStart } from './pglite-messages.ts';

/** How {@link openPglite} opens. */
export interface PgliteOptions extends PgliteStart {
  /** Schema of pg-boss's tables. Default `pgboss`. */
  readonly schema?: string;
}

interface Waiting {
  resolve(rows: readonly unknown[]): void;
  reject(error: Error): void;
}

type Question = PgliteRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'id'> : never) : never;

/** The source where it is run as it stands, else what was built of it. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './pglite-worker.ts' : './pglite-worker.js',
  import.meta.url,
);

/**
 * Opens an in-memory PGlite in a worker thread. It holds nothing that is not in the outbox too: it ends with the
 * process, and is not kept from ending by it.
 *
 * @param options - where its start is cached
 * @returns the database, up
 * @throws Error when it does not come up
 */
export async function openPglite(options: PgliteOptions = {}): Promise<QueueDatabase> {
  const { schema = 'pgboss', ...start } = options;
  const worker = new Worker(workerFile, { workerData: start, stdout: true, stderr: true });
  worker.unref();
  const waiting = new Map<number, Waiting>();
  const ready = Promise.withResolvers<{ readonly fromCache: boolean }>();
  const broken = Promise.withResolvers<Error>();
  let lastId = 0;
  let isOpen = true;
  let isClosed = false;

  const onEnd = (error: Error): void => {
    isOpen = false;
    ready.reject(error);
    if (!isClosed) broken.resolve(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', (error) => onEnd(error instanceof Error ? error : new Error('the embedded database failed')));
  worker.on('exit', () => onEnd(new Error('the embedded database ended')));
  worker.on('message', (reply: PgliteReply) => {
    if (reply.kind === 'ready') {
      ready.resolve(reply);
      return;
    }
    const asker = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.kind === 'rows') asker?.resolve(reply.rows);
    else asker?.reject(Object.assign(new Error(reply.message), { code: reply.code }));
  });

  const ask = (question: Question): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      if (!isOpen) {
        reject(new Error('the embedded database has ended'));
        return;
      }
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      worker.postMessage({ ...question, id: lastId } satisfies PgliteRequest);
    });

  const { fromCache } = await ready.promise;
  return {
    options: {
      backend: 'pglite',
      db: {
        executeSql: async (text, values) => ({
          rows: [...(await ask({ kind: 'sql', text, ...(values === undefined ? {} : { values }) }))],
        }),
      },
    },
    onSchemaReady() {
      if (!fromCache && start.cacheDirectory !== undefined) ask({ kind: 'keep' }).catch(() => undefined);
    },
    async houseKeep() {
      await ask({ kind: 'house-keep', table: `${schema}.job_common` });
    },
    async close() {
      isOpen = false;
      isClosed = true;
      await worker.terminate();
    },
    broken: broken.promise,
  };
}
