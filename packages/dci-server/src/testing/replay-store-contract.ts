import assert from 'node:assert/strict';
import type { ReplayStore } from '../stores/ports.ts';
import type { TestRunner } from './adapter-contract.ts';
import type { OpenedStore } from './sender-store-contract.ts';

/** What {@link testReplayStore} tests. */
export interface ReplayStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes an empty store. */
  readonly create: () => Promise<OpenedStore<ReplayStore>> | OpenedStore<ReplayStore>;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

/**
 * The contract of {@link ReplayStore}: the same tests for every implementation.
 *
 * @param options - how to make a store, and the test runner's functions
 */
export function testReplayStore({ name, create, runner }: ReplayStoreContractOptions): void {
  const it = (test: string, run: (opened: OpenedStore<ReplayStore>) => Promise<void>): void => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };
  const claim = (senderId: string, messageId: string, expiresAt = 1_000) => ({ senderId, messageId, expiresAt });

  runner.describe(`replay store contract: ${name}`, () => {
    it('grants the first claim and no second', async ({ store }) => {
      assert.equal(await store.claim(claim('a', '1')), true);
      assert.equal(await store.claim(claim('a', '1')), false);
      assert.equal(await store.claim(claim('a', '1', 9_999)), false);
    });

    it('tells senders and messages apart', async ({ store }) => {
      for (const [senderId, messageId] of [
        ['a', '1'],
        ['a', '2'],
        ['b', '1'],
        ['a', 'A'],
        ['A', '1'],
        ['a1', ''],
        ['', 'a1'],
        ['a', '1 '],
      ] as const) {
        assert.equal(await store.claim(claim(senderId, messageId)), true, `${senderId}/${messageId}`);
      }
    });

    it('grants exactly one of many simultaneous claims', async ({ store, reopen }) => {
      const other = await reopen();
      const claims = Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? store : other).claim(claim('a', '1')),
      );
      assert.equal((await Promise.all(claims)).filter((granted) => granted).length, 1);
    });

    it('refuses a claim that another process made', async ({ store, reopen }) => {
      await store.claim(claim('a', '1'));
      assert.equal(await (await reopen()).claim(claim('a', '1')), false);
    });

    it('forgets what has expired, and nothing else', async ({ store }) => {
      await store.claim(claim('a', 'early', 100));
      await store.claim(claim('a', 'late', 200));
      assert.equal(await store.prune(100), 0);
      assert.equal(await store.claim(claim('a', 'early', 100)), false);
      assert.equal(await store.prune(101), 1);
      assert.equal(await store.prune(101), 0);
      assert.equal(await store.claim(claim('a', 'early', 300)), true);
      assert.equal(await store.claim(claim('a', 'late', 300)), false);
    });

    it('forgets any number of claims in bounded rounds', async ({ store }) => {
      const count = 5_000;
      for (let index = 0; index < count; index += 1) await store.claim(claim('a', String(index), 1));
      let forgotten = 0;
      for (let round = 0, last = 1; last > 0 && round < count; round += 1) {
        last = await store.prune(2);
        forgotten += last;
      }
      assert.equal(forgotten, count);
    });
  });
}
