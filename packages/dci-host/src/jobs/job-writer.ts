import { type Clock, DciError } from 'dci-core';
import { isQueueName } from './job-definitions.ts';
import type { JobRequest, JobWriter } from './jobs.ts';
import type { Outbox } from './outbox.ts';

const longestKey = 500;
const longestPayload = 4000;

/** What {@link createJobWriter} works with. */
export interface JobWriterOptions {
  /** Over the durable connection. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Called when there may be work, before the commit of it has ended. */
  onRequested(): void;
}

/**
 * Makes the job writer of a host.
 *
 * @param options - outbox, clock
 * @returns the writer
 */
export function createJobWriter({ outbox, clock, onRequested }: JobWriterOptions): JobWriter {
  return {
    apply({ settle, enqueue = [] }) {
      const now = clock.now();
      // First, so that a job may request its own key anew.
      if (settle !== undefined && !outbox.settle(settle.job, settle.outcome, now)) {
        throw new DciError('err.state.conflict', 'the job has been leased anew or has ended', { status: 409 });
      }
      for (const request of enqueue) {
        checkRequest(request);
        outbox.add(request, now);
      }
      if (enqueue.length > 0 || settle !== undefined) onRequested();
    },
  };
}

/** These are faults of a plug-in, not of a peer. */
function checkRequest({ queue, key, payload, dueAt }: JobRequest): void {
  const fault =
    (!isQueueName(queue) && 'its queue is no name such as plug-in/work') ||
    ((key === '' || key.length > longestKey) && `its key must have 1 to ${longestKey} characters`) ||
    (JSON.stringify(payload).length > longestPayload && 'its payload is too long; a job carries ids') ||
    (dueAt !== undefined && !Number.isSafeInteger(dueAt) && 'its time is no whole number of milliseconds');
  if (fault) throw new DciError('err.internal', `a job cannot be requested: ${fault}`);
}
