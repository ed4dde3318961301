import type { Logger } from 'dci-core';
import { errorFields } from 'dci-host';

/** Work that is done from time to time, one round after another. */
export interface RepeatedWork {
  /** Begins: the first round is due after the first interval. */
  start(): void;
  /** @returns when a round has ended: the one that is under way, else one that begins now. Its failure is logged */
  run(): Promise<void>;
  /** Ends, after the round that is under way. */
  stop(): Promise<void>;
}

/** What {@link repeatedWork} works with. */
export interface RepeatedWorkOptions {
  /** One round. */
  readonly round: () => Promise<unknown>;
  /** Between the beginnings of two rounds, in milliseconds. */
  readonly intervalMs: number;
  readonly logger: Logger;
  /** What the log says of a round that failed, for example `old checks could not be removed; it is tried again`. */
  readonly failure: string;
}

/**
 * Makes work that a plug-in repeats while its host runs. A round that fails is logged, and tried again with the next.
 *
 * @param options - the work, and how often
 * @returns the work, not started
 */
export function repeatedWork({ round, intervalMs, logger, failure }: RepeatedWorkOptions): RepeatedWork {
  let timer: ReturnType<typeof setInterval> | undefined;
  let running: Promise<void> | undefined;
  const attempt = async (): Promise<void> => {
    try {
      await round();
    } catch (error) {
      logger.warn(errorFields(error), failure);
    }
  };
  const run = (): Promise<void> => {
    running ??= attempt().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    run,
    start: () => {
      timer = setInterval(() => void run(), intervalMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
