import type { Clock, Logger } from 'dci-core';
import { errorFields } from 'dci-host';
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
  let timer: ReturnType<typeof setInterval> | undefined;
  let round: Promise<void> | undefined;
  const forget = async (): Promise<void> => {
    try {
      await checks.forget(clock.now() - days * dayMilliseconds);
    } catch (error) {
      logger.warn(errorFields(error), 'old checks for duplicates could not be removed; it is tried again');
    }
  };
  const run = (): Promise<void> => {
    round ??= forget().finally(() => {
      round = undefined;
    });
    return round;
  };
  return {
    start: async () => {
      await run();
      timer = setInterval(() => void run(), intervalMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}
