import assert from 'node:assert/strict';
import type { NotifiedEvent, VerifiedNotification } from '../callbacks/notifications.ts';
import type { ReplyEvidence } from '../search.ts';
import { alsoReopened, type CallbackStoreContractOptions } from './opened-stores.ts';
import { testOpened } from './test-opened.ts';

const evidence: ReplyEvidence = {
  verified: true,
  senderId: 'crvs.example.org',
  keyId: 'k1',
  algorithm: 'ed25519',
  messageId: 'n1',
  transactionId: 't1',
  header: { action: 'notify' },
  message: { notify_event: [{ name: 'Secret-Élodie' }] },
};
const full: Omit<NotifiedEvent, 'evidence'> = {
  source: 'crvs_main',
  id: 'e1',
  subscriptionCode: 's1',
  referenceId: 'r1',
  eventType: 'LiveBirth',
  recordType: 'Person',
  records: [{ name: { surname: 'Secret-Élodie' }, weight: 12345678901234567890n }],
  warnings: [{ path: 'name', message: 'was tolerated' }],
  timestamp: '2026-04-22T10:30:00Z',
};
const least: Omit<NotifiedEvent, 'evidence'> = {
  source: 'crvs_main',
  id: 'e2',
  eventType: 'Death',
  recordType: 'Person',
  records: [],
  warnings: [],
};

const notification = (members: Partial<VerifiedNotification> = {}): VerifiedNotification => ({
  source: 'crvs_main',
  messageId: 'n1',
  digest: 'd1',
  receivedAt: 1_000,
  subscriptionCode: 's1',
  handler: 'births',
  receipts: true,
  evidence,
  events: [full, least],
  ...members,
});

/**
 * The contract of `NotificationStore`: the same tests for every implementation.
 *
 * @param options - how stores are made, and the test runner's functions
 */
