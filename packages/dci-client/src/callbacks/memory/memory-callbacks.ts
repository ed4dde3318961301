import type { Clock, Logger, Random } from 'dci-core';
import { type CallbackWorkOptions, createCallbackWork } from '../callback-work.ts';
import type { CallbackHandler } from '../handlers.ts';
import { type CallbackRetention, maintainCallbacks } from '../maintain-callbacks.ts';
import { failureFields } from '../receive/failure-fields.ts';
import { silentLogger } from '../silent-logger.ts';
import type { MemoryLimits } from './memory-state.ts';
import { type CallbackStores, createMemoryCallbackStores } from './memory-stores.ts';
import { createWorkQueue, type WorkQueueOptions } from './work-queue.ts';

/** What {@link createMemoryCallbacks} works with. */
export interface MemoryCallbacksOptions
  extends Pick<CallbackWorkOptions, 'registryOf' | 'receipts'>,
    Pick<WorkQueueOptions, 'concurrency' | 'attempts' | 'timeoutMs' | 'schedule'> {
  /** Absent: none; then callers wait for answers with their handles. */
  readonly handlers?: readonly CallbackHandler[];
  readonly clock: Clock;
  readonly random: Random;
  /** Absent: nothing is logged. */
  readonly logger?: Logger;
  readonly limits?: Partial<MemoryLimits>;
  readonly retention?: Partial<CallbackRetention>;
}

/** The callback side of a program without host: stores for clients and receiver, whose handlers run by themselves. */
export interface MemoryCallbacks extends CallbackStores {
  /** Resolves when no handler runs and none is due. */
  idle(): Promise<void>;
  /** Lets requests expire, and forgets what is over; done every minute by itself. */
  maintain(): Promise<void>;
  /** Aborts what runs, and starts nothing any more. What is in memory ends with the process. */
  stop(): Promise<void>;
}

const maintenanceMs = 60_000;

/**
 * Keeps the state of the callback side in memory and runs its handlers, for a program without `dci-host`. What it holds is
 * lost when the process ends: a registry that got an ACK will not send its callback again. A program that must not lose
 * any runs in a host, or brings stores of its own.
 *
 * @param options - handlers, limits
 * @returns the stores
 */
export function createMemoryCallbacks(options: MemoryCallbacksOptions): MemoryCallbacks {
  const {
    handlers = [],
    registryOf,
    receipts,
    clock,
    random,
    logger = silentLogger,
    limits = {},
    retention = {},
  } = options;
  const { concurrency, attempts, timeoutMs, schedule } = options;
  const stores = createMemoryCallbackStores({ limits, requested: (request) => queue.add(request) });
  const work = createCallbackWork({
    handlers,
    ...stores,
    registryOf,
    ...(receipts !== undefined && { receipts }),
    logger,
  });
  const queue = createWorkQueue({
    ...{ work, random, logger },
    ...(concurrency !== undefined && { concurrency }),
    ...(attempts !== undefined && { attempts }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(schedule !== undefined && { schedule }),
  });
  const maintain = async (): Promise<void> => {
    try {
      await maintainCallbacks(stores, clock.now(), retention);
    } catch (error) {
      logger.warn(failureFields(error), 'the maintenance of callbacks failed; it is tried again');
    }
  };
  const timer = setInterval(() => void maintain(), maintenanceMs).unref();

  return {
    ...stores,
    idle: () => queue.idle(),
    maintain,
    stop: async () => {
      clearInterval(timer);
      await queue.stop();
    },
  };
}
