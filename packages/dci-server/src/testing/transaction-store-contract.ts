import assert from 'node:assert/strict';
import type { JobChanges, JobRequest } from 'dci-host';
import type { NewOutgoingMessage, OutgoingStore } from '../stores/outgoing.ts';
import type { ReplayStore } from '../stores/ports.ts';
import type { AcceptOptions, NewTransaction, TransactionProgress, TransactionStore } from '../stores/transactions.ts';
import type { TestRunner } from './adapter-contract.ts';
import type { OpenedStore } from './sender-store-contract.ts';

/** The stores that share a state with the one under test. */
export interface TransactionStores {
  readonly transactions: TransactionStore;
  readonly outgoing: OutgoingStore;
  readonly replays: ReplayStore;
}

/** A store under test, with the jobs that were written in its commits. */
export interface OpenedTransactionStore extends OpenedStore<TransactionStores> {
  /** What the store's `JobWriter` was given, of commits that succeeded. */
  readonly applied: () => readonly JobChanges[];
  /** Lets the `JobWriter` throw, as it does for a job that was leased anew. */
  readonly failJobs: (error: Error | undefined) => void;
  /** @returns whether this text can be found in what is stored */
  readonly holds: (text: string) => boolean;
}

/** What {@link testTransactionStore} tests. */
export interface TransactionStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes empty stores. */
  readonly create: () => Promise<OpenedTransactionStore> | OpenedTransactionStore;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

const job: JobRequest = { queue: 'q', key: 'k', payload: { correlation_id: 'c1' } };
const options: AcceptOptions = { claimExpiresAt: 9_000, jobs: [job] };

function transaction(changes: Partial<NewTransaction> = {}): NewTransaction {
  return {
    correlationId: 'c1',
    senderId: 'mis.example.org',
    messageId: 'm1',
    transactionId: 't1',
    registry: 'social',
    action: 'search',
    isEncrypted: false,
    totalCount: 2,
    acceptedAt: 1_000,
    bodyDigest: 'digest',
    content: {
      header: {
        message_id: 'm1',
        message_ts: '2026-04-22T10:30:00Z',
        action: 'search',
        sender_id: 'mis.example.org',
        sender_uri: 'https://mis.example.org/callback',
        total_count: 2,
      },
      message: { transaction_id: 't1', search_request: [{ name: 'Élodie Secret', size: 12345678901234567890n }] },
    },
    referenceIds: ['r1', 'r2'],
    ...changes,
  };
}

function callback(sequence: number, subject = 'c1'): NewOutgoingMessage {
  return {
    messageId: `${subject}/${sequence}`,
    kind: 'callback',
    receiverId: 'mis.example.org',
    registry: 'social',
    action: 'on-search',
    subject,
    sequence,
    isEncrypted: false,
    source: { part: sequence },
    createdAt: 2_000,
    content: { header: { message_id: `${subject}/${sequence}` }, message: { part: sequence } },
  };
}

function progress(changes: Partial<TransactionProgress> = {}): TransactionProgress {
  return {
    correlationId: 'c1',
    state: 'pdng',
    completedCount: 1,
    rejectedCount: 0,
    callbacks: [callback(0)],
    jobs: {},
    ...changes,
  };
}

const finished = progress({ state: 'succ', completedCount: 2, rejectedCount: 1, finishedAt: 3_000 });
const forever = { contentBefore: 0, rowsBefore: 0 };

/**
 * The contract of {@link TransactionStore}: the same tests for every implementation.
 *
 * @param contract - how to make a store, and the test runner's functions
 */