export function testNotificationStore(options: CallbackStoreContractOptions): void {
  const it = testOpened(options);

  options.runner.describe(`notification store contract: ${options.name}`, () => {
    it('stores events with their evidence, and requests the work of their handler', async (opened) => {
      assert.equal(await opened.stores.notifications.receive(notification()), 'stored');
      const common = { state: 'received', handler: 'births', attempts: 0, receiptSent: false } as const;
      for (const { notifications } of await alsoReopened(opened)) {
        assert.deepEqual(await notifications.find('e1'), { ...common, event: { ...full, evidence }, receipts: true });
        // Without reference id no receipt can name it.
        assert.deepEqual(await notifications.find('e2'), { ...common, event: { ...least, evidence }, receipts: false });
        assert.equal(await notifications.find('e3'), undefined);
        assert.deepEqual(await notifications.findMessage('crvs_main', 'n1'), { digest: 'd1', receivedAt: 1_000 });
        assert.equal(await notifications.findMessage('other', 'n1'), undefined);
      }
      assert.deepEqual(opened.requested(), [
        { kind: 'event', id: 'e1' },
        { kind: 'event', id: 'e2' },
      ]);
    });

    it('requests no work where no handler is named', async ({ stores: { notifications }, requested }) => {
      const { handler: _handler, subscriptionCode: _code, ...without } = notification();
      assert.equal(await notifications.receive(without), 'stored');
      assert.equal((await notifications.find('e1'))?.handler, undefined);
      assert.deepEqual(requested(), []);
    });

    it('stores a notification once, however often it comes', async (opened) => {
      const { notifications } = opened.stores;
      const receipts = await Promise.all(Array.from({ length: 20 }, () => notifications.receive(notification())));
      assert.equal(receipts.filter((receipt) => receipt === 'stored').length, 1);
      assert.equal(receipts.filter((receipt) => receipt === 'duplicate').length, 19);
      for (const store of await alsoReopened(opened)) {
        assert.equal(await store.notifications.receive(notification()), 'duplicate');
        assert.equal((await store.notifications.list('received', 10)).length, 2);
      }
      assert.equal(opened.requested().length, 2);
    });

    it('tells another message under an id that was used', async ({ stores: { notifications } }) => {
      await notifications.receive(notification({ events: [full] }));
      assert.equal(await notifications.receive(notification({ digest: 'd2', events: [least] })), 'conflict');
      assert.equal(await notifications.find('e2'), undefined);
      assert.equal(await notifications.receive(notification({ source: 'other', digest: 'd2', events: [] })), 'stored');
    });

    it('does not store an event again that another notification brought', async ({ stores, requested }) => {
      const { notifications } = stores;
      await notifications.receive(notification({ events: [full] }));
      await notifications.settle('e1', { state: 'processed' });
      const again = notification({ messageId: 'n2', events: [full, least], handler: 'other' });
      assert.equal(await notifications.receive(again), 'stored');
      const stored = await notifications.find('e1');
      assert.deepEqual(
        [stored?.state, stored?.handler, stored?.event.evidence.messageId],
        ['processed', 'births', 'n1'],
      );
      assert.deepEqual(
        requested().filter(({ kind }) => kind === 'event'),
        [
          { kind: 'event', id: 'e1' },
          { kind: 'event', id: 'e2' },
        ],
      );
    });

    it('notes what came of the attempts of a handler', async (opened) => {
      const { notifications } = opened.stores;
      await notifications.receive(notification());
      await notifications.settle('e1', { state: 'error', reason: 'http_503' });
      await notifications.settle('e1', { state: 'error', reason: 'timeout' });
      await notifications.settle('unknown', { state: 'error', reason: 'timeout' });
      for (const store of await alsoReopened(opened)) {
        const { state, attempts, reason } = (await store.notifications.find('e1')) ?? {};
        assert.deepEqual([state, attempts, reason], ['error', 2, 'timeout']);
      }
      await notifications.settle('e1', { state: 'processed' });
      await notifications.settle('e1', { state: 'error', reason: 'too_late' });
      for (const store of await alsoReopened(opened)) {
        const { state, attempts, reason } = (await store.notifications.find('e1')) ?? {};
        assert.deepEqual([state, attempts, reason], ['processed', 3, undefined]);
      }
    });

    it('requests a receipt once, where one is to be sent', async (opened) => {
      const { notifications } = opened.stores;
      await notifications.receive(notification());
      await notifications.receive(notification({ messageId: 'n2', receipts: false, events: [{ ...full, id: 'e3' }] }));
      for (const id of ['e1', 'e2', 'e3', 'e1']) await notifications.settle(id, { state: 'processed' });
      assert.deepEqual(
        opened.requested().filter(({ kind }) => kind === 'receipt'),
        [{ kind: 'receipt', id: 'e1' }],
      );
      await notifications.receiptSent('e1');
      await notifications.receiptSent('unknown');
      for (const store of await alsoReopened(opened)) {
        assert.equal((await store.notifications.find('e1'))?.receiptSent, true);
        assert.equal((await store.notifications.find('e2'))?.receiptSent, false);
      }
    });

    it('lists the oldest first, of one state', async ({ stores: { notifications } }) => {
      const events = ['c', 'a', 'b', 'd'].map((id) => ({ ...full, id }));
      await notifications.receive(notification({ events }));
      await notifications.settle('d', { state: 'processed' });
      await notifications.settle('b', { state: 'error', reason: 'x' });
      const ids = async (...parameters: Parameters<typeof notifications.list>) =>
        (await notifications.list(...parameters)).map(({ event }) => event.id);
      assert.deepEqual(await ids('received', 10), ['c', 'a']);
      assert.deepEqual(await ids('received', 1), ['c']);
      assert.deepEqual(await ids('processed', 10), ['d']);
      assert.deepEqual(await ids('error', 10), ['b']);
    });

    it('forgets what was processed long ago, and only that', async (opened) => {
      const { notifications } = opened.stores;
      await notifications.receive(notification());
      await notifications.receive(
        notification({ messageId: 'n2', receivedAt: 2_000, events: [{ ...full, id: 'e3' }] }),
      );
      await notifications.receive(notification({ messageId: 'n3', receivedAt: 500, events: [] }));
      for (const id of ['e1', 'e3']) await notifications.settle(id, { state: 'processed' });
      assert.equal(await notifications.forget(500), 0);
      while ((await notifications.forget(2_000)) > 0);
      for (const store of await alsoReopened(opened)) {
        assert.equal(await store.notifications.find('e1'), undefined);
        assert.deepEqual((await store.notifications.find('e2'))?.event.evidence, evidence);
        assert.equal((await store.notifications.find('e3'))?.state, 'processed');
        assert.deepEqual(await store.notifications.findMessage('crvs_main', 'n1'), { digest: 'd1', receivedAt: 1_000 });
        assert.equal(await store.notifications.findMessage('crvs_main', 'n3'), undefined);
      }
      await notifications.settle('e2', { state: 'processed' });
      while ((await notifications.forget(2_001)) > 0);
      assert.equal(await notifications.findMessage('crvs_main', 'n1'), undefined);
      assert.equal(await notifications.findMessage('crvs_main', 'n2'), undefined);
    });

    it('forgets what no handler is named for, processed or not', async (opened) => {
      const { notifications } = opened.stores;
      const { handler: _handler, ...without } = notification({ events: [{ ...full, id: 'e1' }] });
      await notifications.receive(without);
      while ((await notifications.forget(1_000)) > 0);
      assert.equal((await notifications.find('e1'))?.state, 'received');
      while ((await notifications.forget(1_001)) > 0);
      assert.equal(await notifications.find('e1'), undefined);
    });

    it('keeps events sealed, and what they came with once', async ({ stores: { notifications }, holds }) => {
      await notifications.receive(notification());
      if (holds === undefined) return;
      assert.ok(holds('crvs_main'), 'what is not sealed is found');
      for (const secret of ['Secret', 'notify_event', 'LiveBirth', 'r1"']) assert.ok(!holds(secret), secret);
    });

    it('stores nothing when the work cannot be requested', async (opened) => {
      if (opened.failRequests === undefined) return;
      const { notifications } = opened.stores;
      opened.failRequests(new Error('no more jobs'));
      await assert.rejects(notifications.receive(notification()), /no more jobs/);
      opened.failRequests(undefined);
      assert.equal(await notifications.findMessage('crvs_main', 'n1'), undefined);
      assert.deepEqual(await notifications.list('received', 10), []);
      assert.equal(await notifications.receive(notification()), 'stored');
      assert.equal(opened.requested().length, 2);
      opened.failRequests(new Error('no more jobs'));
      await assert.rejects(notifications.settle('e1', { state: 'processed' }), /no more jobs/);
      opened.failRequests(undefined);
      assert.equal((await notifications.find('e1'))?.state, 'received');
    });
  });
}
