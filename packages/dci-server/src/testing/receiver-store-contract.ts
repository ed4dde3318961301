import assert from 'node:assert/strict';
import { newReceiver, type Receiver, type ReceiverStore } from '../stores/receivers.ts';
import type { TestRunner } from './adapter-contract.ts';
import type { OpenedStore } from './sender-store-contract.ts';

/** What {@link testReceiverStore} tests. */
export interface ReceiverStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes an empty store. */
  readonly create: () => Promise<OpenedStore<ReceiverStore>> | OpenedStore<ReceiverStore>;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

const full: Receiver = {
  receiverId: 'mis.example.org',
  disabled: { at: 5_000, reason: 'gone' },
  failures: 7,
  failingSince: 1_000,
  pausedUntil: 9_000,
  openings: 2,
  lastFailureAt: 4_000,
  lastReason: 'http_503',
};

/**
 * The contract of {@link ReceiverStore}: the same tests for every implementation. What waits for a receiver is counted
 * from the outgoing messages and is not tested here.
 *
 * @param options - how to make a store, and the test runner's functions
 */
export function testReceiverStore({ name, create, runner }: ReceiverStoreContractOptions): void {
  const it = (test: string, run: (opened: OpenedStore<ReceiverStore>) => Promise<void>): void => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };

  runner.describe(`receiver store contract: ${name}`, () => {
    it('knows nothing of a receiver that never failed', async ({ store }) => {
      assert.deepEqual(await store.find('mis.example.org'), newReceiver('mis.example.org'));
      assert.deepEqual(await store.list(), []);
    });

    it('keeps every member', async ({ store, reopen }) => {
      assert.deepEqual(await store.change(full.receiverId, () => full), full);
      for (const opened of [store, await reopen()]) assert.deepEqual(await opened.find(full.receiverId), full);
      assert.deepEqual(await store.list(), [{ receiver: full, pending: 0, dead: 0 }]);
    });

    it('takes members away', async ({ store }) => {
      await store.change(full.receiverId, () => full);
      await store.change(full.receiverId, () => newReceiver(full.receiverId));
      assert.deepEqual(await store.find(full.receiverId), newReceiver(full.receiverId));
    });

    it('changes what is there, and nothing when the change gives it back', async ({ store }) => {
      await store.change('a', (receiver) => receiver);
      assert.deepEqual(await store.list(), []);
      await store.change('a', (receiver) => ({ ...receiver, failures: receiver.failures + 1 }));
      await store.change('a', (receiver) => ({ ...receiver, failures: receiver.failures + 1 }));
      assert.equal((await store.find('a')).failures, 2);
    });

    it('loses no change of simultaneous ones, also by another process', async ({ store, reopen }) => {
      const other = await reopen();
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (index % 2 === 0 ? store : other).change('a', (receiver) => ({
            ...receiver,
            failures: receiver.failures + 1,
          })),
        ),
      );
      assert.equal((await store.find('a')).failures, 50);
      assert.equal((await other.find('a')).failures, 50);
    });

    it('changes nothing when the change throws', async ({ store }) => {
      await store.change(full.receiverId, () => full);
      await assert.rejects(
        store.change(full.receiverId, () => {
          throw new Error('no');
        }),
        /no/,
      );
      assert.deepEqual(await store.find(full.receiverId), full);
    });

    it('lists receivers by id', async ({ store }) => {
      for (const receiverId of ['b', 'c', 'a']) await store.change(receiverId, () => ({ ...full, receiverId }));
      assert.deepEqual(
        (await store.list()).map(({ receiver }) => receiver.receiverId),
        ['a', 'b', 'c'],
      );
    });
  });
}
