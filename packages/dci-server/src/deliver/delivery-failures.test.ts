import { expect, it } from 'vitest';
import { type DeliveryTest, receiverId, startDeliveryTest } from './delivery.fixtures.ts';
import type { ReceiverBehaviour } from './receiver.fixtures.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

it.each<[string, ReceiverBehaviour, { reason: string; status?: number }]>([
  ['a server error', { status: 500 }, { reason: 'http_500', status: 500 }],
  ['a refusal', { status: 401 }, { reason: 'http_401', status: 401 }],
  ['a redirect', { status: 307, headers: { location: '/elsewhere' } }, { reason: 'http_307', status: 307 }],
  ['a permanent redirect', { status: 301, headers: { location: '/elsewhere' } }, { reason: 'http_301', status: 301 }],
  ['an acknowledgement of an error', { body: '{"message":{"ack_status":"ERR"}}' }, { reason: 'ack_err', status: 202 }],
  ['a reset', { reset: true }, { reason: 'reset' }],
  ['a reply that is too large', { body: 'x'.repeat(100_000) }, { reason: 'reply_too_large' }],
])('tries again after %s', async (_name, behaviour, { reason, status }) => {
  await using test = await startDeliveryTest();
  test.receiver.answer((_delivery, attempt) => (attempt === 1 ? behaviour : {}));
  const [messageId = ''] = await test.add({});
  await test.host.runJobs();
  const failed = await test.outgoing.find(messageId);
  expect(failed).toMatchObject({ state: 'pending', attempts: 1, lastReason: reason });
  expect(failed?.lastStatus).toBe(status);
  expect(await test.receivers.find(receiverId)).toMatchObject({ failures: 1, lastReason: reason });
  await test.runFor(10 * second);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'delivered', attempts: 2 });
  expect(test.receiver.ledger.map(({ path }) => path)).toEqual(['/callback/on-search', '/callback/on-search']);
  expect(await test.receivers.find(receiverId)).toMatchObject({ failures: 0 });
});

it('tries again where nobody listens', async () => {
  await using test = await startDeliveryTest();
  const [messageId = ''] = await test.add({});
  await test.receiver.close();
  await test.host.runJobs();
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'pending', lastReason: 'connect_failed' });
});

it.each<[string, ReceiverBehaviour]>([
  ['no body', { status: 204, body: '' }],
  ['a body of its own', { status: 200, body: 'thank you' }],
  ['an empty object', { status: 200, body: '{}' }],
])('counts a 2xx with %s as success', async (_name, behaviour) => {
  await using test = await startDeliveryTest();
  test.receiver.answer(behaviour);
  const [messageId = ''] = await test.add({});
  await test.host.runJobs();
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'delivered', lastStatus: behaviour.status });
});

it('gives up a message that the receiver does not want', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 200, body: '{"message":{"ack_status":"NACK"}}' });
  const [messageId = ''] = await test.add({});
  await test.runFor(hour, minute);
  expect(test.receiver.ledger).toHaveLength(1);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'dead', lastReason: 'nack', lastStatus: 200 });
});

it.each([
  ['no address at all', undefined, 'no_address'],
  ['what is no URL', 'callback', 'url_forbidden'],
  ['another scheme', 'ftp://mis.example.org/callback', 'url_forbidden'],
  ['user information', 'http://user:secret@127.0.0.1/callback', 'url_forbidden'],
  ['the address of a cloud', 'http://169.254.169.254/latest', 'address_forbidden'],
])('gives up at once a message that would go to %s', async (_name, senderUri, reason) => {
  await using test = await startDeliveryTest();
  // exactOptionalPropertyTypes: an absent address is a member that is not there.
  const { senderUri: _, ...rest } = { senderUri, subject: 'c1' };
  const [messageId = ''] = await test.add(
    senderUri === undefined ? { ...rest, senderUri: '' } : { ...rest, senderUri },
  );
  await test.host.runJobs();
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'dead', lastReason: reason, attempts: 0 });
  expect(test.audit).toEqual([]);
  expect((await test.receivers.find(receiverId)).failures).toBe(0);
});

it('sends only to registered hosts, and below a registered base whatever sender_uri says', async () => {
  await using test = await startDeliveryTest({ sender: { callbackHosts: ['mis.example.org'] } });
  const [messageId = ''] = await test.add({});
  await test.host.runJobs();
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'dead', lastReason: 'host_forbidden' });
  await test.senders.update(receiverId, { callbackHosts: [new URL(test.receiver.url).host] });
  await test.outgoing.retry({}, test.clock.now());
  await test.host.runJobs();
  expect(test.receiver.ledger.map(({ path }) => path)).toEqual(['/callback/on-search']);
  await test.senders.update(receiverId, { callbackHosts: null, callbackBase: `${test.receiver.url}/fixed/` });
  await test.add({ subject: 'c2', senderUri: 'https://elsewhere.example.org/' });
  await test.host.runJobs();
  expect(test.receiver.ledger.map(({ path }) => path)).toEqual(['/callback/on-search', '/fixed/on-search']);
});

