/**
 * Runs pg-boss on PGlite, an embedded PostgreSQL, in a worker thread: loading both takes hundreds of milliseconds, the
 * start of PGlite seconds, and each query blocks the event loop that it runs in for about a millisecond. The file that the
 * worker thread of `createWorkerQueue` is started with.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createPgBossQueue } from './pg-boss-queue.ts';
import { openPglite } from './pglite.ts';
import { type QueueReply, type QueueRequest, type QueueStart, tellError } from './queue-messages.ts';

const { queues, cacheDirectory } = workerData as QueueStart;
/** Jobs in the hands of the main thread. */
const running = new Map<number, () => void>();
let lastId = 0;

const queue = createPgBossQueue({
  open: () => openPglite(cacheDirectory === undefined ? {} : { cacheDirectory }),
  onTrouble: (error) => say({ kind: 'trouble', error: tellError(error) }),
});

parentPort?.on('message', (request: QueueRequest) => {
  if (request.kind === 'send') {
    void send(request);
    return;
  }
  running.get(request.id)?.();
  running.delete(request.id);
});

try {
  await queue.start(
    queues.map((name) => ({ name, concurrency: Number.POSITIVE_INFINITY })),
    handle,
  );
  say({ kind: 'ready' });
  void queue.broken.then((error) => say({ kind: 'broken', error: tellError(error) }));
} catch (error) {
  say({ kind: 'failed', error: tellError(error) });
}

function handle(name: string, jobId: string): Promise<void> {
  return new Promise((resolve) => {
    lastId += 1;
    running.set(lastId, resolve);
    say({ kind: 'job', id: lastId, queue: name, jobId });
  });
}

async function send({ id, queue: name, jobIds }: Extract<QueueRequest, { kind: 'send' }>): Promise<void> {
  try {
    await queue.send(name, jobIds);
    say({ kind: 'sent', id });
  } catch (error) {
    say({ kind: 'not-sent', id, error: tellError(error) });
  }
}

function say(reply: QueueReply): void {
  parentPort?.postMessage(reply);
}
