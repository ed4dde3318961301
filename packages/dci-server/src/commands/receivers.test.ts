import { social } from 'dci-core';
import { definePlugin } from 'dci-host';
import { type CommandResult, runCommand } from 'dci-host/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DeliveryTest, receiverId, startDeliveryTest } from '../deliver/delivery.fixtures.ts';
import { receiverId as hostId } from '../server.fixtures.ts';
import { migrations } from '../stores/sqlite/migrations.ts';
import { createSqliteReceiptStore } from '../stores/sqlite/receipt-store.ts';
import { receiversCommandGroups, receiversCommands } from './receivers.ts';

const minute = 60_000;
const plugin = definePlugin({
  name: 'dci-server',
  migrations,
  commands: receiversCommands([social]),
  commandGroups: receiversCommandGroups,
  setup: () => ({}),
});

let test: DeliveryTest;
beforeEach(async () => {
  test = await startDeliveryTest();
});
afterEach(() => test[Symbol.asyncDispose]());

const dci = (...argv: string[]): Promise<CommandResult> =>
  runCommand(argv, {
    config: { senderId: hostId, dataDirectory: test.host.dataDirectory, plugins: [plugin] },
    clock: test.clock,
  });
async function json(...argv: string[]) {
  const { code, stdout, stderr } = await dci(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

it('disables and enables a receiver beside the running host, at once', async () => {
  expect(await json('receivers', 'show', receiverId)).toEqual({
    receiver_id: receiverId,
    state: 'well',
    failures: 0,
    pending: 0,
    dead: 0,
  });
  expect(await json('receivers', 'disable', receiverId)).toEqual({ receiver_id: receiverId, state: 'disabled' });
  const [messageId = ''] = await test.add({}, { subject: 'c2' });
  await test.host.runJobs();
  expect(test.receiver.ledger).toEqual([]);
  expect(await json('messages', 'show', messageId)).toMatchObject({ state: 'dead', last_reason: 'receiver_disabled' });
  expect(await json('receivers', 'list')).toMatchObject([
    { receiver_id: receiverId, state: 'disabled', disabled_reason: 'operator', pending: 0, dead: 2 },
  ]);

  expect(await json('receivers', 'enable', receiverId)).toEqual({ receiver_id: receiverId, state: 'well', retried: 0 });
  await test.host.runJobs();
  expect(test.receiver.ledger).toEqual([]);
  expect(await json('receivers', 'enable', receiverId, '--retry')).toMatchObject({ retried: 2 });
  await test.host.runJobs();
  expect(test.receiver.accepted).toHaveLength(2);
});

it('enables without what was given up for other reasons', async () => {
  test.receiver.answer({ status: 410 });
  await test.add({}, { subject: 'c2' });
  await test.host.runJobs();
  expect((await dci('receivers', 'enable', receiverId, '--retry')).stdout).toContain('again: 1');
  test.receiver.answer({});
  await test.host.runJobs();
  expect(test.receiver.accepted).toEqual(['callback-c2-0']);
  expect(await json('messages', 'retry', '--reason', 'http_410')).toEqual({ retried: 1 });
  await test.host.runJobs();
  expect(test.receiver.accepted).toEqual(['callback-c2-0', 'callback-c1-0']);
});

it('enables a receiver whose breaker is open', async () => {
  test.receiver.answer({ status: 503 });
  await test.add(...Array.from({ length: 6 }, (_, index) => ({ subject: `c${index}` })));
  await test.host.runJobs();
  expect(await json('receivers', 'show', receiverId)).toMatchObject({ state: 'paused', failures: 5, pending: 6 });
  test.receiver.answer({});
  await dci('receivers', 'enable', receiverId);
  expect(await json('receivers', 'show', receiverId)).toMatchObject({ state: 'well' });
  await test.runFor(30 * minute, minute);
  expect(test.receiver.accepted).toHaveLength(6);
});

it('shows what was confirmed of a message', async () => {
  const [notification = ''] = await test.add({}, { kind: 'notification', subject: 's1' }).then((ids) => ids.slice(-1));
  const { database } = test.host.context;
  const confirmed = { senderId: receiverId, receivedAt: Date.parse('2026-04-22T10:31:00Z') } as const;
  await createSqliteReceiptStore({ database }).record([
    { ...confirmed, referenceId: 'event-1', kind: 'event', subject: notification, status: 'succ' },
    { ...confirmed, referenceId: 'event-2', kind: 'event', subject: notification, status: 'rjct', reasonCode: 'gone' },
    { ...confirmed, referenceId: 'item-1', kind: 'transaction', subject: 'c1' },
  ]);
  const received_at = '2026-04-22T10:31:00Z';
  expect((await json('messages', 'show', notification)).receipts).toEqual([
    { reference_id: 'event-1', received_at, status: 'succ' },
    { reference_id: 'event-2', received_at, status: 'rjct', reason_code: 'gone' },
  ]);
  expect((await json('messages', 'show', 'callback-c1-0')).receipts).toEqual([{ reference_id: 'item-1', received_at }]);
  const { stdout } = await dci('messages', 'show', notification);
  expect(stdout).toMatch(/receipts +2/);
  expect(stdout).toMatch(/event-2 +2026-04-22T10:31:00Z +rjct +gone/);
});

it('does not retry what was withdrawn, and says so', async () => {
  await test.senders.setState(receiverId, 'disabled');
  await test.add({});
  await test.host.runJobs();
  expect(await json('messages', 'show', 'callback-c1-0')).toMatchObject({
    state: 'withdrawn',
    last_reason: 'sender_disabled',
  });
  const enabled = await dci('receivers', 'enable', receiverId, '--retry');
  expect([enabled.code, enabled.stderr]).toEqual([0, expect.stringContaining('the sender itself is disabled')]);
  await test.senders.setState(receiverId, 'active');
  const named = await dci('messages', 'retry', '--state', 'withdrawn');
  expect([named.code, named.stdout, named.stderr]).toEqual([
    2,
    '',
    expect.stringContaining('cannot be delivered again'),
  ]);
  const any = await dci('messages', 'retry', '--receiver', receiverId);
  expect([any.code, any.stderr]).toEqual([1, expect.stringContaining('1 that match are withdrawn')]);
  await test.host.runJobs();
  expect(test.receiver.ledger).toEqual([]);
});

it('does not retry what is for a receiver that is disabled', async () => {
  test.receiver.answer({ status: 410 });
  await test.add({});
  await test.host.runJobs();
  const refused = await dci('messages', 'retry', '--receiver', receiverId);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain(`dci receivers enable ${receiverId}`);
  test.receiver.answer({});
  expect((await dci('receivers', 'enable', receiverId)).stderr).toBe('');
  expect(await json('messages', 'retry', '--state', 'dead')).toEqual({ retried: 1 });
  await test.host.runJobs();
  expect(test.receiver.accepted).toEqual(['callback-c1-0']);
});

it('lists messages without what they say', async () => {
  await test.add({}, { kind: 'notification', subject: 's1' });
  await test.host.runJobs();
  const messages = await json('messages', 'list');
  expect(messages).toMatchObject([
    { message_id: 'notification-s1-0', kind: 'notification', action: 'notify', subject: 's1', state: 'delivered' },
    { message_id: 'callback-c1-0', receiver_id: receiverId, attempts: 1, last_status: 202, registry: 'social' },
  ]);
  const texts = [
    await dci('messages', 'list'),
    await dci('messages', 'show', 'callback-c1-0'),
    await dci('receivers', 'list'),
  ];
  for (const { code, stdout } of texts) {
    expect(code).toBe(0);
    expect(stdout).toMatch(/delivered|well/);
    expect(stdout + JSON.stringify(messages)).not.toMatch(/Ada|UIN|callback-token/);
  }
  expect(await json('messages', 'list', '--kind', 'callback', '--limit', '1')).toHaveLength(1);
  expect(await json('messages', 'list', '--state', 'dead')).toEqual([]);
  expect((await dci('messages', 'list', '--subject', 'nothing')).stdout).toContain('no such message');
});

it.each([
  ['receivers show of an unknown party', ['receivers', 'show', 'nobody'], 1],
  ['receivers enable of an unknown party', ['receivers', 'enable', 'nobody'], 1],
  ['receivers disable of an unknown party', ['receivers', 'disable', 'nobody'], 1],
  ['messages show of an unknown message', ['messages', 'show', 'nothing'], 1],
  ['messages retry without any', ['messages', 'retry', '--all'], 1],
  ['messages retry of nothing in particular', ['messages', 'retry'], 2],
  ['messages retry of what is pending', ['messages', 'retry', '--state', 'pending'], 2],
  ['a limit that is none', ['messages', 'list', '--limit', '0'], 2],
  ['a state that is none', ['messages', 'list', '--state', 'lost'], 2],
])('%s ends with its exit code', async (_name, argv, code) => {
  const result = await dci(...argv);
  expect(result.code).toBe(code);
  if (code === 2) expect(result.stdout).toBe('');
});
