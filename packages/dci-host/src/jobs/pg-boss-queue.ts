import { setTimeout as pause } from 'node:timers/promises';
import type { ConstructorOptions, PgBoss } from 'pg-boss';
import { HandOut } from './hand-out.ts';
import type { Queue, QueueHandler, QueueSettings } from './queue.ts';

/** The database below pg-boss. */
export interface QueueDatabase {
  /** What pg-boss is told about it: `db` and `backend`, or `connectionString`. */
  readonly options: Pick<ConstructorOptions, 'db' | 'backend' | 'connectionString' | 'max'>;
  /** Called once pg-boss has made its tables. */
  onSchemaReady?(): void;
  /** Called after every so many jobs. */
  houseKeep?(): Promise<void>;
  /** Lets go of it. Closing twice does no harm. */
  close(): Promise<void>;
  /** Resolves when it has ended by itself. */
  readonly broken: Promise<Error>;
}

/** What {@link createPgBossQueue} works with. */
export interface PgBossQueueOptions {
  /** Opens the database. */
  open(): Promise<QueueDatabase>;
  /** Schema of its tables, which belongs to this host alone. Default `pgboss`. */
  readonly schema?: string;
  /** Is told what failed and will be done again. */
  onTrouble(error: Error): void;
}

/** Jobs fetched at once. One by one they come at a fraction of the speed (job-engine.md). */
const batchSize = 100;
/** Jobs are sent by this process, which knows of each; this is for what a failed fetch left behind. */
const pollMs = 5000;
const houseKeepAfter = 2000;
/** Rows of jobs that ended are deleted after so long. */
const removalPauseMs = 20;

/** pg-boss's own would drop work after 2 retries, 15 minutes and 14 days. Its row is deleted when the job has run. */
const queueOptions = {
  retryLimit: 1000,
  retryDelay: 1,
  expireInSeconds: 12 * 60 * 60,
  retentionSeconds: 365 * 24 * 60 * 60,
  deleteAfterSeconds: 60,
};

interface FetchedJob {
  readonly id: string;
  readonly data: { readonly jobId: string };
}

/**
 * Makes a queue on pg-boss, with PostgreSQL or PGlite below it.
 *
 * Rows are fetched in batches, run concurrently, and deleted in batches as they end: a job that takes long holds back
 * no other. pg-boss's retries serve rows whose deletion failed; those of a job are due again in the outbox.
 *
 * @param options - the database
 * @returns the queue
 */
export function createPgBossQueue(options: PgBossQueueOptions): Queue {
  return new PgBossQueue(options);
}

class PgBossQueue implements Queue {
  readonly broken: Promise<Error>;
  readonly #options: PgBossQueueOptions;
  readonly #break: (error: Error) => void;
  readonly #loops = new Map<string, FetchLoop>();
  #database: QueueDatabase | undefined;
  #boss: PgBoss | undefined;
  #stopped = false;
  #ended = 0;

  constructor(options: PgBossQueueOptions) {
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.#options = options;
    this.broken = promise;
    this.#break = resolve;
  }

  async start(queues: readonly QueueSettings[], handle: QueueHandler): Promise<void> {
    const { open, schema = 'pgboss', onTrouble } = this.#options;
    try {
      const [{ PgBoss: Boss }, database] = await Promise.all([import('pg-boss'), open()]);
      this.#database = database;
      if (this.#stopped) throw new Error('stopped while it started');
      void database.broken.then(this.#break);
      const boss = new Boss({ ...database.options, schema, schedule: false, reindex: false, monitorVacuum: false });
      this.#boss = boss;
      boss.on('error', (error) => {
        if (!this.#stopped) onTrouble(error);
      });
      await boss.start();
      database.onSchemaReady?.();
      for (const { name, concurrency } of queues) {
        await boss.createQueue(name, queueOptions);
        await boss.updateQueue(name, queueOptions);
        await boss.deleteAllJobs(name);
        this.#loops.set(name, this.#loop(boss, name, concurrency, handle));
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (this.#stopped) await this.#close();
    else for (const loop of this.#loops.values()) loop.start();
  }

  async send(queue: string, jobIds: readonly string[]): Promise<void> {
    const [boss, loop] = [this.#boss, this.#loops.get(queue)];
    if (boss === undefined || loop === undefined || this.#stopped) throw new Error('the queue does not run');
    await boss.insert(
      queue,
      // Not the id of pg-boss's row: a job may be sent again before that row is deleted.
      jobIds.map((jobId) => ({ data: { jobId } })),
    );
    loop.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const loop of this.#loops.values()) loop.stop();
    await this.#close();
  }

  async #close(): Promise<void> {
    const [boss, database] = [this.#boss, this.#database];
    this.#boss = undefined;
    this.#database = undefined;
    try {
      await boss?.stop({ graceful: false });
    } finally {
      await database?.close();
    }
  }

  #loop(boss: PgBoss, name: string, concurrency: number, handle: QueueHandler): FetchLoop {
    return new FetchLoop({
      concurrency,
      fetch: async () => (await boss.fetch<FetchedJob['data']>(name, { batchSize })) ?? [],
      handle: (job) => handle(name, job.data.jobId),
      remove: async (jobs) => {
        await boss.deleteJob(
          name,
          jobs.map(({ id }) => id),
        );
        this.#ended += jobs.length;
        if (this.#ended < houseKeepAfter) return;
        this.#ended = 0;
        await this.#database?.houseKeep?.();
      },
      onError: (error) => {
        if (!this.#stopped) this.#break(error instanceof Error ? error : new Error('the queue failed'));
      },
    });
  }
}

interface FetchLoopOptions {
  readonly concurrency: number;
  fetch(): Promise<readonly FetchedJob[]>;
  handle(job: FetchedJob): Promise<void>;
  remove(jobs: readonly FetchedJob[]): Promise<void>;
  onError(error: unknown): void;
}

/** Fetches, hands out and deletes the rows of one queue. */
class FetchLoop {
  readonly #options: FetchLoopOptions;
  readonly #handOut: HandOut<FetchedJob>;
  #timer: NodeJS.Timeout | undefined;
  #ended: FetchedJob[] = [];
  #isFetching = false;
  #isRemoving = false;
  #isWoken = false;
  #stopped = false;

  constructor(options: FetchLoopOptions) {
    this.#options = options;
    this.#handOut = new HandOut(
      options.concurrency,
      async (job) => {
        await options.handle(job);
        this.#ended.push(job);
        void this.#remove();
      },
      () => this.#fetchWhenLow(),
    );
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), pollMs).unref();
    this.wake();
  }

  wake(): void {
    this.#isWoken = true;
    this.#fetchWhenLow();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#handOut.stop();
  }

  #fetchWhenLow(): void {
    if (this.#isWoken && !this.#isFetching && !this.#stopped && this.#handOut.waiting < batchSize / 2) {
      void this.#fetch();
    }
  }

  async #fetch(): Promise<void> {
    this.#isFetching = true;
    this.#isWoken = false;
    try {
      const jobs = await this.#options.fetch();
      // There may be more than a full batch.
      if (jobs.length === batchSize) this.#isWoken = true;
      this.#handOut.add(jobs);
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#isFetching = false;
    }
    this.#fetchWhenLow();
  }

  async #remove(): Promise<void> {
    if (this.#isRemoving) return;
    this.#isRemoving = true;
    try {
      while (this.#ended.length > 0 && !this.#stopped) {
        // Many together cost little more than one.
        await pause(removalPauseMs, undefined, { ref: false });
        await this.#options.remove(this.#ended.splice(0, batchSize));
      }
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#isRemoving = false;
    }
  }
}
