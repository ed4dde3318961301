import assert from 'node:assert/strict';
import type { HeldSubscription } from '../callbacks/subscriptions.ts';
import { alsoReopened, type CallbackStoreContractOptions } from './opened-stores.ts';
import { testOpened } from './test-opened.ts';

const full: HeldSubscription = {
  code: 's1',
  source: 'crvs_main',
  transactionId: 't1',
  eventTypes: ['LiveBirth', 'Death'],
  recordType: 'Person',
  state: 'active',
  handler: 'births',
  receipts: true,
  since: 1_000,
  expiresAt: 9_000,
};
const least: HeldSubscription = {
  code: 's2',
  source: 'crvs_main',
  transactionId: 't2',
  eventTypes: [],
  state: 'pending',
  receipts: false,
  since: 3_000,
};

/**
 * The contract of `HeldSubscriptionStore`: the same tests for every implementation.
 *
 * @param options - how stores are made, and the test runner's functions
 */
export function testHeldSubscriptionStore(options: CallbackStoreContractOptions): void {
  const it = testOpened(options);

  options.runner.describe(`held subscription store contract: ${options.name}`, () => {
    it('gives back what was saved', async (opened) => {
      for (const subscription of [full, least]) await opened.stores.subscriptions.save(subscription);
      for (const { subscriptions } of await alsoReopened(opened)) {
        assert.deepEqual(await subscriptions.find('crvs_main', 's1'), full);
        assert.deepEqual(await subscriptions.find('crvs_main', 's2'), least);
        assert.equal(await subscriptions.find('other', 's1'), undefined);
        assert.equal(await subscriptions.find('crvs_main', 's3'), undefined);
      }
    });

    it('replaces what is known, also what has ended', async ({ stores: { subscriptions } }) => {
      await subscriptions.save({ ...full, state: 'ended' });
      const { handler: _handler, expiresAt: _expires, ...changed } = full;
      await subscriptions.save({ ...changed, since: 2_000 });
      assert.deepEqual(await subscriptions.find('crvs_main', 's1'), { ...changed, since: 2_000 });
      assert.equal((await subscriptions.list()).length, 1);
    });

    it('tells the codes of two registries apart', async ({ stores: { subscriptions } }) => {
      await subscriptions.save(full);
      await subscriptions.save({ ...full, source: 'other', state: 'pending' });
      await subscriptions.setState('other', 's1', 'ended');
      assert.equal((await subscriptions.find('crvs_main', 's1'))?.state, 'active');
      assert.equal((await subscriptions.find('other', 's1'))?.state, 'ended');
    });

    it('lists the newest first, by source and transaction', async ({ stores: { subscriptions } }) => {
      await subscriptions.save(full);
      await subscriptions.save(least);
      await subscriptions.save({ ...full, source: 'other', code: 'x', since: 2_000 });
      await subscriptions.save({ ...full, code: 'over', state: 'ended', since: 4_000 });
      await subscriptions.save({ ...full, code: 'ending', state: 'ending', since: 500 });
      const codes = async (...parameters: Parameters<typeof subscriptions.list>) =>
        (await subscriptions.list(...parameters)).map(({ code }) => code);
      assert.deepEqual(await codes(), ['s2', 'x', 's1', 'ending']);
      assert.deepEqual(await codes('crvs_main'), ['s2', 's1', 'ending']);
      assert.deepEqual(await codes('crvs_main', { ended: true }), ['over', 's2', 's1', 'ending']);
      assert.deepEqual(await codes('crvs_main', { transactionId: 't1' }), ['s1', 'ending']);
      assert.deepEqual(await codes(undefined, { transactionId: 't1', ended: true }), ['over', 'x', 's1', 'ending']);
      assert.deepEqual(await codes('unknown'), []);
    });

    it('changes a state, and nothing where there is no subscription', async (opened) => {
      const { subscriptions } = opened.stores;
      await subscriptions.save(full);
      for (const state of ['ending', 'ended', 'pending', 'active'] as const) {
        await subscriptions.setState('crvs_main', 's1', state);
        await subscriptions.setState('crvs_main', 'unknown', state);
        for (const store of await alsoReopened(opened)) {
          assert.deepEqual(await store.subscriptions.find('crvs_main', 's1'), { ...full, state });
          assert.equal((await store.subscriptions.list(undefined, { ended: true })).length, 1);
        }
      }
    });
  });
}
