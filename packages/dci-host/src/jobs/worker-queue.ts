import { Worker } from 'node:worker_threads';
import { HandOut } from './hand-out.ts';
import type { Queue, QueueHandler, QueueSettings } from './queue.ts';
import { type QueueReply, type QueueRequest, type QueueStart, readError } from './queue-messages.ts';

/** What {@link createWorkerQueue} works with. */
export interface WorkerQueueOptions extends Pick<QueueStart, 'cacheDirectory'> {
  /** Is told what failed and will be done again. */
  onTrouble(error: Error): void;
}

/** The source where it is run as it stands, else what was built of it. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './queue-worker.ts' : './queue-worker.js',
  import.meta.url,
);

/**
 * Makes a queue in a worker thread: pg-boss on an in-memory PGlite. The main thread only exchanges ids of jobs with it. It
 * holds nothing that is not in the outbox too: it ends with the process, and does not keep the process from ending.
 *
 * @param options - where its start is cached
 * @returns the queue
 */
export function createWorkerQueue(options: WorkerQueueOptions): Queue {
  return new WorkerQueue(options);
}

interface HandedOut {
  readonly id: number;
  readonly jobId: string;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

class WorkerQueue implements Queue {
  readonly broken: Promise<Error>;
  readonly #options: WorkerQueueOptions;
  readonly #break: (error: Error) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #handOuts = new Map<string, HandOut<HandedOut>>();
  #worker: Worker | undefined;
  #lastId = 0;
  #stopped = false;

  constructor(options: WorkerQueueOptions) {
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.#options = options;
    this.broken = promise;
    this.#break = resolve;
  }

  async start(queues: readonly QueueSettings[], handle: QueueHandler): Promise<void> {
    const { cacheDirectory } = this.#options;
    for (const { name, concurrency } of queues) {
      this.#handOuts.set(name, new HandOut(concurrency, ({ id, jobId }) => this.#run(name, id, jobId, handle)));
    }
    const started = Promise.withResolvers<void>();
    if (this.#stopped) throw new Error('stopped before it started');
    const worker = new Worker(workerFile, {
      workerData: {
        queues: queues.map(({ name }) => name),
        ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
      } satisfies QueueStart,
      stdout: true,
      stderr: true,
    });
    this.#worker = worker;
    worker.unref();
    const onEnd = (error: Error): void => {
      this.#worker = undefined;
      started.reject(error);
      if (!this.#stopped) this.#break(error);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    worker.on('error', (error) => onEnd(error instanceof Error ? error : new Error('the job queue failed')));
    worker.on('exit', () => onEnd(new Error('the job queue ended')));
    worker.on('message', (reply: QueueReply) => {
      if (this.#stopped) return;
      if (reply.kind === 'ready') started.resolve();
      else if (reply.kind === 'failed') started.reject(readError(reply.error));
      else this.#take(reply);
    });
    try {
      await started.promise;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  send(queue: string, jobIds: readonly string[]): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined || this.#stopped) return Promise.reject(new Error('the queue does not run'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: 'send', id, queue, jobIds } satisfies QueueRequest);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const handOut of this.#handOuts.values()) handOut.stop();
    await this.#worker?.terminate();
  }

  async #run(queue: string, id: number, jobId: string, handle: QueueHandler): Promise<void> {
    await handle(queue, jobId);
    this.#worker?.postMessage({ kind: 'ended', id } satisfies QueueRequest);
  }

  #take(reply: Exclude<QueueReply, { kind: 'ready' | 'failed' }>): void {
    switch (reply.kind) {
      case 'job':
        this.#handOuts.get(reply.queue)?.add([reply]);
        break;
      case 'sent':
        this.#waiting.get(reply.id)?.resolve();
        this.#waiting.delete(reply.id);
        break;
      case 'not-sent':
        this.#waiting.get(reply.id)?.reject(readError(reply.error));
        this.#waiting.delete(reply.id);
        break;
      case 'trouble':
        this.#options.onTrouble(readError(reply.error));
        break;
      case 'broken':
        this.#break(readError(reply.error));
        break;
    }
  }
}
