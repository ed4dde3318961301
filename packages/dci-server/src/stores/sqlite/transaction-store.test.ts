import { describe, expect, it } from 'vitest';
import { type TransactionStores, testTransactionStore } from '../../testing/transaction-store-contract.ts';
import type { FilteredSubscription } from '../subscriptions.ts';
import { createSqliteOutgoingStore } from './outgoing-store.ts';
import { createSqliteReplayStore } from './replay-store.ts';
import { openedState, type StateSurroundings } from './state-database.fixtures.ts';
import { createSqliteSubscriptionStore } from './subscription-store.ts';
import { createSqliteTransactionStore } from './transaction-store.ts';

const stores = (state: StateSurroundings): TransactionStores => ({
  transactions: createSqliteTransactionStore(state),
  outgoing: createSqliteOutgoingStore(state),
  replays: createSqliteReplayStore(state.database.durable),
});

testTransactionStore({ name: 'SQLite', create: () => openedState(stores), runner: { describe, it } });

it('ends subscriptions of the sender in the commit that accepts', async () => {
  const opened = openedState((state) => ({
    store: createSqliteTransactionStore(state),
    subscriptions: createSqliteSubscriptionStore(state),
  }));
  const { store, subscriptions } = opened.store;
  const own = 'mis.example.org';
  for (const [code, senderId, state] of [
    ['own', own, 'active'],
    ['waiting', own, 'pending'],
    ['over', own, 'expired'],
    ['kept', own, 'active'],
    ['foreign', 'other.example.org', 'active'],
  ] as const) {
    const subscription: FilteredSubscription = {
      code,
      senderId,
      registry: 'social',
      eventTypes: [code],
      recordType: 'Person',
      startsAt: 0,
      expiresAt: 9,
      state,
      isEncrypted: false,
      transactionId: 't',
      correlationId: `c-${code}`,
      referenceId: code,
      createdAt: 0,
    };
    expect(await subscriptions.add([{ subscription, jobs: [] }], 100)).toEqual(['added']);
  }
  const header = {
    message_id: 'm',
    message_ts: '2026-04-22T10:30:00Z',
    action: 'unsubscribe',
    sender_id: 'mis.example.org',
  };
  await store.accept(
    {
      correlationId: 'c1',
      senderId: 'mis.example.org',
      messageId: 'm',
      transactionId: 't',
      registry: 'social',
      action: 'unsubscribe',
      isEncrypted: false,
      totalCount: 4,
      acceptedAt: 5,
      bodyDigest: 'd',
      content: { header, message: {} },
      referenceIds: [],
    },
    { claimExpiresAt: 9, jobs: [], endSubscriptions: ['own', 'waiting', 'over', 'foreign', 'unknown'] },
  );
  const found = async (code: string) => {
    const { state, endedBy, endedAt } = (await subscriptions.find(code)) ?? {};
    return [state, endedBy, endedAt];
  };
  expect(await found('own')).toEqual(['ended', 'c1', 5]);
  expect(await found('waiting')).toEqual(['ended', 'c1', 5]);
  expect((await found('over'))[0]).toBe('expired');
  expect(await found('kept')).toEqual(['active', undefined, undefined]);
  expect(await found('foreign')).toEqual(['active', undefined, undefined]);
  opened.close();
});
