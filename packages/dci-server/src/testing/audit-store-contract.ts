import assert from 'node:assert/strict';
import type { Clock } from 'dci-core';
import type { AuditEntry } from '../access/audit.ts';
import type { AuditStore } from '../stores/audit.ts';
import type { TestRunner } from './adapter-contract.ts';
import type { OpenedStore } from './sender-store-contract.ts';

/** What {@link testAuditStore} tests. */
export interface AuditStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes an empty store; `reopen` opens the same audit as another process would. */
  readonly create: (clock: Clock) => Promise<OpenedStore<AuditStore>> | OpenedStore<AuditStore>;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

/** @returns an audit entry */
function entry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    senderId: 'mis.example.org',
    registry: 'social',
    action: 'search',
    messageId: 'm1',
    correlationId: 'c1',
    purpose: 'ENROLMENT',
    legalBasis: 'Act 12',
    recordType: 'Person',
    queryShape: 'identifier UIN',
    recordKeys: ['UIN:1'],
    count: 1,
    ...changes,
  };
}

/**
 * The contract of {@link AuditStore}: the same tests for every implementation.
 *
 * @param options - how to make a store, and the test runner's functions
 */
export function testAuditStore({ name, create, runner }: AuditStoreContractOptions): void {
  let now = 1_000;
  const it = (test: string, run: (opened: OpenedStore<AuditStore>) => Promise<void>): void => {
    runner.it(test, async () => {
      now = 1_000;
      const opened = await create({ now: () => now });
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };
  const sequences = async (store: AuditStore, query = {}): Promise<readonly number[]> =>
    (await store.list(query)).map(({ sequence }) => sequence);

  runner.describe(`audit store contract: ${name}`, () => {
    it('is empty and in order at first', async ({ store }) => {
      assert.deepEqual(await store.list({}), []);
      assert.deepEqual(await store.page(0, 10), []);
      const { rows, fault, head } = await store.verify();
      assert.deepEqual([rows, fault, head.sequence], [0, undefined, 0]);
      await store.check();
    });

    it('keeps what it was told, with time and number, and record names only as hashes', async ({ store }) => {
      await store.append([entry({ recordKeys: ['UIN:1', 'UIN:2'], count: 2 })]);
      const [row] = await store.list({});
      assert.ok(row !== undefined);
      const { recordKeys, hash, ...rest } = row;
      const { recordKeys: _keys, ...told } = entry({ count: 2 });
      assert.deepEqual(rest, { ...told, sequence: 1, at: 1_000 });
      assert.equal(new Set(recordKeys).size, 2);
      assert.ok(hash.length > 0 && !JSON.stringify(row).includes('UIN:'));
    });

    it('keeps entries without the optional members', async ({ store }) => {
      await store.append([
        { senderId: 'a', registry: 'social', action: 'refused', recordKeys: [], count: 0, reason: 'err.x' },
      ]);
      const [row] = await store.list({});
      assert.deepEqual(
        { ...row, hash: '' },
        {
          sequence: 1,
          at: 1_000,
          senderId: 'a',
          registry: 'social',
          action: 'refused',
          recordKeys: [],
          count: 0,
          reason: 'err.x',
          hash: '',
        },
      );
    });

    it('keeps texts that have no place in JSON, and goes on', async ({ store }) => {
      await store.append([entry({ purpose: 'a\0b\ud800c', messageId: 'x'.repeat(100_000) })]);
      await store.append([entry()]);
      assert.equal((await store.verify()).fault, undefined);
      assert.equal((await store.list({})).length, 2);
    });

    it('numbers simultaneous entries without gaps, also from two processes', async ({ store, reopen }) => {
      const other = await reopen();
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          (index % 2 === 0 ? store : other).append([entry({ messageId: `m${index}` }), entry()]),
        ),
      );
      const found = await store.verify();
      assert.deepEqual([found.rows, found.fault, found.head.sequence], [120, undefined, 120]);
      assert.deepEqual(await other.verify(), found);
    });

    it('lists newest first, by sender, time, record and number', async ({ store }) => {
      await store.append([entry({ senderId: 'a', recordKeys: ['UIN:1'] })]);
      now = 2_000;
      await store.append([entry({ senderId: 'b', recordKeys: ['UIN:1', 'UIN:2'] })]);
      now = 3_000;
      await store.append([entry({ senderId: 'a', recordKeys: [] })]);
      assert.deepEqual(await sequences(store), [3, 2, 1]);
      assert.deepEqual(await sequences(store, { senderId: 'a' }), [3, 1]);
      assert.deepEqual(await sequences(store, { since: 2_000 }), [3, 2]);
      assert.deepEqual(await sequences(store, { limit: 1 }), [3]);
      assert.deepEqual(await sequences(store, { recordKeys: ['UIN:1'] }), [2, 1]);
      assert.deepEqual(await sequences(store, { recordKeys: ['UIN:2', 'UIN:3'] }), [2]);
      assert.deepEqual(await sequences(store, { recordKeys: ['UIN:1'], senderId: 'a', limit: 5 }), [1]);
      assert.deepEqual(await sequences(store, { recordKeys: [] }), []);
      assert.deepEqual(
        (await store.page(1, 5)).map(({ sequence }) => sequence),
        [2, 3],
      );
    });

    it('stays verifiable when its oldest rows are purged', async ({ store, reopen }) => {
      for (let index = 0; index < 1_201; index += 1) {
        now = 1_000 + index;
        await store.append([entry({ recordKeys: [`UIN:${index}`] })]);
      }
      const whole = await store.verify();
      assert.equal(await store.purge(2_200), 1_200);
      assert.equal(await store.purge(2_200), 0);
      const rest = await (await reopen()).verify();
      assert.deepEqual([rest.rows, rest.fault, rest.head], [1, undefined, whole.head]);
      assert.deepEqual(await sequences(store, { recordKeys: ['UIN:3'] }), []);
      assert.equal(await store.purge(9_999), 1);
      await store.append([entry()]);
      const last = await store.verify();
      assert.deepEqual([last.rows, last.fault, last.head.sequence], [1, undefined, 1_202]);
    });

    it('purges nothing behind a row that stays', async ({ store }) => {
      for (const at of [1_000, 5_000, 1_001]) {
        now = at;
        await store.append([entry()]);
      }
      assert.equal(await store.purge(2_000), 1);
      assert.deepEqual(await sequences(store), [3, 2]);
    });

    it('tells whether an earlier head is in the chain', async ({ store }) => {
      await store.append([entry()]);
      const { head } = await store.verify();
      await store.append([entry()]);
      assert.equal((await store.verify({ expected: head })).fault, undefined);
      const [other] = await store.list({ limit: 1 });
      assert.deepEqual((await store.verify({ expected: { sequence: 1, hash: other?.hash ?? '' } })).fault, {
        kind: 'head',
        sequence: 1,
      });
      assert.equal((await store.verify({ expected: { sequence: 9, hash: head.hash } })).fault?.kind, 'missing');
    });
  });
}
