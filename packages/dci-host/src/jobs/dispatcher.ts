import { storageFault } from '../database/storage-error.ts';
import { errorFields } from '../observe/error-fields.ts';
import type { JobDriver, RunningParts } from './host-jobs.ts';
import type { CompleteDefinition } from './job-definitions.ts';
import type { Queue } from './queue.ts';

/** What {@link createDispatcher} works with. */
export interface DispatcherOptions {
  /** Makes the queue, and a new one each time that one broke. */
  createQueue(): Queue;
  /** How often rows are looked for that nobody told of: those due later, and those of another process. Default 1 s. */
  readonly pollMs?: number;
}

const firstPauseMs = 1000;
const longestPauseMs = 60_000;
/** A queue holds this many jobs at least before no more of them are sent. */
const leastInFlight = 200;
/** How long the end of the host waits for the queue. */
const stopTimeoutMs = 5000;

/**
 * Makes what brings jobs from the outbox to their handlers through a queue.
 *
 * Rows that are due are sent in bounded numbers, so that neither a backlog fills the memory nor a full queue keeps the
 * others waiting. The queue is made with the first job that is due: a host without asynchronous work never has one. A
 * queue that breaks is replaced, after a pause that grows up to a minute; what it held is sent again.
 *
 * @param parts - outbox, definitions, runner
 * @param options - the queue
 * @returns the driver
 */
export function createDispatcher(parts: RunningParts, options: DispatcherOptions): JobDriver {
  return new Dispatcher(parts, options);
}

class Dispatcher implements JobDriver {
  readonly #parts: RunningParts;
  readonly #options: DispatcherOptions;
  /** By queue: the ids that the queue holds, and whether one is being run. */
  readonly #inFlight = new Map<string, Map<string, 'sent' | 'running'>>();
  readonly #timer: NodeJS.Timeout;
  #queue: Queue | undefined;
  #state: 'idle' | 'starting' | 'working' | 'failed' | 'stopped' = 'idle';
  #failures = 0;
  #isWoken = false;

  constructor(parts: RunningParts, options: DispatcherOptions) {
    this.#parts = parts;
    this.#options = options;
    for (const { queue } of parts.definitions.all()) this.#inFlight.set(queue, new Map());
    this.#timer = setInterval(() => this.wake(), options.pollMs ?? 1000).unref();
    this.wake();
  }

  wake(): void {
    if (this.#isWoken || this.#state === 'stopped') return;
    this.#isWoken = true;
    // After the commit that is under way.
    setImmediate(() => {
      this.#isWoken = false;
      this.#dispatch();
    });
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    clearInterval(this.#timer);
    const queue = this.#queue;
    this.#queue = undefined;
    if (queue !== undefined) await this.#end(queue);
  }

  async check(): Promise<void> {
    if (this.#state === 'failed' || (this.#state === 'starting' && this.#failures > 0)) {
      throw new Error('the job queue does not work');
    }
  }

  #dispatch(): void {
    if (this.#state === 'stopped' || this.#state === 'starting' || this.#state === 'failed') return;
    for (const definition of this.#parts.definitions.all()) {
      const jobIds = this.#due(definition);
      if (jobIds.length === 0) continue;
      if (this.#queue === undefined || this.#state === 'idle') {
        void this.#start();
        return;
      }
      void this.#send(this.#queue, definition.queue, jobIds);
    }
  }

  /** Nothing while a queue still holds half of what it may: reading few rows often costs more. */
  #due({ queue, concurrency }: CompleteDefinition): readonly string[] {
    const { outbox, clock, logger, onFatal } = this.#parts;
    const held = this.#inFlight.get(queue);
    const most = Math.max(leastInFlight, concurrency * 4);
    if (held === undefined || held.size > most / 2) return [];
    try {
      // Those that are held are still due.
      const due = outbox.due(queue, clock.now(), most + held.size);
      return due.filter((jobId) => !held.has(jobId)).slice(0, most - held.size);
    } catch (error) {
      logger.warn({ job: queue, ...errorFields(error) }, 'the outbox could not be read');
      if (storageFault(error) === 'fatal' && error instanceof Error) onFatal(error);
      return [];
    }
  }

  async #send(queue: Queue, name: string, jobIds: readonly string[]): Promise<void> {
    const held = this.#inFlight.get(name);
    for (const jobId of jobIds) held?.set(jobId, 'sent');
    try {
      await queue.send(name, jobIds);
    } catch (error) {
      this.#onBroken(queue, error);
    }
  }

  async #start(): Promise<void> {
    const { definitions } = this.#parts;
    this.#state = 'starting';
    const queue = this.#options.createQueue();
    this.#queue = queue;
    const settings = definitions.all().map(({ queue: name, concurrency }) => ({ name, concurrency }));
    try {
      await queue.start(settings, (name, jobId) => this.#handle(name, jobId));
    } catch (error) {
      this.#onBroken(queue, error);
      return;
    }
    if (this.#queue !== queue) return;
    this.#state = 'working';
    void queue.broken.then((error) => this.#onBroken(queue, error));
    this.#dispatch();
  }

  /** An id that this process did not send, or whose handler is at work, is one that the queue handed out twice. */
  async #handle(name: string, jobId: string): Promise<void> {
    const { definitions, runner } = this.#parts;
    const held = this.#inFlight.get(name);
    const definition = definitions.get(name);
    if (held?.get(jobId) !== 'sent' || definition === undefined || this.#state === 'stopped') return;
    held.set(jobId, 'running');
    const ran = await runner.run(definition, jobId);
    held.delete(jobId);
    if (!ran) return;
    this.#failures = 0;
    this.wake();
  }

  #onBroken(queue: Queue, error: unknown): void {
    if (this.#queue !== queue) return;
    this.#queue = undefined;
    this.#state = 'failed';
    this.#failures += 1;
    void this.#end(queue);
    for (const held of this.#inFlight.values()) {
      for (const [jobId, state] of held) if (state === 'sent') held.delete(jobId);
    }
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1));
    this.#parts.logger.error({ component: 'job queue', ...errorFields(error) }, 'the job queue failed; it starts anew');
    setTimeout(() => {
      if (this.#state === 'failed') void this.#start();
    }, pause).unref();
  }

  async #end(queue: Queue): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopTimeoutMs);
    });
    try {
      await Promise.race([queue.stop(), late]);
    } catch (error) {
      this.#parts.logger.warn({ component: 'job queue', ...errorFields(error) }, 'the job queue did not end cleanly');
    } finally {
      clearTimeout(timer);
    }
  }
}
