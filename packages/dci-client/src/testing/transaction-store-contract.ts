import assert from 'node:assert/strict';
import { callback, held, transaction } from './contract-samples.ts';
import { alsoReopened, type CallbackStoreContractOptions } from './opened-stores.ts';
import { testOpened } from './test-opened.ts';

/**
 * The contract of `TransactionStore`: the same tests for every implementation.
 *
 * @param options - how stores are made, and the test runner's functions
 */
export function testTransactionStore(options: CallbackStoreContractOptions): void {
  const it = testOpened(options);

  options.runner.describe(`transaction store contract: ${options.name}`, () => {
    it('gives back what was opened', async (opened) => {
      await opened.stores.transactions.open(transaction());
      const { handler: _handler, receipts: _receipts, ...least } = transaction({ transactionId: 't2' });
      await opened.stores.transactions.open(least);
      for (const { transactions } of await alsoReopened(opened)) {
        assert.deepEqual(await transactions.find('t1'), { ...transaction(), state: 'open', callbacks: [] });
        assert.deepEqual(await transactions.find('t2'), { ...least, state: 'open', callbacks: [] });
        assert.equal(await transactions.find('t3'), undefined);
        assert.equal(await transactions.findCallback('crvs_main', 'c1'), undefined);
      }
      assert.deepEqual(opened.requested(), []);
    });

    it('refuses an id that is taken', async ({ stores: { transactions } }) => {
      await transactions.open(transaction());
      await assert.rejects(transactions.open(transaction({ source: 'other' })), { code: 'err.state.conflict' });
      assert.equal((await transactions.find('t1'))?.source, 'crvs_main');
    });

    it('knows a transaction by the name that its registry gave it', async (opened) => {
      const { transactions } = opened.stores;
      await transactions.open(transaction());
      await transactions.acknowledge('t1', 'registry-1');
      await transactions.open(transaction({ transactionId: 't2', source: 'other' }));
      await transactions.acknowledge('t2', undefined);
      await transactions.acknowledge('unknown', 'registry-2');
      for (const store of await alsoReopened(opened)) {
        const found = await store.transactions.findByCorrelation('crvs_main', 'registry-1');
        assert.deepEqual([found?.transactionId, found?.correlationId], ['t1', 'registry-1']);
        assert.equal(await store.transactions.findByCorrelation('other', 'registry-1'), undefined);
        assert.equal(await store.transactions.findByCorrelation('crvs_main', 'registry-2'), undefined);
        assert.equal((await store.transactions.find('t2'))?.correlationId, undefined);
      }
    });

    it('stores callbacks in the order of arrival and closes with the last', async (opened) => {
      const { transactions } = opened.stores;
      await transactions.open(transaction());
      const first = callback({ messageId: 'z', status: 'pdng', final: false });
      const { correlationId: _correlation, ...second } = callback({ messageId: 'a', receivedAt: 1_999 });
      assert.equal(await transactions.receive('t1', 'crvs_main', 'search', first), 'stored');
      assert.equal((await transactions.find('t1'))?.state, 'open');
      assert.deepEqual(opened.requested(), []);
      assert.equal(await transactions.receive('t1', 'crvs_main', 'search', second), 'stored');
      for (const store of await alsoReopened(opened)) {
        const found = await store.transactions.find('t1');
        assert.equal(found?.state, 'answered');
        assert.deepEqual(found?.callbacks, [first, second]);
        assert.deepEqual(await store.transactions.findCallback('crvs_main', 'a'), { digest: 'd1', receivedAt: 1_999 });
        assert.equal(await store.transactions.findCallback('other', 'a'), undefined);
      }
      assert.deepEqual(opened.requested(), [{ kind: 'answer', id: 't1' }]);
    });

    it('requests work only for a search that has a handler', async ({ stores: { transactions }, requested }) => {
      const { handler: _handler, ...without } = transaction();
      await transactions.open(without);
      await transactions.open(transaction({ transactionId: 't2', action: 'txn-status' }));
      assert.equal(await transactions.receive('t1', 'crvs_main', 'search', callback()), 'stored');
      assert.equal(
        await transactions.receive('t2', 'crvs_main', 'txn-status', callback({ messageId: 'c2' })),
        'stored',
      );
      assert.deepEqual(requested(), []);
    });

    it('stores a callback once, however often it comes', async (opened) => {
      const { transactions } = opened.stores;
      await transactions.open(transaction());
      const receipts = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          transactions.receive('t1', 'crvs_main', 'search', callback({ receivedAt: 2_000 + index })),
        ),
      );
      assert.equal(receipts.filter((receipt) => receipt === 'stored').length, 1);
      assert.equal(receipts.filter((receipt) => receipt === 'duplicate').length, 19);
      for (const store of await alsoReopened(opened)) {
        assert.equal(await store.transactions.receive('t1', 'crvs_main', 'search', callback()), 'duplicate');
        assert.equal((await store.transactions.find('t1'))?.callbacks.length, 1);
      }
      assert.equal(opened.requested().length, 1);
    });

    it('tells another message under an id that was used', async ({ stores: { transactions } }) => {
      await transactions.open(transaction());
      await transactions.open(transaction({ transactionId: 't2' }));
      const waiting = callback({ final: false });
      assert.equal(await transactions.receive('t1', 'crvs_main', 'search', waiting), 'stored');
      const other = callback({ digest: 'd2' });
      assert.equal(await transactions.receive('t1', 'crvs_main', 'search', other), 'conflict');
      assert.equal(await transactions.receive('t2', 'crvs_main', 'search', other), 'conflict');
      assert.deepEqual((await transactions.find('t1'))?.callbacks, [waiting]);
      assert.deepEqual((await transactions.find('t2'))?.callbacks, []);
    });

    it('tells the messages of two counterparts apart', async ({ stores: { transactions } }) => {
      await transactions.open(transaction());
      await transactions.open(transaction({ transactionId: 't2', source: 'other' }));
      assert.equal(await transactions.receive('t1', 'crvs_main', 'search', callback()), 'stored');
      assert.equal(await transactions.receive('t2', 'other', 'search', callback({ digest: 'd2' })), 'stored');
    });

    it('takes nothing for what is not open', async ({ stores: { transactions }, requested }) => {
      for (const transactionId of ['foreign', 'action', 'refused', 'late', 'expired', 'answered']) {
        await transactions.open(transaction({ transactionId }));
      }
      await transactions.refuse('refused');
      await transactions.expire(9_000, 0);
      await transactions.open(transaction({ transactionId: 'open' }));
      const receive = (
        id: string,
        source = 'crvs_main',
        action: 'search' | 'subscribe' = 'search',
        receivedAt = 2_000,
      ) =>
        transactions.receive(id, source, action, callback({ messageId: `c-${id}`, receivedAt }), {
          hold: [held()],
          end: [],
        });
      assert.equal(await receive('unknown'), 'not_open');
      assert.equal(await receive('open', 'other'), 'not_open');
      assert.equal(await receive('open', 'crvs_main', 'subscribe'), 'not_open');
      assert.equal(await receive('open', 'crvs_main', 'search', 9_000), 'not_open');
      assert.equal(await receive('refused'), 'not_open');
      assert.equal(await receive('expired'), 'not_open');
      assert.deepEqual(requested(), []);
      assert.equal((await transactions.find('open'))?.callbacks.length, 0);
      assert.equal(await receive('open', 'crvs_main', 'search', 8_999), 'stored');
      assert.equal(await transactions.receive('open', 'crvs_main', 'search', callback()), 'not_open');
    });

    it('changes the subscriptions in the commit of the callback', async (opened) => {
      const { transactions, subscriptions } = opened.stores;
      await transactions.open(transaction({ action: 'subscribe' }));
      for (const [code, state] of [
        ['active', 'active'],
        ['ended', 'ended'],
        ['ending', 'ending'],
        ['over', 'active'],
      ] as const) {
        await subscriptions.save(held({ code, state, since: 1 }));
      }
      await subscriptions.save(held({ code: 'over', source: 'other' }));
      const told = ['new', 'active', 'ended', 'ending'].map((code) =>
        held({ code, state: code === 'active' ? 'pending' : 'active', eventTypes: ['Death'] }),
      );
      const changes = { hold: told, end: ['over', 'unknown'] };
      assert.equal(await transactions.receive('t1', 'crvs_main', 'subscribe', callback(), changes), 'stored');
      for (const store of await alsoReopened(opened)) {
        const find = async (code: string) => {
          const found = await store.subscriptions.find('crvs_main', code);
          return [found?.state, found?.since, found?.eventTypes[0]];
        };
        assert.deepEqual(await find('new'), ['active', 2_000, 'Death']);
        assert.deepEqual(await find('active'), ['active', 1, 'LiveBirth']);
        assert.deepEqual(await find('ended'), ['ended', 1, 'LiveBirth']);
        assert.deepEqual(await find('ending'), ['ending', 1, 'LiveBirth']);
        assert.deepEqual(await find('over'), ['ended', 1, 'LiveBirth']);
        assert.equal(await store.subscriptions.find('crvs_main', 'unknown'), undefined);
        assert.equal((await store.subscriptions.find('other', 'over'))?.state, 'active');
      }
      await subscriptions.setState('crvs_main', 'new', 'ended');
      assert.equal(await transactions.receive('t1', 'crvs_main', 'subscribe', callback(), changes), 'duplicate');
      assert.equal((await subscriptions.find('crvs_main', 'new'))?.state, 'ended');
    });

    it('takes the decision on a subscription that was pending', async ({ stores: { transactions, subscriptions } }) => {
      await transactions.open(transaction({ action: 'subscribe' }));
      const pending = { hold: [held({ state: 'pending' })], end: [] };
      assert.equal(await transactions.receive('t1', 'crvs_main', 'subscribe', callback(), pending), 'stored');
      assert.equal((await transactions.find('t1'))?.state, 'answered');
      await transactions.expire(99_000, 99_000);
      const decision = callback({ messageId: 'c2', receivedAt: 90_000 });
      const active = { hold: [held()], end: [] };
      assert.equal(await transactions.receive('t1', 'crvs_main', 'subscribe', decision, active), 'stored');
      assert.equal((await subscriptions.find('crvs_main', 's1'))?.state, 'active');
      const further = callback({ messageId: 'c3' });
      assert.equal(await transactions.receive('t1', 'crvs_main', 'subscribe', further, active), 'not_open');
      assert.equal((await transactions.find('t1'))?.callbacks.length, 2);
    });

    it('refuses only what is open', async ({ stores: { transactions } }) => {
      await transactions.open(transaction());
      await transactions.receive('t1', 'crvs_main', 'search', callback());
      await transactions.refuse('t1');
      await transactions.refuse('unknown');
      assert.equal((await transactions.find('t1'))?.state, 'answered');
    });

    it('lets requests expire, and forgets them', async (opened) => {
      const { transactions } = opened.stores;
      await transactions.open(transaction());
      await transactions.open(transaction({ transactionId: 't2', expiresAt: 9_001, openedAt: 5_000 }));
      await transactions.open(transaction({ transactionId: 't3', expiresAt: 99_000 }));
      await transactions.receive('t3', 'crvs_main', 'search', callback());
      assert.equal(await transactions.expire(8_999, 0), 0);
      assert.equal(await transactions.expire(9_000, 0), 1);
      assert.equal((await transactions.find('t1'))?.state, 'expired');
      assert.equal((await transactions.find('t2'))?.state, 'open');
      while ((await transactions.expire(9_001, 2_000)) > 0);
      for (const store of await alsoReopened(opened)) {
        assert.equal(await store.transactions.find('t1'), undefined);
        assert.equal((await store.transactions.find('t2'))?.state, 'expired');
        assert.equal(await store.transactions.find('t3'), undefined);
        assert.equal(await store.transactions.findCallback('crvs_main', 'c1'), undefined);
      }
    });

    it('tells of changes until it is told to stop', async ({ stores: { transactions } }) => {
      const told: string[] = [];
      const stop = transactions.onChange((id) => told.push(id));
      const count = async (work: () => Promise<unknown>) => {
        told.length = 0;
        await work();
        return [...new Set(told)];
      };
      await transactions.open(transaction());
      await transactions.open(transaction({ transactionId: 't2' }));
      assert.deepEqual(await count(() => transactions.acknowledge('t1', 'x')), ['t1']);
      assert.deepEqual(await count(() => transactions.receive('t1', 'crvs_main', 'search', callback())), ['t1']);
      assert.deepEqual(await count(() => transactions.expire(9_000, 0)), ['t2']);
      await transactions.open(transaction({ transactionId: 't3' }));
      assert.deepEqual(await count(() => transactions.refuse('t3')), ['t3']);
      stop();
      assert.deepEqual(await count(() => transactions.open(transaction({ transactionId: 't4' }))), []);
    });

    it('keeps content sealed', async ({ stores: { transactions }, holds }) => {
      await transactions.open(transaction());
      await transactions.receive('t1', 'crvs_main', 'search', callback());
      if (holds === undefined) return;
      assert.ok(holds('crvs_main'), 'what is not sealed is found');
      for (const secret of ['Secret', 'criteria', 'search_response']) assert.ok(!holds(secret), secret);
    });

    it('stores nothing when the work cannot be requested', async (opened) => {
      if (opened.failRequests === undefined) return;
      const { transactions, subscriptions } = opened.stores;
      await transactions.open(transaction());
      opened.failRequests(new Error('no more jobs'));
      const changes = { hold: [held()], end: [] };
      await assert.rejects(transactions.receive('t1', 'crvs_main', 'search', callback(), changes), /no more jobs/);
      opened.failRequests(undefined);
      assert.equal((await transactions.find('t1'))?.state, 'open');
      assert.deepEqual((await transactions.find('t1'))?.callbacks, []);
      assert.equal(await subscriptions.find('crvs_main', 's1'), undefined);
      assert.equal(await transactions.receive('t1', 'crvs_main', 'search', callback(), changes), 'stored');
      assert.deepEqual(opened.requested(), [{ kind: 'answer', id: 't1' }]);
    });
  });
}
