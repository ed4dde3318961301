import assert from 'node:assert/strict';
import type { JobChanges } from 'dci-host';
import type { FilteredSubscription, NewSubscription, SubscriptionStore } from '../stores/subscriptions.ts';
import type { TestRunner } from './adapter-contract.ts';
import type { OpenedStore } from './sender-store-contract.ts';

/** A store under test, with the jobs that were written in its commits. */
export interface OpenedSubscriptionStore extends OpenedStore<SubscriptionStore> {
  /** What the store's `JobWriter` was given, of commits that succeeded. */
  readonly applied: () => readonly JobChanges[];
  /** Lets the `JobWriter` throw. */
  readonly failJobs: (error: Error | undefined) => void;
  /** @returns whether this text can be found in what is stored */
  readonly holds: (text: string) => boolean;
}

/** What {@link testSubscriptionStore} tests. */
export interface SubscriptionStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes an empty store. */
  readonly create: () => Promise<OpenedSubscriptionStore> | OpenedSubscriptionStore;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

const base: FilteredSubscription = {
  code: 'SUB-1',
  senderId: 'mis.example.org',
  registry: 'social',
  eventTypes: ['REGISTER', 'UPDATE'],
  recordType: 'Person',
  startsAt: 1_000,
  expiresAt: 9_000,
  state: 'active',
  isEncrypted: false,
  transactionId: 't-1',
  correlationId: 'c-1',
  referenceId: 'r-1',
  createdAt: 1_000,
  activeAt: 1_000,
};

const full: FilteredSubscription = {
  ...base,
  filterType: 'idtype-value',
  received: { filter: { type: 'UIN', value: 'Secret', size: 1.5, big: 12345678901234567890n }, dialect: 'openspp' },
  fields: ['name.surname', 'identifier[identifier_type=UIN]'],
  frequency: '0 6 * * *',
  senderUri: 'https://mis.example.org/cb',
  isEncrypted: true,
  locale: 'eng',
  purpose: 'eligibility',
  nextDigestAt: 5_000,
};

/**
 * @param changes - members that matter to a test
 * @returns a subscription to be added, without jobs
 */
function subscription(changes: Partial<FilteredSubscription> = {}): NewSubscription {
  return { subscription: { ...base, purpose: changes.code ?? base.code, ...changes }, jobs: [] };
}

const most = 100;

/**
 * The contract of {@link SubscriptionStore}: the same tests for every implementation.
 *
 * @param options - how to make a store, and the test runner's functions
 */
