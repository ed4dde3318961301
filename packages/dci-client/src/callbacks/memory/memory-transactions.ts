import { DciError } from 'dci-core';
import { joinHeld } from '../held-subscriptions.ts';
import type { StoredTransaction, SubscriptionChanges, TransactionStore } from '../transactions.ts';
import { keyOf, type MemoryState, makeRoomForSubscription, memoryFull } from './memory-state.ts';

/**
 * The requests that wait for callbacks, in memory: they end with the process.
 *
 * @param state - what it shares with the other stores
 * @returns the store
 */
export function createMemoryTransactions(state: MemoryState): TransactionStore {
  const { transactions, callbacks, subscriptions, limits, requested } = state;
  const listeners = new Set<(transactionId: string) => void>();

  const changed = (transactionId: string): void => {
    for (const listener of listeners) listener(transactionId);
  };
  const update = (transaction: StoredTransaction, members: Partial<StoredTransaction>): void => {
    transactions.set(transaction.transactionId, { ...transaction, ...members });
    changed(transaction.transactionId);
  };
  const remove = ({ transactionId, source, callbacks: received }: StoredTransaction): void => {
    for (const { messageId } of received) callbacks.delete(keyOf(source, messageId));
    transactions.delete(transactionId);
  };
  const isPending = ({ source, transactionId, action }: StoredTransaction): boolean =>
    action === 'subscribe' &&
    [...subscriptions.values()].some(
      (held) => held.source === source && held.transactionId === transactionId && held.state === 'pending',
    );
  const isOpen = (transaction: StoredTransaction, now: number): boolean =>
    transaction.state === 'open'
      ? now < transaction.expiresAt
      : transaction.state === 'answered' && isPending(transaction);
  const apply = (source: string, { hold, end }: SubscriptionChanges): void => {
    for (const told of hold) {
      const key = keyOf(source, told.code);
      if (!subscriptions.has(key)) makeRoomForSubscription(state);
      subscriptions.set(key, joinHeld(subscriptions.get(key), told));
    }
    for (const code of end) {
      const key = keyOf(source, code);
      const held = subscriptions.get(key);
      if (held !== undefined) subscriptions.set(key, { ...held, state: 'ended' });
    }
  };
  const hasRoom = (): boolean => {
    if (transactions.size < limits.transactions) return true;
    const over = [...transactions.values()].find(
      (transaction) => transaction.state !== 'open' && !isPending(transaction),
    );
    if (over !== undefined) remove(over);
    return over !== undefined;
  };

  return {
    open: async (transaction) => {
      const { transactionId } = transaction;
      if (transactions.has(transactionId)) throw new DciError('err.state.conflict', 'The transaction id is taken.');
      if (!hasRoom()) throw memoryFull();
      transactions.set(transactionId, { ...transaction, state: 'open', callbacks: [] });
      changed(transactionId);
    },
    acknowledge: async (transactionId, correlationId) => {
      const transaction = transactions.get(transactionId);
      if (transaction === undefined || correlationId === undefined) return;
      update(transaction, { correlationId });
    },
    refuse: async (transactionId) => {
      const transaction = transactions.get(transactionId);
      if (transaction?.state === 'open') update(transaction, { state: 'refused' });
    },
    find: async (transactionId) => transactions.get(transactionId),
    findByCorrelation: async (source, correlationId) =>
      [...transactions.values()].find((each) => each.source === source && each.correlationId === correlationId),
    findCallback: async (source, messageId) => callbacks.get(keyOf(source, messageId)),
    receive: async (transactionId, source, action, callback, changes) => {
      const key = keyOf(source, callback.messageId);
      const earlier = callbacks.get(key);
      if (earlier !== undefined) return earlier.digest === callback.digest ? 'duplicate' : 'conflict';
      const transaction = transactions.get(transactionId);
      if (transaction?.source !== source || transaction.action !== action) return 'not_open';
      if (!isOpen(transaction, callback.receivedAt)) return 'not_open';
      if (changes !== undefined) apply(source, changes);
      const { digest, receivedAt } = callback;
      callbacks.set(key, { digest, receivedAt });
      const isAnswer = callback.final && transaction.state === 'open';
      update(transaction, {
        callbacks: [...transaction.callbacks, callback],
        ...(isAnswer && { state: 'answered' }),
      });
      if (isAnswer && action === 'search' && transaction.handler !== undefined) {
        requested({ kind: 'answer', id: transactionId });
      }
      return 'stored';
    },
    expire: async (now, forgetBefore) => {
      let count = 0;
      for (const transaction of [...transactions.values()]) {
        if (transaction.state === 'open' && transaction.expiresAt <= now) {
          update(transaction, { state: 'expired' });
          count += 1;
        } else if (transaction.state !== 'open' && transaction.openedAt < forgetBefore && !isPending(transaction)) {
          remove(transaction);
          count += 1;
        }
      }
      return count;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
