import type { OutboxJob } from '../../jobs/outbox.ts';

/**
 * Describes a job of the outbox for output.
 *
 * @param job - the job
 * @returns a JSON object in snake case with RFC 3339 times
 */
export function describeJob(job: OutboxJob): Readonly<Record<string, unknown>> {
  const at = (time: number): string => new Date(time).toISOString();
  return {
    job_id: job.jobId,
    queue: job.queue,
    key: job.key,
    state: job.state,
    attempt: job.attempt,
    requested_at: at(job.requestedAt),
    due_at: at(job.dueAt),
    ...(job.lastReason === undefined ? {} : { last_reason: job.lastReason }),
    ...(job.lastAt === undefined ? {} : { last_at: at(job.lastAt) }),
    payload: job.payload,
  };
}