it('sends the callbacks of one subject in their order, the next only when the one before is settled', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer(({ messageId }, attempt) =>
    messageId === 'callback-c1-0' && attempt === 1 ? { status: 500 } : {},
  );
  await test.add(...[0, 1, 2].map((sequence) => ({ sequence })), { subject: 'c2' });
  await test.host.runJobs();
  expect(test.receiver.ledger.map(({ messageId }) => messageId)).toEqual(['callback-c1-0', 'callback-c2-0']);
  await test.runFor(10 * second);
  expect(test.receiver.accepted).toEqual(['callback-c2-0', 'callback-c1-0', 'callback-c1-1', 'callback-c1-2']);
});

it('changes nothing once its job was leased anew', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 500 });
  const [messageId = ''] = await test.add({});
  await expect(test.deliver(messageId)).rejects.toMatchObject({ code: 'err.state.conflict' });
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'pending', attempts: 0 });
  expect((await test.receivers.find(receiverId)).failures).toBe(0);
});

it('sends a message again when the process ended before its delivery was noted, under the same id', async () => {
  await using test = await startDeliveryTest();
  const [messageId = ''] = await test.add({});
  await expect(test.deliver(messageId)).rejects.toThrow();
  await test.host.runJobs();
  expect(test.receiver.ledger).toHaveLength(2);
  expect(test.receiver.accepted).toEqual([messageId]);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'delivered', attempts: 1 });
});

it('opens the breaker after five failures, probes at growing intervals, and closes it with the first success', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 503 });
  const subjects = Array.from({ length: 8 }, (_, index) => ({ subject: `c${index}` }));
  const messageIds = await test.add(...subjects);
  await test.host.runJobs();
  expect(test.receiver.ledger).toHaveLength(5);

  // Half a minute, then one probe at a time: the pauses double.
  for (const [count, pause] of [
    [6, 30 * second],
    [7, minute],
    [8, 2 * minute],
    [9, 4 * minute],
  ] as const) {
    test.clock.advance(pause - second);
    await test.host.runJobs();
    expect(test.receiver.ledger).toHaveLength(count - 1);
    test.clock.advance(second);
    await test.host.runJobs();
    expect(test.receiver.ledger).toHaveLength(count);
  }
  expect(await test.receivers.find(receiverId)).toMatchObject({ failures: 9, openings: 5 });
  const attempts = await attemptsOf(test, messageIds);
  expect(attempts.reduce((sum, count) => sum + count)).toBe(9);

  test.receiver.answer({});
  test.clock.advance(8 * minute);
  await test.host.runJobs();
  expect(await test.receivers.find(receiverId)).toMatchObject({ failures: 0, openings: 0 });
  await test.runFor(hour, minute);
  expect(new Set(test.receiver.accepted)).toEqual(new Set(messageIds));
});

it('keeps the breaker open over a restart', async () => {
  const first = await startDeliveryTest();
  const dataDirectory = first.host.dataDirectory;
  first.receiver.answer({ status: 503 });
  await first.add(...Array.from({ length: 6 }, (_, index) => ({ subject: `c${index}` })));
  await first.host.runJobs();
  await first.host.stop();
  {
    await using second = await startDeliveryTest({ dataDirectory });
    expect(await second.receivers.find(receiverId)).toMatchObject({ failures: 5, openings: 1 });
    await second.host.runJobs();
    expect(second.receiver.ledger).toEqual([]);
  }
  await first[Symbol.asyncDispose]();
});

it('disables a receiver that failed for 120 hours, and delivers again when it is enabled', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 503 });
  let subject = 0;
  while ((await test.receivers.find(receiverId)).disabled === undefined && subject < 200) {
    await test.add({ subject: `c${subject}` });
    subject += 1;
    await test.runFor(hour, 10 * minute);
  }
  expect(await test.receivers.find(receiverId)).toMatchObject({ disabled: { reason: 'failing' } });
  expect(subject).toBeGreaterThanOrEqual(120);
  expect(subject).toBeLessThan(123);
  expect(test.logger.lines().filter(({ msg }) => msg.startsWith('a receiver is disabled'))).toHaveLength(1);

  const calls = test.receiver.ledger.length;
  const [messageId = ''] = await test.add({ subject: 'later' });
  await test.runFor(30 * hour, hour);
  expect(test.receiver.ledger).toHaveLength(calls);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'dead', lastReason: 'receiver_disabled' });
  expect(await test.outgoing.list({ state: 'pending' })).toEqual([]);
});

async function attemptsOf(test: DeliveryTest, messageIds: readonly string[]): Promise<readonly number[]> {
  return Promise.all(messageIds.map(async (messageId) => (await test.outgoing.find(messageId))?.attempts ?? 0));
}
