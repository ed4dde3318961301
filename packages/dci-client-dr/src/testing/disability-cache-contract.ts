import assert from 'node:assert/strict';
import { type TestRunner, testOpened } from 'dci-client/testing';
import type { CachedAnswer, DisabilityCache } from '../cache/disability-cache.ts';

/** A cache of a test. */
export interface OpenedCache {
  readonly cache: DisabilityCache;
  /** Opens the same cache once more, as another process would; absent: it ends with the process. */
  readonly reopen?: () => DisabilityCache | Promise<DisabilityCache>;
  /** Tells whether a text stands anywhere in what is stored; absent: nothing is stored. */
  readonly holds?: (text: string) => boolean;
  readonly close?: () => void | Promise<void>;
}

/** What {@link testDisabilityCache} tests. */
export interface DisabilityCacheContractOptions {
  /** The cache's name, for the test report. */
  readonly name: string;
  /** Makes an empty cache. */
  readonly create: () => OpenedCache | Promise<OpenedCache>;
  readonly runner: TestRunner;
}

const source = 'dr_main';
const noon = Date.parse('2026-04-22T12:00:00Z');
const hour = 3_600_000;
const identifier = { type: 'UIN', value: '1234567897' };

/**
 * The contract of {@link DisabilityCache}: the same tests for every implementation.
 *
 * @param options - how to make a cache, and the test runner's functions
 */
