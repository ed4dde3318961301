import assert from 'node:assert/strict';
import type { JsonObject } from 'dci-core';
import type { JobChanges, JobOutcome } from 'dci-host';
import { deliveryQueue } from '../deliver/delivery-job.ts';
import type {
  DeliveryResult,
  NewOutgoingMessage,
  OutgoingContent,
  OutgoingState,
  OutgoingStore,
} from '../stores/outgoing.ts';
import type { TestRunner } from './adapter-contract.ts';
import type { OpenedStore } from './sender-store-contract.ts';

/** A store under test, with the jobs that were written in its commits. */
export interface OpenedOutgoingStore extends OpenedStore<OutgoingStore> {
  /** What the store's `JobWriter` was given, of commits that succeeded. */
  readonly applied: () => readonly JobChanges[];
  /** Lets the `JobWriter` throw, as it does for a job that was leased anew. */
  readonly failJobs: (error: Error | undefined) => void;
  /** @returns whether this text can be found in what is stored */
  readonly holds: (text: string) => boolean;
}

/** What {@link testOutgoingStore} tests. */
export interface OutgoingStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes an empty store. */
  readonly create: () => Promise<OpenedOutgoingStore> | OpenedOutgoingStore;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

const content: OutgoingContent = {
  header: { message_id: 'm', action: 'on-search', total_count: 12345678901234567890n },
  message: { transaction_id: 't', search_response: [{ name: 'Élodie Secret', size: 1.5 }] },
  disclosures: [{ recordType: 'Person', queryShape: 'sex eq', recordKeys: ['UIN Secret'], count: 1 }],
};
const other: OutgoingContent = { header: { message_id: 'm' }, message: { changed: true } };

/**
 * @param changes - members that matter to a test
 * @returns a message
 */
function outgoing(changes: Partial<NewOutgoingMessage> = {}): NewOutgoingMessage {
  const { subject = 'c1', sequence = 0, kind = 'callback' } = changes;
  return {
    messageId: `${kind}/${subject}/${sequence}`,
    kind,
    receiverId: 'mis.example.org',
    registry: 'social',
    action: kind === 'callback' ? 'on-search' : 'notify',
    subject,
    sequence,
    isEncrypted: false,
    source: { part: sequence },
    createdAt: 1_000,
    content,
    ...changes,
  };
}

const full = outgoing({ senderUri: 'https://mis.example.org/cb', isEncrypted: true, accessFingerprint: 'f1' });

/**
 * The contract of {@link OutgoingStore}: the same tests for every implementation.
 *
 * @param options - how to make a store, and the test runner's functions
 */