export function testTransactionStore({ name, create, runner }: TransactionStoreContractOptions): void {
  const it = (
    test: string,
    run: (opened: OpenedTransactionStore & { readonly transactions: TransactionStore }) => Promise<void>,
  ): void => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run({ ...opened, transactions: opened.store.transactions });
      } finally {
        await opened.close?.();
      }
    });
  };

  runner.describe(`transaction store contract: ${name}`, () => {
    it('gives back what it accepted, and its content apart', async ({ transactions, reopen, applied }) => {
      assert.deepEqual(await transactions.accept(transaction(), options), { kind: 'accepted' });
      const { bodyDigest: _digest, content, referenceIds: _ids, ...members } = transaction();
      for (const store of [transactions, (await reopen()).transactions]) {
        assert.deepEqual(await store.find('c1'), { ...members, state: 'rcvd', completedCount: 0, rejectedCount: 0 });
        assert.deepEqual(definedOf(await store.content('c1')), content);
        assert.equal(await store.countCallbacks('c1'), 0);
      }
      assert.deepEqual(applied(), [{ enqueue: [job] }]);
    });

    it('knows nothing that was not accepted', async ({ transactions }) => {
      assert.equal(await transactions.find('x'), undefined);
      assert.equal(await transactions.content('x'), undefined);
      assert.equal(await transactions.findAcceptance('mis.example.org', 'm1', 'digest'), undefined);
      assert.deepEqual(await transactions.search('mis.example.org', { transactionId: 'x' }), []);
    });

    it('keeps content sealed', async ({ transactions, holds }) => {
      await transactions.accept(transaction(), options);
      assert.ok(holds('mis.example.org'), 'what is not sealed is found');
      assert.ok(!holds('Secret'));
      assert.ok(!holds('search_request'));
      assert.ok(!holds('https://mis.example.org/callback'));
    });

    it('tells an identical resend from another message', async ({ transactions, reopen, applied }) => {
      await transactions.accept(transaction(), options);
      const again = transaction({ correlationId: 'c2', acceptedAt: 5_000 });
      const repeated = { kind: 'repeated', correlationId: 'c1', acceptedAt: 1_000 };
      for (const store of [transactions, (await reopen()).transactions]) {
        assert.deepEqual(await store.accept(again, options), repeated);
        assert.deepEqual(await store.findAcceptance('mis.example.org', 'm1', 'digest'), repeated);
        assert.deepEqual(await store.accept({ ...again, bodyDigest: 'other' }, options), { kind: 'conflict' });
        assert.deepEqual(await store.findAcceptance('mis.example.org', 'm1', 'other'), { kind: 'conflict' });
      }
      assert.equal(applied().length, 1, 'only one job');
      assert.equal(await transactions.find('c2'), undefined);
    });

    it('accepts one of many at once', async ({ transactions, reopen }) => {
      const other = (await reopen()).transactions;
      const acceptances = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          (index % 2 === 0 ? transactions : other).accept(transaction({ correlationId: `c${index}` }), options),
        ),
      );
      assert.equal(acceptances.filter(({ kind }) => kind === 'accepted').length, 1);
      assert.equal(acceptances.filter(({ kind }) => kind === 'repeated').length, 49);
      const ids = new Set(acceptances.map((acceptance) => 'correlationId' in acceptance && acceptance.correlationId));
      assert.equal([...ids].filter((id) => typeof id === 'string').length, 1);
    });

    it('shares message ids with the replay store', async ({ store, transactions }) => {
      await transactions.accept(transaction(), options);
      const claim = { senderId: 'mis.example.org', messageId: 'm1', expiresAt: 9_000 };
      assert.equal(await store.replays.claim(claim), false);
      assert.equal(await store.replays.claim({ ...claim, messageId: 'm2' }), true);
      assert.deepEqual(await transactions.accept(transaction({ messageId: 'm2', correlationId: 'c2' }), options), {
        kind: 'conflict',
      });
    });

    it('knows a message also when its claim is forgotten', async ({ store, transactions }) => {
      await transactions.accept(transaction(), options);
      await store.replays.prune(10_000);
      assert.deepEqual(await transactions.accept(transaction({ correlationId: 'c2' }), options), {
        kind: 'repeated',
        correlationId: 'c1',
        acceptedAt: 1_000,
      });
    });

    it('accepts nothing when the job cannot be written', async ({ store, transactions, failJobs }) => {
      failJobs(new Error('disk full'));
      await assert.rejects(transactions.accept(transaction(), options), /disk full/);
      failJobs(undefined);
      assert.equal(await transactions.find('c1'), undefined);
      const claim = { senderId: 'mis.example.org', messageId: 'm1', expiresAt: 9_000 };
      assert.equal(await store.replays.claim(claim), true, 'the message id is free');
    });

    it('finds by each name, newest first, of one sender only', async ({ transactions }) => {
      const own = 'mis.example.org';
      await transactions.accept(transaction(), options);
      const second = { correlationId: 'c2', messageId: 'm2', acceptedAt: 2_000, referenceIds: ['r2', 'r3'] };
      await transactions.accept(transaction(second), options);
      await transactions.accept(transaction({ correlationId: 'c3', messageId: 'm3', senderId: 'other' }), options);
      const found = async (senderId: string, by: Parameters<TransactionStore['search']>[1]) =>
        (await transactions.search(senderId, by)).map(({ correlationId }) => correlationId);
      assert.deepEqual(await found(own, { transactionId: 't1' }), ['c2', 'c1']);
      assert.deepEqual(await found('other', { transactionId: 't1' }), ['c3']);
      assert.deepEqual(await found(own, { correlationId: 'c1' }), ['c1']);
      assert.deepEqual(await found('other', { correlationId: 'c1' }), []);
      assert.deepEqual(await found(own, { referenceIds: ['r1'] }), ['c1']);
      assert.deepEqual(await found(own, { referenceIds: ['r1', 'r3', 'x'] }), ['c2', 'c1']);
      assert.deepEqual(await found('other', { referenceIds: ['r3'] }), []);
      assert.deepEqual(await found('stranger', { transactionId: 't1' }), []);
      await transactions.progress(progress({ references: ['code-1'] }));
      assert.deepEqual(await found(own, { subscriptionCodes: ['code-1'] }), ['c1']);
      assert.deepEqual(await found('other', { subscriptionCodes: ['code-1'] }), []);
    });

    it('writes progress, callbacks and jobs in one commit', async ({ store, transactions, applied }) => {
      await transactions.accept(transaction(), options);
      await transactions.progress(progress({ jobs: { enqueue: [{ ...job, key: 'next' }] } }));
      assert.deepEqual(await stateOf(transactions), { state: 'pdng', completedCount: 1, rejectedCount: 0 });
      assert.equal(await transactions.countCallbacks('c1'), 1);
      assert.deepEqual(await store.outgoing.content('c1/0'), callback(0).content);
      assert.deepEqual(
        applied()
          .at(-1)
          ?.enqueue?.map(({ key }) => key),
        ['next', 'c1/0'],
      );
      await transactions.progress({ ...finished, callbacks: [callback(1)] });
      assert.deepEqual(await stateOf(transactions), { state: 'succ', completedCount: 2, rejectedCount: 1 });
      assert.equal((await transactions.find('c1'))?.finishedAt, 3_000);
      assert.equal(await transactions.countCallbacks('c1'), 2);
    });

    it('learns a count that is known late', async ({ transactions }) => {
      await transactions.accept(transaction({ totalCount: 0 }), options);
      await transactions.progress(progress({ totalCount: 7 }));
      assert.equal((await transactions.find('c1'))?.totalCount, 7);
      await transactions.progress(progress({ callbacks: [] }));
      assert.equal((await transactions.find('c1'))?.totalCount, 7);
    });

    it('leaves a finished transaction as it is, and settles its job', async ({ transactions, applied }) => {
      await transactions.accept(transaction(), options);
      await transactions.progress(finished);
      const settle = { job: { jobId: 'j', fence: 1 }, outcome: { kind: 'done' } } as const;
      await transactions.progress(progress({ state: 'rjct', callbacks: [callback(1)], jobs: { settle } }));
      assert.deepEqual(await stateOf(transactions), { state: 'succ', completedCount: 2, rejectedCount: 1 });
      assert.equal(await transactions.countCallbacks('c1'), 1);
      assert.deepEqual(applied().at(-1)?.settle, settle);
    });

    it('revises a finished transaction only', async ({ transactions }) => {
      await transactions.accept(transaction(), options);
      await transactions.accept(transaction({ correlationId: 'c2', messageId: 'm2' }), options);
      await transactions.revise('c1', { state: 'succ', rejectedCount: 1 });
      assert.deepEqual(await stateOf(transactions), { state: 'rcvd', completedCount: 0, rejectedCount: 0 });
      await transactions.progress({ ...finished, correlationId: 'c2', callbacks: [] });
      await transactions.progress({ ...finished, state: 'pdng' });
      await transactions.revise('c1', { state: 'rjct', rejectedCount: 2 });
      assert.deepEqual(await stateOf(transactions), { state: 'rjct', completedCount: 2, rejectedCount: 2 });
      assert.equal((await transactions.find('c1'))?.finishedAt, 3_000);
      assert.equal((await transactions.find('c2'))?.state, 'succ', 'another one stays as it is');
    });

    it('writes nothing for a job that was leased anew', async ({ transactions, failJobs }) => {
      await transactions.accept(transaction(), options);
      failJobs(new Error('leased anew'));
      await assert.rejects(transactions.progress(finished), /leased anew/);
      failJobs(undefined);
      assert.deepEqual(await stateOf(transactions), { state: 'rcvd', completedCount: 0, rejectedCount: 0 });
      assert.equal(await transactions.countCallbacks('c1'), 0);
    });

    it('purges the content of finished transactions, then the rows', async ({ transactions }) => {
      await transactions.accept(transaction(), options);
      await transactions.accept(transaction({ correlationId: 'c2', messageId: 'm2' }), options);
      await transactions.progress(finished);
      assert.equal(await transactions.purge(forever), 0);
      assert.equal(await transactions.purge({ contentBefore: 3_000, rowsBefore: 0 }), 0, 'not before its time');
      assert.equal(await transactions.purge({ contentBefore: 3_001, rowsBefore: 0 }), 1);
      assert.equal(await transactions.content('c1'), undefined);
      assert.equal((await transactions.find('c1'))?.state, 'succ');
      assert.notEqual(await transactions.content('c2'), undefined, 'an open one is kept');
      assert.equal(await transactions.purge({ contentBefore: 3_001, rowsBefore: 0 }), 0);
      assert.equal(await transactions.purge({ contentBefore: 3_001, rowsBefore: 3_001 }), 1);
      assert.equal(await transactions.find('c1'), undefined);
      assert.deepEqual(await transactions.search('mis.example.org', { referenceIds: ['r1'] }).then(idsOf), ['c2']);
    });

    it('purges any number in bounded rounds', async ({ transactions }) => {
      const count = 1_200;
      for (let index = 0; index < count; index += 1) {
        const correlationId = `c${index}`;
        await transactions.accept(transaction({ correlationId, messageId: correlationId, referenceIds: [] }), options);
        await transactions.progress({ ...finished, correlationId, callbacks: [] });
      }
      let rounds = 0;
      while ((await transactions.purge({ contentBefore: 4_000, rowsBefore: 4_000 })) > 0) rounds += 1;
      assert.ok(rounds > 1, 'in rounds');
      assert.deepEqual(await transactions.search('mis.example.org', { transactionId: 't1' }), []);
    });
  });
}

const idsOf = (found: readonly { readonly correlationId: string }[]) => found.map((one) => one.correlationId);

async function stateOf(transactions: TransactionStore) {
  const found = await transactions.find('c1');
  assert.ok(found !== undefined);
  const { state, completedCount, rejectedCount } = found;
  return { state, completedCount, rejectedCount };
}

/** Without the members that are `undefined`, which say the same as absent ones. */
function definedOf<T extends { readonly header: object }>(content: T | undefined): unknown {
  if (content === undefined) return undefined;
  const header = Object.fromEntries(Object.entries(content.header).filter(([, value]) => value !== undefined));
  return { ...content, header };
}
