import type { Clock } from 'dci-core';
import type { JobDefinition } from 'dci-host';
import type { VitalEventLog } from '../log/vital-event-log.ts';

/** Queue of the work that forgets processed events. */
export const forgetQueue = 'dci-client-crvs/forget';

const hour = 3_600_000;
const day = 24 * hour;

/**
 * Defines the work that forgets what was kept long enough. It comes back every six hours.
 *
 * @param options - log, time, and days for which records and entries are kept
 * @returns the definition
 */
export function forgetEvents(options: {
  readonly log: Pick<VitalEventLog, 'forget'>;
  readonly clock: Clock;
  readonly contentDays: number;
  readonly eventDays: number;
}): JobDefinition {
  const { log, clock, contentDays, eventDays } = options;
  return {
    queue: forgetQueue,
    concurrency: 1,
    run: async ({ signal }) => {
      const now = clock.now();
      const kept = { contentBefore: now - contentDays * day, eventsBefore: now - eventDays * day };
      while (!signal.aborted && (await log.forget(kept)) > 0);
      return { kind: 'retry', dueAt: now + 6 * hour, reason: 'next_round' };
    },
  };
}