export function testOutgoingStore({ name, create, runner }: OutgoingStoreContractOptions): void {
  const it = (test: string, run: (opened: OpenedOutgoingStore) => Promise<void>): void => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };

  runner.describe(`outgoing store contract: ${name}`, () => {
    it('gives back a message with every member, and its content apart', async ({ store, reopen }) => {
      await store.add([full], {});
      for (const opened of [store, await reopen()]) {
        const { content: _, ...members } = full;
        assert.deepEqual(await opened.find(full.messageId), { ...members, state: 'pending', attempts: 0 });
        assert.deepEqual(await opened.content(full.messageId), content);
        assert.equal(await opened.encryptedContent(full.messageId), undefined);
      }
    });

    it('gives back a message without the optional members', async ({ store }) => {
      const { content: _, ...members } = outgoing();
      await store.add([outgoing()], {});
      assert.deepEqual(await store.find(members.messageId), { ...members, state: 'pending', attempts: 0 });
    });

    it('knows nothing that was not added', async ({ store }) => {
      assert.equal(await store.find('x'), undefined);
      assert.equal(await store.content('x'), undefined);
      assert.deepEqual(await store.list({}), []);
    });

    it('keeps content sealed', async ({ store, holds }) => {
      await store.add([full], {});
      await store.saveEncryptedContent(full.messageId, content);
      assert.ok(holds('mis.example.org'), 'what is not sealed is found');
      assert.ok(!holds('Secret'));
      assert.ok(!holds('search_response'));
    });

    it('keeps a message that is there, whatever is added under its id', async ({ store }) => {
      await store.add([outgoing()], {});
      await store.add([outgoing({ content: other, receiverId: 'another' })], {});
      assert.deepEqual(await store.content('callback/c1/0'), content);
      assert.equal((await store.find('callback/c1/0'))?.receiverId, 'mis.example.org');
    });

    it('gives a job to the first callback of each subject and to every notification', async ({ store, applied }) => {
      const messages = [
        outgoing(),
        outgoing({ sequence: 1 }),
        outgoing({ subject: 'c2' }),
        outgoing({ kind: 'notification', subject: 's1' }),
        outgoing({ kind: 'notification', subject: 's1', sequence: 1 }),
      ];
      await store.add(messages, { enqueue: [{ queue: 'q', key: 'k', payload: {} }] });
      assert.deepEqual(keys(applied()), ['k', ...keysOf(messages, 0, 2, 3, 4)].sort());
    });

    it('gives a later callback no job while an earlier one is pending', async ({ store, applied }) => {
      await store.add([outgoing()], {});
      await store.add([outgoing({ sequence: 1 })], {});
      assert.deepEqual(new Set(keys(applied())), new Set(['callback/c1/0']));
    });

    for (const state of ['delivered', 'dead', 'withdrawn'] as const) {
      it(`gives the next callback its job when the one before is ${state}`, async ({ store, applied }) => {
        await store.add([outgoing(), outgoing({ sequence: 1 }), outgoing({ subject: 'c2' })], {});
        const before = applied().length;
        await store.settle(result('callback/c1/0', state));
        const [last] = applied().slice(before);
        assert.deepEqual(keys([last ?? {}]), ['callback/c1/1']);
        assert.equal(last?.settle?.outcome.kind, 'done');
        const next = applied().length;
        await store.settle(result('callback/c1/1', state));
        assert.deepEqual(keys(applied().slice(next)), []);
      });
    }

    it('gives a callback its job that is added after the ones before it ended', async ({ store, applied }) => {
      await store.add([outgoing()], {});
      await store.settle(result('callback/c1/0', 'delivered'));
      const before = applied().length;
      await store.add([outgoing({ sequence: 1 })], {});
      assert.deepEqual(keys(applied().slice(before)), ['callback/c1/1']);
    });

    it('gives no successor a job when a callback is to be tried again', async ({ store, applied }) => {
      await store.add([outgoing(), outgoing({ sequence: 1 })], {});
      const before = applied().length;
      await store.settle(result('callback/c1/0', 'pending', { status: 503, reason: 'http_503' }));
      assert.deepEqual(keys(applied().slice(before)), []);
      assert.deepEqual(pick(await store.find('callback/c1/0')), {
        state: 'pending',
        attempts: 1,
        deliveredAt: undefined,
        lastStatus: 503,
        lastReason: 'http_503',
      });
    });

    it('notes how a delivery ended', async ({ store }) => {
      await store.add([outgoing()], {});
      await store.settle(result('callback/c1/0', 'pending', { status: 500, reason: 'http_500' }));
      await store.settle(result('callback/c1/0', 'delivered', { status: 202, at: 7_000 }));
      assert.deepEqual(pick(await store.find('callback/c1/0')), {
        state: 'delivered',
        attempts: 2,
        deliveredAt: 7_000,
        lastStatus: 202,
        lastReason: undefined,
      });
    });

    it('counts no attempt where nothing was sent', async ({ store }) => {
      await store.add([outgoing()], {});
      await store.settle({ ...result('callback/c1/0', 'withdrawn', { reason: 'sender_disabled' }), isAttempt: false });
      const message = await store.find('callback/c1/0');
      assert.equal(message?.state, 'withdrawn');
      assert.equal(message?.attempts, 0);
      assert.equal(message?.lastReason, 'sender_disabled');
    });

    it('changes a message no more once it is settled', async ({ store }) => {
      await store.add([outgoing()], {});
      await store.settle(result('callback/c1/0', 'delivered'));
      await store.settle(result('callback/c1/0', 'dead', { reason: 'late' }));
      await store.replaceContent('callback/c1/0', other, 'f2');
      await store.saveEncryptedContent('callback/c1/0', other);
      assert.equal((await store.find('callback/c1/0'))?.state, 'delivered');
      assert.equal((await store.find('callback/c1/0'))?.attempts, 1);
      assert.deepEqual(await store.content('callback/c1/0'), content);
      assert.equal(await store.encryptedContent('callback/c1/0'), undefined);
    });

    it('changes nothing when the job was leased anew', async ({ store, failJobs, applied }) => {
      await store.add([outgoing(), outgoing({ sequence: 1 })], {});
      const before = applied().length;
      failJobs(new Error('stale'));
      await assert.rejects(store.settle(result('callback/c1/0', 'delivered')), /stale/);
      await assert.rejects(store.add([outgoing({ subject: 'c2' })], {}), /stale/);
      failJobs(undefined);
      assert.equal((await store.find('callback/c1/0'))?.state, 'pending');
      assert.equal((await store.find('callback/c1/0'))?.attempts, 0);
      assert.equal(await store.find('callback/c2/0'), undefined);
      assert.equal(applied().length, before);
    });

    it('replaces content and drops what was encrypted of the old', async ({ store }) => {
      await store.add([full], {});
      await store.saveEncryptedContent(full.messageId, other);
      assert.deepEqual(await store.encryptedContent(full.messageId), other);
      assert.deepEqual(await store.content(full.messageId), content);
      await store.replaceContent(full.messageId, other, undefined);
      assert.deepEqual(await store.content(full.messageId), other);
      assert.equal(await store.encryptedContent(full.messageId), undefined);
      assert.equal((await store.find(full.messageId))?.accessFingerprint, undefined);
      await store.replaceContent(full.messageId, content, 'f3');
      assert.equal((await store.find(full.messageId))?.accessFingerprint, 'f3');
    });

    it('makes dead messages pending again, of callbacks with a job for the first', async ({ store, applied }) => {
      const messages = [outgoing(), outgoing({ sequence: 1 }), outgoing({ kind: 'notification', subject: 's1' })];
      await store.add([...messages, outgoing({ subject: 'c2' }), outgoing({ subject: 'c3' })], {});
      for (const { messageId } of messages) await store.settle(result(messageId, 'dead', { reason: 'http_500' }));
      await store.settle(result('callback/c2/0', 'delivered'));
      const before = applied().length;
      assert.equal(await store.retry({}, 9_000), 3);
      assert.deepEqual(keys(applied().slice(before)), ['callback/c1/0', 'notification/s1/0']);
      for (const { messageId } of messages) {
        const message = await store.find(messageId);
        assert.equal(message?.state, 'pending');
        assert.equal(message?.attempts, 0);
      }
      assert.equal((await store.find('callback/c2/0'))?.state, 'delivered');
      assert.equal(await store.retry({}, 9_000), 0);
    });

    it('retries only what the query names', async ({ store }) => {
      await store.add([outgoing(), outgoing({ subject: 'c2', receiverId: 'other' }), outgoing({ subject: 'c3' })], {});
      await store.settle(result('callback/c1/0', 'dead', { reason: 'receiver_disabled' }));
      await store.settle(result('callback/c2/0', 'dead', { reason: 'receiver_disabled' }));
      await store.settle(result('callback/c3/0', 'dead', { reason: 'http_500' }));
      assert.equal(await store.retry({ receiverId: 'mis.example.org', reason: 'receiver_disabled' }, 1), 1);
      assert.equal((await store.find('callback/c1/0'))?.state, 'pending');
      assert.equal(await store.retry({ subject: 'c3' }, 1), 1);
      assert.equal(await store.retry({ limit: 1 }, 1), 1);
    });

    it('retries more messages than one commit takes', async ({ store, applied }) => {
      const messages = Array.from({ length: 1_001 }, (_, sequence) =>
        outgoing({ kind: 'notification', subject: 's', sequence, content: other }),
      );
      await store.add(messages, {});
      await Promise.all(messages.map(({ messageId }) => store.settle(result(messageId, 'dead'))));
      const before = applied().length;
      assert.equal(await store.retry({}, 1), 1_001);
      assert.equal(keys(applied().slice(before)).length, 1_001);
    });

    it('lists newest first, by every member of the query', async ({ store }) => {
      await store.add(
        [
          outgoing(),
          outgoing({ subject: 'c2', receiverId: 'other' }),
          outgoing({ kind: 'notification', subject: 'c1', sequence: 5 }),
        ],
        {},
      );
      await store.settle(result('callback/c2/0', 'dead', { reason: 'http_500' }));
      const ids = async (query: Parameters<OutgoingStore['list']>[0]) =>
        (await store.list(query)).map(({ messageId }) => messageId);
      assert.deepEqual(await ids({}), ['notification/c1/5', 'callback/c2/0', 'callback/c1/0']);
      assert.deepEqual(await ids({ limit: 1 }), ['notification/c1/5']);
      assert.deepEqual(await ids({ receiverId: 'other' }), ['callback/c2/0']);
      assert.deepEqual(await ids({ kind: 'notification' }), ['notification/c1/5']);
      assert.deepEqual(await ids({ subject: 'c1' }), ['notification/c1/5', 'callback/c1/0']);
      assert.deepEqual(await ids({ state: 'dead' }), ['callback/c2/0']);
      assert.deepEqual(await ids({ reason: 'http_500' }), ['callback/c2/0']);
      assert.deepEqual(await ids({ state: 'dead', receiverId: 'mis.example.org' }), []);
    });

    it('purges content first, then rows, and nothing that is pending', async ({ store, applied }) => {
      await store.add([outgoing(), outgoing({ subject: 'c2' }), outgoing({ subject: 'c3' })], {});
      await store.settle(result('callback/c1/0', 'delivered', { at: 1_000 }));
      await store.settle(result('callback/c2/0', 'dead', { at: 5_000 }));
      assert.equal(await store.purge({ contentBefore: 1_000, rowsBefore: 1_000 }), 0);
      assert.equal(await store.purge({ contentBefore: 2_000, rowsBefore: 500 }), 1);
      assert.equal(await store.purge({ contentBefore: 2_000, rowsBefore: 500 }), 0);
      assert.equal(await store.content('callback/c1/0'), undefined);
      assert.equal((await store.find('callback/c1/0'))?.state, 'delivered');
      assert.deepEqual(await store.content('callback/c2/0'), content);
      while ((await store.purge({ contentBefore: 9_000, rowsBefore: 9_000 })) > 0);
      assert.deepEqual(
        (await store.list({})).map(({ messageId }) => messageId),
        ['callback/c3/0'],
      );
      assert.deepEqual(await store.content('callback/c3/0'), content);
      assert.ok(applied().length > 0);
    });
  });
}

