import type { CallbackStores } from './memory/memory-stores.ts';

/** How long what is over is kept. */
export interface CallbackRetention {
  /** Requests, from when they were opened, with all that their callbacks said. Default 30. */
  readonly transactionDays: number;
  /**
   * Processed events, and ids of messages, from when they arrived. Default 30: registries repeat a delivery for days, and
   * an event that is forgotten would happen again.
   */
  readonly notificationDays: number;
}

/** What is kept where nothing else is said. */
export const defaultCallbackRetention: CallbackRetention = { transactionDays: 30, notificationDays: 30 };

const dayMs = 86_400_000;
/** Batches of one call: what is left is for the next. */
const mostBatches = 20;

/**
 * Lets requests expire whose time is over, and forgets what was kept long enough. To be called every minute or so.
 *
 * @param stores - of the callback side
 * @param now - Unix milliseconds
 * @param retention - how long what is over is kept
 * @returns how many rows were changed
 */
export async function maintainCallbacks(
  { transactions, notifications }: Pick<CallbackStores, 'transactions' | 'notifications'>,
  now: number,
  retention: Partial<CallbackRetention> = {},
): Promise<number> {
  const { transactionDays, notificationDays } = { ...defaultCallbackRetention, ...retention };
  const repeated = async (batch: () => Promise<number>): Promise<number> => {
    let total = 0;
    for (let count = 0; count < mostBatches; count += 1) {
      const changed = await batch();
      total += changed;
      if (changed === 0) break;
    }
    return total;
  };
  const expired = await repeated(() => transactions.expire(now, now - transactionDays * dayMs));
  return expired + (await repeated(() => notifications.forget(now - notificationDays * dayMs)));
}
