import type { JobDefinition, JobRequest } from 'dci-host';
import type { VitalEventProcessor } from '../log/event-processor.ts';

/** Queue of the work on vital events. */
export const eventQueue = 'dci-client-crvs/event';

/**
 * Requests the work on an event.
 *
 * @param id - of the event in the log
 * @param round - of its attempts: work of an earlier round may be done or dead, and then its key requests nothing
 * @returns the request
 */
export function eventJob(id: string, round: number): JobRequest {
  return { queue: eventQueue, key: `${id}:${round}`, payload: { event: id } };
}

/**
 * Defines the work on vital events. Attempts and the times between them are those of the processor.
 *
 * @param processor - applies events
 * @param options - events that are applied at once, and milliseconds that one may take
 * @returns the definition
 */
export function eventJobs(
  processor: Pick<VitalEventProcessor, 'process'>,
  options: { readonly concurrency: number; readonly timeoutMs: number },
): JobDefinition {
  return {
    queue: eventQueue,
    ...options,
    run: async ({ payload, signal }) => {
      const result = await processor.process(String(payload.event), signal);
      if (result.kind === 'busy') return { kind: 'retry', dueAt: result.until, reason: 'busy' };
      if (result.kind === 'error' && result.retryAt !== undefined) {
        return { kind: 'retry', dueAt: result.retryAt, reason: result.reason };
      }
      return { kind: 'done' };
    },
  };
}
