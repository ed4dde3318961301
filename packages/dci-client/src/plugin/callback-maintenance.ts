import type { Clock, Logger } from 'dci-core';
import { maintainCallbacks } from '../callbacks/maintain-callbacks.ts';
import type { CallbackStores } from '../callbacks/memory/memory-stores.ts';
import { repeatedWork } from './repeated-work.ts';

/** What is done in the background. */
export interface CallbackMaintenance {
  start(): void;
  stop(): Promise<void>;
}

/** What {@link createCallbackMaintenance} works on. */
export interface CallbackMaintenanceOptions {
  readonly stores: Pick<CallbackStores, 'transactions' | 'notifications'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two rounds, in milliseconds; absent: 60,000. */
  readonly intervalMs?: number;
}

/**
 * Lets requests expire and forgets what was kept long enough, from time to time; a failure is logged and tried again.
 *
 * @param options - stores, clock and interval
 * @returns the work, not started
 */
export function createCallbackMaintenance(options: CallbackMaintenanceOptions): CallbackMaintenance {
  const { stores, clock, logger, intervalMs = 60_000 } = options;
  const work = repeatedWork({
    round: () => maintainCallbacks(stores, clock.now()),
    intervalMs,
    logger,
    failure: 'maintenance of callbacks failed; it is tried again',
  });
  return {
    start: () => {
      work.start();
      void work.run();
    },
    stop: work.stop,
  };
}
