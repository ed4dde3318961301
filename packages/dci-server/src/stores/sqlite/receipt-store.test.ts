import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Receipt, ReceiptMessage } from '../receipts.ts';
import { createSqliteReceiptStore } from './receipt-store.ts';
import { openedState } from './state-database.fixtures.ts';

let opened: ReturnType<typeof open>;
const open = () => openedState(createSqliteReceiptStore);
beforeEach(() => {
  opened = open();
});
afterEach(() => opened.close());

const receipt = (referenceId: string, changes: Partial<Receipt> = {}): Receipt => ({
  senderId: 'mis.example.org',
  referenceId,
  kind: 'event',
  subject: 'm-1',
  receivedAt: 1_000,
  ...changes,
});
const message = (changes: Partial<ReceiptMessage> = {}): ReceiptMessage => ({
  senderId: 'mis.example.org',
  messageId: 'r-1',
  bodyDigest: 'd-1',
  correlationId: 'c-1',
  acceptedAt: 1_000,
  claimExpiresAt: 9_000,
  ...changes,
});

test('receipts are kept by subject; the last of a reference counts', async () => {
  const { store } = opened;
  await store.record([receipt('b'), receipt('a', { status: 'succ' }), receipt('c', { subject: 'm-2' })]);
  const changed = receipt('b', { status: 'rjct', reasonCode: 'x', receivedAt: 2_000 });
  await store.record([changed, receipt('b', { senderId: 'other' })]);
  const expected = [receipt('a', { status: 'succ' }), changed, receipt('b', { senderId: 'other' })];
  expect(new Set(await opened.reopen().of('m-1'))).toEqual(new Set(expected));
});

test('a message is accepted once; an identical one is told so, another is refused', async () => {
  const { store } = opened;
  expect(await store.accept(message(), [receipt('a')])).toEqual({ kind: 'accepted' });
  const again = message({ correlationId: 'c-2', acceptedAt: 5_000 });
  expect(await store.accept(again, [receipt('b')])).toEqual({
    kind: 'repeated',
    correlationId: 'c-1',
    acceptedAt: 1_000,
  });
  expect(await store.accept(message({ bodyDigest: 'd-2' }), [receipt('b')])).toEqual({ kind: 'conflict' });
  const repeated = { kind: 'repeated', correlationId: 'c-1', acceptedAt: 1_000 };
  expect(await store.findAcceptance('mis.example.org', 'r-1', 'd-1')).toEqual(repeated);
  expect(await store.findAcceptance('mis.example.org', 'r-1', 'd-2')).toEqual({ kind: 'conflict' });
  expect(await store.findAcceptance('mis.example.org', 'r-2', 'd-1')).toBeUndefined();
  expect(await store.accept(message({ senderId: 'other' }), [])).toEqual({ kind: 'accepted' });
  expect((await store.of('m-1')).map(({ referenceId }) => referenceId)).toEqual(['a']);
});

test('what was kept long enough is deleted', async () => {
  const { store } = opened;
  await store.accept(message(), [receipt('a'), receipt('b', { receivedAt: 2_000 })]);
  expect(await store.purge(1_000)).toBe(0);
  expect(await store.purge(1_500)).toBe(2);
  expect((await store.of('m-1')).map(({ referenceId }) => referenceId)).toEqual(['b']);
  expect(await store.accept(message(), [])).toEqual({ kind: 'conflict' });
});
