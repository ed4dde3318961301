import type { Clock, Logger } from 'dci-core';
import { errorFields } from 'dci-host';
import type { ServerLimits } from './limits.ts';
import type { QuotaLimiter } from './quota/quota-limiter.ts';
import type { OutgoingStore } from './stores/outgoing.ts';
import type { ReplayStore } from './stores/ports.ts';
import type { TransactionStore } from './stores/transactions.ts';
import type { UploadStore } from './stores/uploads.ts';

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
  readonly transactions: Pick<TransactionStore, 'purge'>;
  readonly outgoing: Pick<OutgoingStore, 'purge'>;
  readonly uploads?: Pick<UploadStore, 'purge' | 'removeOrphans'>;
  readonly limits: Pick<ServerLimits, 'transactionContentDays' | 'transactionDays'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two rounds. Default 5,000. */
  readonly intervalMs?: number;
}

const dayMilliseconds = 86_400_000;
/** Rounds without a purge after one that found nothing: what is kept for days need not be looked for every few seconds. */
const purgeRest = 11;

/**
 * Saves the quotas, forgets expired replay claims, and deletes what was kept long enough of finished asynchronous
 * requests and their callbacks (reliability.md SE4), from time to time. A round deletes a bounded number of rows, so that
 * no request waits for it; a failure is logged and tried again.
 *
 * @param options - stores, clock and interval
 * @returns the work, not started
 */
export function createMaintenance(options: MaintenanceOptions): Maintenance {
  const { replays, quotas, transactions, outgoing, limits, clock, logger } = options;
  let timer: ReturnType<typeof setInterval> | undefined;
  let round: Promise<void> | undefined;
  let restingRounds = 0;

  const maintain = async () => {
    try {
      await quotas.save();
      const now = clock.now();
      await replays.prune(now);
      if (restingRounds > 0) {
        restingRounds -= 1;
        return;
      }
      const kept = {
        contentBefore: now - limits.transactionContentDays * dayMilliseconds,
        rowsBefore: now - limits.transactionDays * dayMilliseconds,
      };
      // The callbacks first: a status question finds the content of both or of none.
      const content = (await outgoing.purge(kept)) + (await transactions.purge(kept));
      // After the content of the requests that they came with.
      const deleted = content + ((await options.uploads?.purge()) ?? 0);
      if (deleted === 0) restingRounds = purgeRest;
    } catch (error) {
      logger.warn(errorFields(error), 'maintenance of the server failed; it is tried again');
    }
  };
  return {
    start: async () => {
      await quotas.restore();
      await options.uploads?.removeOrphans();
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
