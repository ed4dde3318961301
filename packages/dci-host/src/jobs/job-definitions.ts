import { DciError } from 'dci-core';
import type { JobDefinition } from './jobs.ts';

/** A definition with its defaults. */
export type CompleteDefinition = Required<Pick<JobDefinition, 'queue' | 'concurrency' | 'timeoutMs'>> &
  Pick<JobDefinition, 'run'>;

const defaults = { concurrency: 8, timeoutMs: 60_000 };

/** The queues of a host, by name. They are defined while its plug-ins are set up. */
export class JobDefinitions {
  readonly #byQueue = new Map<string, CompleteDefinition>();
  #closed = false;

  /**
   * @param definition - the queue
   * @throws DciError err.configuration.invalid when its name is taken or malformed, or set-up is over
   */
  add(definition: JobDefinition): void {
    const { queue } = definition;
    if (!isQueueName(queue)) {
      throw new DciError('err.configuration.invalid', `job queue ${queue}: a name such as plug-in/work is expected`);
    }
    if (this.#closed)
      throw new DciError('err.configuration.invalid', `job queue ${queue}: defined after plug-ins are set up`);
    if (this.#byQueue.has(queue)) throw new DciError('err.configuration.invalid', `job queue ${queue} is taken`);
    this.#byQueue.set(queue, {
      queue,
      concurrency: definition.concurrency ?? defaults.concurrency,
      timeoutMs: definition.timeoutMs ?? defaults.timeoutMs,
      run: (job) => definition.run(job),
    });
  }

  /** Ends set-up: nothing is added any more. */
  close(): void {
    this.#closed = true;
  }

  /**
   * @param queue - its name
   * @returns its definition, or `undefined` when nobody defined it
   */
  get(queue: string): CompleteDefinition | undefined {
    return this.#byQueue.get(queue);
  }

  /** @returns every definition, in the order in which they were added */
  all(): readonly CompleteDefinition[] {
    return [...this.#byQueue.values()];
  }
}

/**
 * @param queue - any text
 * @returns whether it can name a queue: lower-case letters, digits and hyphens in parts that slashes separate
 */
export function isQueueName(queue: string): boolean {
  return queue.length <= 100 && /^[a-z0-9-]+(?:\/[a-z0-9-]+)+$/.test(queue);
}
