import type { HeldSubscriptionStore } from '../subscriptions.ts';
import { keyOf, type MemoryState, makeRoomForSubscription } from './memory-state.ts';

/**
 * The subscriptions that we hold, in memory.
 *
 * @param state - what it shares with the other stores
 * @returns the store
 */
export function createMemorySubscriptions(state: MemoryState): HeldSubscriptionStore {
  const { subscriptions } = state;
  return {
    save: async (subscription) => {
      const key = keyOf(subscription.source, subscription.code);
      if (!subscriptions.has(key)) makeRoomForSubscription(state);
      subscriptions.set(key, subscription);
    },
    find: async (source, code) => subscriptions.get(keyOf(source, code)),
    list: async (source, { ended = false, transactionId } = {}) =>
      [...subscriptions.values()]
        .filter(
          (held) =>
            (source === undefined || held.source === source) &&
            (transactionId === undefined || held.transactionId === transactionId) &&
            (ended || held.state !== 'ended'),
        )
        .reverse()
        .sort((a, b) => b.since - a.since),
    setState: async (source, code, next) => {
      const key = keyOf(source, code);
      const held = subscriptions.get(key);
      if (held !== undefined) subscriptions.set(key, { ...held, state: next });
    },
  };
}
