import { describe, expect, it } from 'vitest';
import { testHeldSubscriptionStore } from '../../testing/held-subscription-store-contract.ts';
import { testNotificationStore } from '../../testing/notification-store-contract.ts';
import type { OpenedCallbackStores } from '../../testing/opened-stores.ts';
import { testTransactionStore } from '../../testing/transaction-store-contract.ts';
import type { CallbackWorkRequest } from '../work-request.ts';
import { createMemoryCallbackStores } from './memory-stores.ts';

const create = (): OpenedCallbackStores => {
  const requests: CallbackWorkRequest[] = [];
  const stores = createMemoryCallbackStores({ requested: (work) => void requests.push(work) });
  return { stores, requested: () => requests };
};

const contract = { name: 'memory', create, runner: { describe, it } };
testTransactionStore(contract);
testHeldSubscriptionStore(contract);
testNotificationStore(contract);

describe('stores in memory are bounded', () => {
  const transaction = (transactionId: string) => ({
    transactionId,
    source: 's',
    action: 'search' as const,
    messageId: transactionId,
    referenceIds: [],
    request: {},
    openedAt: 0,
    expiresAt: 10,
  });
  const limits = { transactions: 2, subscriptions: 2, events: 2 };
  const full = { code: 'err.service.unavailable', status: 503 };

  it('by open transactions; ended ones make room', async () => {
    const { transactions } = createMemoryCallbackStores({ limits });
    await transactions.open(transaction('a'));
    await transactions.open(transaction('b'));
    await expect(transactions.open(transaction('c'))).rejects.toMatchObject(full);
    await transactions.refuse('b');
    await transactions.open(transaction('c'));
    expect(await transactions.find('a')).toBeDefined();
    expect(await transactions.find('b')).toBeUndefined();
  });

  it('by subscriptions; ended ones make room', async () => {
    const { subscriptions, transactions } = createMemoryCallbackStores({ limits });
    const held = (code: string) => ({
      code,
      source: 's',
      transactionId: 'a',
      eventTypes: [],
      state: 'active' as const,
      receipts: false,
      since: 0,
    });
    await subscriptions.save(held('a'));
    await subscriptions.save(held('b'));
    await subscriptions.save(held('b'));
    await expect(subscriptions.save(held('c'))).rejects.toMatchObject(full);
    await transactions.open({ ...transaction('t'), action: 'subscribe' });
    const callback = { messageId: 'm', digest: 'd', receivedAt: 1, status: 'succ' as const, final: true, content: {} };
    const changes = { hold: [held('c')], end: [] };
    await expect(transactions.receive('t', 's', 'subscribe', callback, changes)).rejects.toMatchObject(full);
    expect(await transactions.findCallback('s', 'm')).toBeUndefined();
    await subscriptions.setState('s', 'a', 'ended');
    expect(await transactions.receive('t', 's', 'subscribe', callback, changes)).toBe('stored');
    expect((await subscriptions.list()).map(({ code }) => code)).toEqual(['c', 'b']);
  });

  it('by events that no handler is through with; a notification that does not fit is not stored', async () => {
    const { notifications } = createMemoryCallbackStores({ limits });
    const evidence = { verified: true, senderId: 'x', header: {}, message: {} };
    const event = (id: string) => ({
      source: 's',
      id,
      eventType: 'e',
      recordType: 'r',
      records: [],
      warnings: [],
    });
    const notification = (...ids: string[]) => ({
      source: 's',
      messageId: ids.join(),
      digest: 'd',
      receivedAt: 0,
      receipts: false,
      evidence,
      events: ids.map(event),
    });
    await notifications.receive(notification('a', 'b'));
    await expect(notifications.receive(notification('c'))).rejects.toMatchObject(full);
    expect(await notifications.findMessage('s', 'c')).toBeUndefined();
    await notifications.settle('b', { state: 'processed' });
    expect(await notifications.receive(notification('c'))).toBe('stored');
    expect(await notifications.find('a')).toBeDefined();
    expect(await notifications.find('b')).toBeUndefined();
    for (const id of ['a', 'c']) await notifications.settle(id, { state: 'processed' });
    for (const id of ['d', 'e', 'f', 'g']) {
      await notifications.receive(notification(id));
      await notifications.settle(id, { state: 'processed' });
    }
    // Ids of messages whose events are gone are the first to go.
    expect(await notifications.findMessage('s', 'a,b')).toBeUndefined();
    expect(await notifications.findMessage('s', 'g')).toBeDefined();
  });
});
