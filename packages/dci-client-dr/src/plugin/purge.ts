import { type RepeatedWork, repeatedWork } from 'dci-client/service';
import type { Clock, Logger } from 'dci-core';
import type { DisabilityCache } from '../cache/disability-cache.ts';

/**
 * Makes the work that deletes what has expired. A round deletes a bounded number of rows at a time, so that no request waits
 * for it.
 *
 * @param options - cache, time, time between two rounds (default one minute)
 * @returns the work, not started
 */
export function createPurge(options: {
  readonly cache: Pick<DisabilityCache, 'purge'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intervalMs?: number;
}): RepeatedWork {
  const { cache, clock, logger, intervalMs = 60_000 } = options;
  return repeatedWork({
    round: async () => {
      for (let count = 1; count > 0; ) {
        count = await cache.purge(clock.now());
        if (count > 0) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    intervalMs,
    logger,
    failure: 'expired answers of disability registries were not deleted; it is tried again',
  });
}
