import { repeatedWork } from 'dci-client/service';
import type { Clock, Logger } from 'dci-core';
import type { DuplicationCheckLog } from '../check-log.ts';

/** What {@link createRetention} works on. */
export interface RetentionOptions {
  readonly checks: Pick<DuplicationCheckLog, 'forget'>;
  /** Days for which checks are kept. */
  readonly days: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two rounds. Default: one hour. */
  readonly intervalMs?: number;
}

const dayMilliseconds = 86_400_000;

/**
 * Removes checks that were kept long enough, at the start and from time to time. A failure is logged and tried again.
 *
 * @param options - log, days, clock
 * @returns the work, not started
 */
export function createRetention({ checks, days, clock, logger, intervalMs = 3_600_000 }: RetentionOptions): {
  start(): Promise<void>;
  stop(): Promise<void>;
} {
  const work = repeatedWork({
    round: () => checks.forget(clock.now() - days * dayMilliseconds),
    intervalMs,
    logger,
    failure: 'old checks for duplicates could not be removed; it is tried again',
  });
  return {
    start: async () => {
      await work.run();
      work.start();
    },
    stop: work.stop,
  };
}
