import type { Clock, Logger, Random } from 'dci-core';
import { storageFault } from '../database/storage-error.ts';
import { errorFields } from '../observe/error-fields.ts';
import { backoffMs, mostFailures } from './backoff.ts';
import { failureReason } from './failure-reason.ts';
import type { CompleteDefinition } from './job-definitions.ts';
import type { JobOutcome } from './jobs.ts';
import type { Outbox, OutboxJob } from './outbox.ts';

/** What {@link JobRunner} works with. */
export interface JobRunnerOptions {
  /** Over the relaxed connection: a power cut may undo a lease or a settlement, then the job runs once more. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called when the state database cannot be trusted any more; nothing is leased from then on. */
  onFatal(error: Error): void;
}

type Ending =
  | { readonly kind: 'outcome'; readonly outcome: JobOutcome | 'settled' }
  | { readonly kind: 'rejected'; readonly error: unknown }
  /** It did not end although its signal was aborted. */
  | { readonly kind: 'outlived' };

/** How long a handler has to end once its signal is aborted. */
const graceMs = 1000;

/** Runs jobs: leases the row, calls the handler, settles by its outcome. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #running = new Map<AbortController, Promise<void>>();
  #state: 'running' | 'stopping' | 'broken' = 'running';

  /** @param options - outbox, clock, randomness, logger */
  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /**
   * Runs one attempt of a job.
   *
   * @param definition - of the job's queue
   * @param jobId - the job
   * @returns true when an attempt was made, false when there is none to be made any more; never rejects
   */
  async run(definition: CompleteDefinition, jobId: string): Promise<boolean> {
    const job = this.#lease(jobId);
    if (job === undefined) return false;
    const controller = new AbortController();
    const attempt = this.#attempt(definition, job, controller);
    this.#running.set(controller, attempt);
    try {
      await attempt;
      return true;
    } finally {
      this.#running.delete(controller);
    }
  }

  /**
   * Leases nothing any more, lets running handlers end, then aborts them. What has not ended stays in the outbox.
   *
   * @param drainMs - how long they may go on
   */
  async stop(drainMs: number): Promise<void> {
    if (this.#state === 'running') this.#state = 'stopping';
    const all = Promise.allSettled(this.#running.values());
    if (this.#state === 'stopping' && this.#running.size > 0) await within(drainMs, all);
    for (const controller of this.#running.keys()) controller.abort(new DOMException('the host stops', 'AbortError'));
    await within(graceMs + 100, all);
  }

  #lease(jobId: string): OutboxJob | undefined {
    const { outbox } = this.#options;
    if (this.#state !== 'running') return undefined;
    return this.#onState(() => {
      const job = outbox.lease(jobId);
      if (job === undefined || job.failures <= mostFailures) return job;
      // Its attempts ended with the process, over and over (reliability.md CR6).
      outbox.settle(job, { kind: 'dead', reason: 'process_ended' }, this.#options.clock.now());
      this.#logDead(job, 'process_ended');
      return undefined;
    });
  }

  async #attempt(definition: CompleteDefinition, job: OutboxJob, controller: AbortController): Promise<void> {
    const ending = await endingOf(definition, job, controller);
    if (this.#state === 'broken') return;
    if (ending.kind === 'outcome') {
      if (ending.outcome !== 'settled') this.#settle(job, ending.outcome);
      return;
    }
    const error = ending.kind === 'rejected' ? ending.error : undefined;
    if (storageFault(error) === 'fatal') this.#break(error);
    else if (this.#state === 'stopping' && controller.signal.aborted) {
      this.#onState(() => this.#options.outbox.release(job));
    } else this.#fail(job, ending.kind === 'outlived' ? 'timeout' : failureReason(error), error);
  }

  #settle(job: OutboxJob, outcome: JobOutcome): void {
    const { outbox, clock, logger } = this.#options;
    const settled = this.#onState(() => outbox.settle(job, outcome, clock.now()));
    if (settled === false) logger.warn(fieldsOf(job), 'a job ended after it had been leased anew');
    else if (settled && outcome.kind === 'dead') this.#logDead(job, outcome.reason);
  }

  #fail(job: OutboxJob, reason: string, error: unknown): void {
    const { outbox, clock, random, logger } = this.#options;
    const now = clock.now();
    logger.warn(
      { ...fieldsOf(job), ...(error === undefined ? {} : errorFields(error)), code: reason },
      'an attempt of a job failed',
    );
    const given = job.failures >= mostFailures;
    const ended = this.#onState(() =>
      given
        ? outbox.settle(job, { kind: 'dead', reason }, now)
        : outbox.fail(job, { dueAt: now + backoffMs(job.failures, random), reason }, now),
    );
    if (ended && given) this.#logDead(job, reason);
  }

  #logDead(job: OutboxJob, reason: string): void {
    this.#options.logger.error({ ...fieldsOf(job), reason }, 'a job is given up; see: dci outbox list --state dead');
  }

  /** Touches the state. Where that fails the row stays as it is, and is found again. */
  #onState<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (storageFault(error) === 'fatal') this.#break(error);
      else this.#options.logger.warn(errorFields(error), 'the state database could not take what became of a job');
      return undefined;
    }
  }

  #break(error: unknown): void {
    this.#state = 'broken';
    this.#options.logger.error(errorFields(error), 'the state database failed while jobs ran');
    if (error instanceof Error) this.#options.onFatal(error);
  }
}

async function endingOf(
  { run, timeoutMs }: CompleteDefinition,
  job: OutboxJob,
  controller: AbortController,
): Promise<Ending> {
  const { signal } = controller;
  const timer = setTimeout(
    () => controller.abort(new DOMException('the job takes too long', 'TimeoutError')),
    timeoutMs,
  );
  let grace: NodeJS.Timeout | undefined;
  const outlived = new Promise<Ending>((resolve) => {
    signal.addEventListener('abort', () => {
      grace = setTimeout(() => resolve({ kind: 'outlived' }), graceMs);
    });
  });
  const { jobId, queue, key, payload, attempt, requestedAt, fence } = job;
  const ended = (async (): Promise<Ending> => {
    try {
      const outcome = await run({ jobId, queue, key, payload, attempt, requestedAt, fence, signal });
      return { kind: 'outcome', outcome };
    } catch (error) {
      return { kind: 'rejected', error };
    }
  })();
  try {
    return await Promise.race([ended, outlived]);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
}

function fieldsOf({ queue, jobId, attempt }: OutboxJob) {
  return { job: queue, job_id: jobId, attempt };
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