function result(
  messageId: string,
  state: OutgoingState,
  more: Partial<Pick<DeliveryResult, 'at' | 'status' | 'reason'>> = {},
): DeliveryResult {
  const outcome: JobOutcome =
    state === 'pending' ? { kind: 'retry', dueAt: 2_000, reason: more.reason ?? 'failed' } : { kind: 'done' };
  return { messageId, state, at: 2_000, ...more, jobs: { settle: { job: { jobId: 'j', fence: 1 }, outcome } } };
}

function pick(message: Awaited<ReturnType<OutgoingStore['find']>>): JsonObject {
  return {
    state: message?.state,
    attempts: message?.attempts,
    deliveredAt: message?.deliveredAt,
    lastStatus: message?.lastStatus,
    lastReason: message?.lastReason,
  };
}

function keys(changes: readonly JobChanges[]): readonly string[] {
  const requests = changes.flatMap(({ enqueue = [] }) => enqueue);
  for (const { queue, key, payload } of requests) {
    if (queue === deliveryQueue) assert.deepEqual(payload, { message_id: key });
  }
  return requests.map(({ key }) => key).sort();
}

function keysOf(messages: readonly NewOutgoingMessage[], ...positions: readonly number[]): readonly string[] {
  return messages.filter((_, position) => positions.includes(position)).map(({ messageId }) => messageId);
}
