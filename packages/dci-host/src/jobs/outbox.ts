import type { JobOutcome, JobPayload, JobRequest, RunningJob } from './jobs.ts';

/** A job that has not been done. */
export interface OutboxJob {
  readonly jobId: string;
  readonly queue: string;
  readonly key: string;
  readonly payload: JobPayload;
  /** `dead`: given up; it stays until somebody retries or purges it. */
  readonly state: 'pending' | 'dead';
  /** Unix milliseconds before which it is not run. */
  readonly dueAt: number;
  /** Unix milliseconds. */
  readonly requestedAt: number;
  /** Attempts begun so far. */
  readonly attempt: number;
  /** Attempts in a row that ended without an outcome of the handler: rejected, timed out, or killed with the process. */
  readonly failures: number;
  /** Grows with every lease and settlement, over all jobs: an older one never fits again. */
  readonly fence: number;
  /** Code of why the last attempt was not the last one. */
  readonly lastReason?: string;
  /** Unix milliseconds of that. */
  readonly lastAt?: number;
}

/** Which jobs {@link Outbox.list} returns. */
export interface OutboxSelection {
  readonly state?: OutboxJob['state'];
  readonly queue?: string;
  readonly limit: number;
}

/** How an attempt ended that had no outcome of its handler. */
export interface FailedAttempt {
  readonly dueAt: number;
  readonly reason: string;
}

/**
 * The jobs of a host that are not done: the truth about them, whatever a queue holds (architecture.md "State and
 * jobs"). Every method is synchronous and runs in the transaction of its connection, or in one of its own.
 */
export interface Outbox {
  /**
   * Adds work; a request whose queue and key are there already has no effect.
   *
   * @param request - the work
   * @param now - Unix milliseconds
   */
  add(request: JobRequest, now: number): void;
  /**
   * Ends an attempt as its handler said. A job that is done is removed.
   *
   * @param job - the attempt
   * @param outcome - how it ended
   * @param now - Unix milliseconds
   * @returns false when the job has been leased anew or ended meanwhile; nothing changed then
   */
  settle(job: Pick<RunningJob, 'jobId' | 'fence'>, outcome: JobOutcome, now: number): boolean;
  /**
   * Ends an attempt that had no outcome; it counts as a failure.
   *
   * @param job - the attempt
   * @param failed - when to try again and why
   * @param now - Unix milliseconds
   * @returns false as {@link Outbox.settle}
   */
  fail(job: Pick<RunningJob, 'jobId' | 'fence'>, failed: FailedAttempt, now: number): boolean;
  /**
   * Gives an attempt back as if it had not begun.
   *
   * @param job - the attempt
   * @returns false as {@link Outbox.settle}
   */
  release(job: Pick<RunningJob, 'jobId' | 'fence'>): boolean;
  /**
   * Begins an attempt: counts it, and makes every earlier attempt's fence invalid.
   *
   * @param jobId - the job
   * @returns the job with its new fence; `undefined` when it is done or dead
   */
  lease(jobId: string): OutboxJob | undefined;
  /**
   * Finds work.
   *
   * @param queue - name of the queue
   * @param now - Unix milliseconds
   * @param limit - how many at most
   * @returns ids of pending jobs that are due, those due longest first
   */
  due(queue: string, now: number, limit: number): readonly string[];
  /**
   * @param jobId - the job
   * @returns the job, or `undefined` when there is none of that id
   */
  get(jobId: string): OutboxJob | undefined;
  /**
   * @param selection - which
   * @returns jobs, those due first at first
   */
  list(selection: OutboxSelection): readonly OutboxJob[];
  /**
   * Makes a job due now, with all its attempts before it again; a dead one is pending again.
   *
   * @param jobId - the job
   * @param now - Unix milliseconds
   * @returns false when there is none of that id
   */
  retry(jobId: string, now: number): boolean;
  /**
   * Makes pending jobs due now that are due later; all else of them stays.
   *
   * @param jobIds - the jobs
   * @param now - Unix milliseconds
   */
  hasten(jobIds: readonly string[], now: number): void;
  /**
   * As {@link Outbox.retry} for every dead job.
   *
   * @param queue - of this queue only
   * @param now - Unix milliseconds
   * @returns how many
   */
  retryDead(queue: string | undefined, now: number): number;
  /**
   * Removes dead jobs.
   *
   * @param diedBefore - Unix milliseconds
   * @param queue - of this queue only
   * @returns how many
   */
  purgeDead(diedBefore: number, queue?: string): number;
}
