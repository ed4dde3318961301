import type { Clock, Logger } from 'dci-core';
import { errorFields } from 'dci-host';
import type { QuotaLimiter } from './quota/quota-limiter.ts';
import type { ReplayStore } from './stores/ports.ts';

/** What is done in the background. */
export interface Maintenance {
  /** Reads what an earlier process saved, and begins. */
  start(): Promise<void>;
  /** Saves and ends. */
  stop(): Promise<void>;
}

/** What {@link createMaintenance} works on. */
export interface MaintenanceOptions {
  readonly replays: Pick<ReplayStore, 'prune'>;
  readonly quotas: Pick<QuotaLimiter, 'restore' | 'save'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two rounds. Default 5,000. */
  readonly intervalMs?: number;
}

/**
 * Saves the quotas and forgets expired replay claims, from time to time. A round deletes a bounded number of claims, so
 * that no request waits for it; a failure is logged and tried again.
 *
 * @param options - stores, clock and interval
 * @returns the work, not started
 */
export function createMaintenance(options: MaintenanceOptions): Maintenance {
  const { replays, quotas, clock, logger } = options;
  let timer: ReturnType<typeof setInterval> | undefined;
  let round: Promise<void> | undefined;

  const maintain = async () => {
    try {
      await quotas.save();
      await replays.prune(clock.now());
    } catch (error) {
      logger.warn(errorFields(error), 'maintenance of the server failed; it is tried again');
    }
  };
  return {
    start: async () => {
      await quotas.restore();
      timer = setInterval(() => {
        round ??= maintain().finally(() => {
          round = undefined;
        });
      }, options.intervalMs ?? 5_000);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await round;
      await quotas.save();
    },
  };
}