export function testSubscriptionStore({ name, create, runner }: SubscriptionStoreContractOptions): void {
  const it = (test: string, run: (opened: OpenedSubscriptionStore) => Promise<void>): void => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };

  runner.describe(`subscription store contract: ${name}`, () => {
    it('gives back a subscription with every member, its filter apart', async ({ store, reopen }) => {
      assert.deepEqual(await store.add([{ subscription: full, jobs: [] }], most), ['added']);
      const { received: _, ...plain } = full;
      for (const opened of [store, await reopen()]) {
        assert.deepEqual(await opened.find('SUB-1'), plain);
        assert.deepEqual(await opened.findWithFilter('SUB-1'), full);
        assert.deepEqual(await opened.findByCorrelation('c-1'), [plain]);
        assert.deepEqual(await opened.active('social'), [full]);
      }
    });

    it('gives back a subscription without the optional members', async ({ store }) => {
      await store.add([{ subscription: base, jobs: [] }], most);
      assert.deepEqual(await store.findWithFilter('SUB-1'), base);
    });

    it('knows nothing that was not added', async ({ store }) => {
      assert.equal(await store.find('SUB-1'), undefined);
      assert.equal(await store.findWithFilter('SUB-1'), undefined);
      assert.deepEqual(await store.findByCorrelation('c-1'), []);
      assert.deepEqual(await store.list({}), []);
      assert.deepEqual(await store.active('social'), []);
    });

    it('keeps filters sealed', async ({ store, holds }) => {
      await store.add([{ subscription: full, jobs: [] }], most);
      assert.ok(holds('SUB-1'), 'what is not sealed is found');
      assert.ok(!holds('Secret'));
    });

    it('adds each for itself, with its jobs only when it is added', async ({ store, applied }) => {
      const jobs = [{ queue: 'q', key: 'k', payload: {} }];
      const same = { ...subscription({ code: 'SUB-2', purpose: 'SUB-1' }), jobs };
      const added = await store.add(
        [{ ...subscription(), jobs }, { ...subscription(), jobs }, same, subscription({ code: 'SUB-3' })],
        2,
      );
      assert.deepEqual(added, ['added', 'known', 'duplicate', 'added']);
      assert.deepEqual(await store.add([subscription({ code: 'SUB-4' })], 2), ['limit']);
      assert.deepEqual(applied(), [{ enqueue: jobs }]);
    });

    it('tells subscriptions apart by what they are about, not by their time', async ({ store }) => {
      const changes: readonly (readonly [Partial<FilteredSubscription>, string])[] = [
        [{}, 'added'],
        [{ startsAt: 2_000, expiresAt: 3_000 }, 'duplicate'],
        [{ eventTypes: ['UPDATE', 'REGISTER'] }, 'duplicate'],
        [{ eventTypes: ['UPDATE'] }, 'added'],
        [{ recordType: 'Group' }, 'added'],
        [{ frequency: '0 6 * * *' }, 'added'],
        [{ fields: ['name'] }, 'added'],
        [{ received: { filter: { type: 'UIN', value: '1' }, dialect: 'spdci-1.0' } }, 'added'],
        [{ received: { filter: { value: '1', type: 'UIN' }, dialect: 'spdci-1.0' } }, 'duplicate'],
        [{ received: { filter: { type: 'UIN', value: '2' }, dialect: 'spdci-1.0' } }, 'added'],
        [{ senderId: 'other.example.org' }, 'added'],
      ];
      for (const [index, [change, expected]] of changes.entries()) {
        const added = await store.add([subscription({ code: `SUB-${index}`, purpose: 'p', ...change })], most);
        assert.deepEqual(added, [expected], JSON.stringify(change));
      }
    });

    it('counts pending and active ones for the limit, of each sender', async ({ store }) => {
      await store.add([subscription({ code: 'a', state: 'pending' }), subscription({ code: 'b' })], 2);
      assert.deepEqual(await store.add([subscription({ code: 'c' })], 2), ['limit']);
      assert.deepEqual(await store.add([subscription({ code: 'd', senderId: 'other' })], 2), ['added']);
      await store.end(['a'], { endedBy: 'c-9', at: 2_000 });
      assert.deepEqual(await store.add([subscription({ code: 'c' })], 2), ['added']);
    });

    it('adds nothing when the jobs cannot be written', async ({ store, failJobs }) => {
      failJobs(new Error('no jobs'));
      const jobs = [{ queue: 'q', key: 'k', payload: {} }];
      await assert.rejects(store.add([subscription(), { ...subscription({ code: 'SUB-2' }), jobs }], most), /no jobs/);
      assert.deepEqual(await store.list({}), []);
    });

    it('has another revision after each change of what is active', async ({ store, reopen }) => {
      const seen = new Set([await store.revision()]);
      await store.add([subscription()], most);
      seen.add(await store.revision());
      await (await reopen()).end(['SUB-1'], { endedBy: 'c-9', at: 2_000 });
      seen.add(await store.revision());
      await store.end(['SUB-1'], { endedBy: 'c-9', at: 2_000 });
      seen.add(await store.revision());
      assert.equal(seen.size, 3);
    });

    it('lists newest first, by sender, registry and state', async ({ store }) => {
      await store.add(
        [
          subscription({ code: 'a' }),
          subscription({ code: 'b', senderId: 'other' }),
          subscription({ code: 'c', registry: 'crvs' }),
          subscription({ code: 'd', state: 'pending' }),
        ],
        most,
      );
      const codes = async (query: Parameters<SubscriptionStore['list']>[0]) =>
        (await store.list(query)).map(({ code }) => code);
      assert.deepEqual(await codes({}), ['d', 'c', 'b', 'a']);
      assert.deepEqual(await codes({ limit: 2 }), ['d', 'c']);
      assert.deepEqual(await codes({ senderId: 'mis.example.org', registry: 'social' }), ['d', 'a']);
      assert.deepEqual(await codes({ state: 'pending' }), ['d']);
      assert.deepEqual(
        (await store.active('social')).map(({ code }) => code),
        ['a', 'b'],
      );
    });

    it('decides only on what is pending, with the jobs', async ({ store, applied }) => {
      await store.add(
        [subscription({ code: 'a', state: 'pending' }), subscription({ code: 'b', state: 'pending' })],
        most,
      );
      const enqueue = [{ queue: 'q', key: 'k', payload: {} }];
      const approve = { code: 'a', state: 'active', at: 3_000, nextDigestAt: 4_000, jobs: { enqueue } } as const;
      assert.equal(await store.decide(approve), true);
      assert.equal(await store.decide(approve), false);
      assert.deepEqual(applied(), [{ enqueue }]);
      const active = await store.find('a');
      assert.deepEqual([active?.state, active?.activeAt, active?.nextDigestAt], ['active', 3_000, 4_000]);
      assert.equal(await store.decide({ code: 'b', state: 'rejected', at: 3_000, jobs: {} }), true);
      const rejected = await store.find('b');
      assert.deepEqual([rejected?.state, rejected?.endedBy, rejected?.endedAt], ['rejected', 'operator', 3_000]);
      assert.equal(await store.decide({ ...approve, code: 'none' }), false);
    });

    it('ends what is pending or active, of the sender only', async ({ store }) => {
      await store.add(
        [
          subscription({ code: 'a' }),
          subscription({ code: 'b', state: 'pending' }),
          subscription({ code: 'c', senderId: 'other' }),
        ],
        most,
      );
      const by = { endedBy: 'c-9', at: 2_000, senderId: 'mis.example.org' };
      assert.deepEqual(await store.end(['a', 'b', 'c', 'none'], by), ['a', 'b']);
      assert.deepEqual(await store.end(['a'], { ...by, endedBy: 'later' }), []);
      const ended = await store.find('a');
      assert.deepEqual([ended?.state, ended?.endedBy, ended?.endedAt], ['ended', 'c-9', 2_000]);
      assert.equal((await store.find('c'))?.state, 'active');
    });

    it('expires and purges in their time', async ({ store }) => {
      await store.add([subscription({ code: 'a' }), subscription({ code: 'b', expiresAt: 20_000 })], most);
      assert.equal(await store.expire(8_999), 0);
      assert.equal(await store.expire(9_000), 1);
      assert.equal((await store.find('a'))?.state, 'expired');
      assert.equal(await store.purge(9_000), 0);
      assert.equal(await store.purge(9_001), 1);
      assert.equal(await store.find('a'), undefined);
      assert.equal((await store.find('b'))?.state, 'active');
    });
  });
}
