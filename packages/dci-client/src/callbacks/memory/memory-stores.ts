import type { NotificationStore } from '../notifications.ts';
import type { HeldSubscriptionStore } from '../subscriptions.ts';
import type { TransactionStore } from '../transactions.ts';
import type { CallbackWorkRequest } from '../work-request.ts';
import { createMemoryNotifications } from './memory-notifications.ts';
import { defaultMemoryLimits, type MemoryLimits, type MemoryState } from './memory-state.ts';
import { createMemorySubscriptions } from './memory-subscriptions.ts';
import { createMemoryTransactions } from './memory-transactions.ts';

/** What a client and a callback receiver share. */
export interface CallbackStores {
  readonly transactions: TransactionStore;
  readonly subscriptions: HeldSubscriptionStore;
  readonly notifications: NotificationStore;
}

/** How {@link createMemoryCallbackStores} keeps. */
export interface MemoryCallbackStoresOptions {
  readonly limits?: Partial<MemoryLimits>;
  /** Is told of work that follows from what was stored; absent: nobody is. */
  readonly requested?: (work: CallbackWorkRequest) => void;
}

/**
 * The three stores of the callback side in memory, bounded: for programs and tests that need nothing after their end.
 *
 * @param options - limits, and who does the work
 * @returns the stores
 */
export function createMemoryCallbackStores(options: MemoryCallbackStoresOptions = {}): CallbackStores {
  const state: MemoryState = {
    limits: { ...defaultMemoryLimits, ...options.limits },
    transactions: new Map(),
    callbacks: new Map(),
    subscriptions: new Map(),
    events: new Map(),
    notifications: new Map(),
    requested: options.requested ?? (() => {}),
  };
  return {
    transactions: createMemoryTransactions(state),
    subscriptions: createMemorySubscriptions(state),
    notifications: createMemoryNotifications(state),
  };
}