export function testDisabilityCache({ name, create, runner }: DisabilityCacheContractOptions): void {
  const it = testOpened({ create, runner });

  runner.describe(`disability cache contract: ${name}`, () => {
    it('knows nothing at first', async ({ cache }) => {
      assert.equal((await cache.find([cache.keyOf(source, identifier)])).size, 0);
      assert.deepEqual(await cache.list({ limit: 10 }), []);
      assert.equal(await cache.purge(undefined), 0);
      await cache.check();
    });

    it('names an identifier the same in every spelling of its type, and another for another source', async ({
      cache,
    }) => {
      const key = cache.keyOf(source, { type: 'NationalID', value: '123' });
      assert.equal(cache.keyOf(source, { type: 'urn:gov:national-id', value: '123' }), key);
      const others = [
        cache.keyOf('dr_north', { type: 'NationalID', value: '123' }),
        cache.keyOf(source, { type: 'UIN', value: '123' }),
        cache.keyOf(source, { type: 'NationalID', value: '1234' }),
      ];
      assert.equal(new Set([key, ...others]).size, 4);
      assert.ok(!key.includes('123'));
    });

    it('names nobody to whom it does not know', async ({ cache }) => {
      const other = await create();
      try {
        assert.notEqual(other.cache.keyOf(source, identifier), cache.keyOf(source, identifier));
      } finally {
        await other.close?.();
      }
    });

    it('keeps every member', async ({ cache, reopen }) => {
      const answers = [full(cache), none(cache)];
      await cache.store(answers);
      for (const opened of [cache, ...(reopen === undefined ? [] : [await reopen()])]) {
        const found = await opened.find([...answers.map(({ key }) => key), 'nobody']);
        assert.deepEqual([...found.values()].sort(byKey), answers.toSorted(byKey));
        assert.equal(opened.keyOf(source, identifier), answers[0]?.key);
      }
    });

    it('replaces what is older, and keeps what is newer', async ({ cache }) => {
      const answer = full(cache);
      await cache.store([answer]);
      await cache.store([{ ...none(cache), key: answer.key, fetchedAt: noon - 1 }]);
      assert.deepEqual((await cache.find([answer.key])).get(answer.key), answer);
      const newer = { ...none(cache), key: answer.key, fetchedAt: noon + 1 };
      await cache.store([newer]);
      assert.deepEqual((await cache.find([answer.key])).get(answer.key), newer);
      assert.equal((await cache.list({ limit: 10 })).length, 1);
    });

    it('refuses what was asked for before an invalidation', async ({ cache }) => {
      const answer = full(cache);
      const other = none(cache);
      await cache.store([answer]);
      await cache.invalidate([answer.key, other.key], { source, at: noon + 5, until: noon + hour });
      assert.equal((await cache.find([answer.key])).size, 0);
      assert.deepEqual(await cache.list({ limit: 10 }), []);
      for (const fetchedAt of [noon, noon + 5]) {
        await cache.store([
          { ...answer, fetchedAt },
          { ...other, fetchedAt },
        ]);
        assert.equal((await cache.find([answer.key, other.key])).size, 0);
      }
      await cache.store([{ ...answer, fetchedAt: noon + 6 }]);
      assert.equal((await cache.find([answer.key])).size, 1);
    });

    it('an invalidation of the past leaves what is newer', async ({ cache }) => {
      const answer = full(cache);
      await cache.store([answer]);
      await cache.invalidate([answer.key], { source, at: noon - 1, until: noon + hour });
      assert.equal((await cache.find([answer.key])).size, 1);
      await cache.invalidate([answer.key], { source, at: noon, until: noon + hour });
      assert.equal((await cache.find([answer.key])).size, 0);
    });

    it('forgets, and counts answers only', async ({ cache, holds }) => {
      const answer = full(cache);
      const other = none(cache);
      await cache.store([answer]);
      await cache.invalidate([other.key], { source, at: noon, until: noon + hour });
      assert.equal(await cache.forget([answer.key, other.key, 'nobody']), 1);
      assert.equal((await cache.find([answer.key])).size, 0);
      assert.equal(await cache.forget([answer.key]), 0);
      assert.ok(holds?.(answer.evidence.messageId ?? '') !== true);
    });

    it('purges what has expired, of one source or of all', async ({ cache }) => {
      const answers = [
        { ...full(cache), expiresAt: noon + 1 },
        { ...none(cache), expiresAt: noon + 2 },
        { ...none(cache), key: 'north', source: 'dr_north', expiresAt: noon + 1 },
      ];
      await cache.store(answers);
      await cache.invalidate(['gone'], { source, at: noon, until: noon + 1 });
      assert.equal(await cache.purge(noon), 0);
      assert.equal(await cache.purge(noon + 1, { source }), 2);
      assert.deepEqual(
        (await cache.list({ limit: 10 })).map(({ key }) => key).sort(),
        [answers[1]?.key ?? '', 'north'].sort(),
      );
      assert.equal(await cache.purge(undefined, { source: 'dr_north' }), 1);
      assert.equal(await cache.purge(undefined), 1);
      assert.deepEqual(await cache.list({ limit: 10 }), []);
    });

    it('lists in the order of the keys, page after page, of one source or of all', async ({ cache }) => {
      const keys = ['a', 'c', 'b', 'd'];
      await cache.store(keys.map((key) => ({ ...none(cache), key, source: key === 'd' ? 'dr_north' : source })));
      const list = async (options: { source?: string; after?: string; limit: number }): Promise<readonly string[]> =>
        (await cache.list(options)).map(({ key }) => key);
      assert.deepEqual(await list({ limit: 2 }), ['a', 'b']);
      assert.deepEqual(await list({ limit: 2, after: 'b' }), ['c', 'd']);
      assert.deepEqual(await list({ limit: 9, source }), ['a', 'b', 'c']);
    });

    it('shows nothing of a person to who reads what is stored', async ({ cache, holds }) => {
      await cache.store([full(cache), none(cache)]);
      const secrets = [identifier.value, 'disabled', 'VISION', 'Mobility', 'finding', 'message-1'];
      for (const text of secrets) assert.ok(holds?.(text) !== true, text);
    });

    it('loses no answer of simultaneous stores', async ({ cache, reopen }) => {
      const other = (await reopen?.()) ?? cache;
      const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
      await Promise.all(keys.map((key, index) => (index % 2 === 0 ? cache : other).store([{ ...none(cache), key }])));
      assert.equal((await cache.find(keys)).size, keys.length);
      assert.equal((await other.find(keys)).size, keys.length);
    });
  });
}

function full(cache: DisabilityCache): CachedAnswer {
  return {
    key: cache.keyOf(source, identifier),
    source,
    fetchedAt: noon,
    expiresAt: noon + hour,
    finding: {
      status: 'disabled',
      basis: 'certification',
      certification: 'approved',
      functional_scores: { VISION: 3, SELF_CARE: 1 },
      types: [{ code: '3', label: 'Mobility' }, { label: 'Physical and movement related functions' }],
      level: { code: '2', label: 'Severe' },
      since: '2020-01-31T00:00:00Z',
      updatedAt: '2026-01-31T00:00:00Z',
      conflicts: ['functional_scores.VISION'],
    },
    evidence: {
      verified: true,
      senderId: 'dr.example.org',
      keyId: 'key1',
      algorithm: 'ed25519',
      messageId: 'message-1',
      transactionId: 'transaction-1',
      correlationId: 'correlation-1',
    },
  };
}

function none(cache: DisabilityCache): CachedAnswer {
  const { finding: _, ...answer } = full(cache);
  return { ...answer, key: cache.keyOf(source, { type: 'UIN', value: '0000000000' }) };
}

function byKey(one: CachedAnswer, other: CachedAnswer): number {
  return one.key < other.key ? -1 : 1;
}
