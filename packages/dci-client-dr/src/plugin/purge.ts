import type { Clock, Logger } from 'dci-core';
import { errorFields } from 'dci-host';
import type { DisabilityCache } from '../cache/disability-cache.ts';

/** Deletes in the background what has expired. */
export interface Purge {
  /** Begins. */
  start(): void;
  /** One round; a failure is logged and tried again with the next. */
  run(): Promise<void>;
  /** Ends, after the round that is under way. */
  stop(): Promise<void>;
}

/**
 * Makes the purge of a cache. A round deletes a bounded number of rows at a time, so that no request waits for it.
 *
 * @param options - cache, time, time between two rounds (default one minute)
 * @returns the purge, not started
 */
export function createPurge(options: {
  readonly cache: Pick<DisabilityCache, 'purge'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs?: number;
}): Purge {
  const { cache, clock, logger } = options;
  let timer: ReturnType<typeof setInterval> | undefined;
  let round: Promise<void> | undefined;
  const purge = async (): Promise<void> => {
    try {
      for (let count = 1; count > 0; ) {
        count = await cache.purge(clock.now());
        if (count > 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      logger.warn(errorFields(error), 'expired answers of disability registries were not deleted; it is tried again');
    }
  };
  const run = (): Promise<void> => {
    round ??= purge().finally(() => {
      round = undefined;
    });
    return round;
  };
  return {
    run,
    start: () => {
      timer = setInterval(() => void run(), options.intervalMs ?? 60_000);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}
