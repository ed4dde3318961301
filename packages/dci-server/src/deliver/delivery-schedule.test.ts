import { expect, it } from 'vitest';
import { type DeliveryTest, receiverId, startDeliveryTest } from './delivery.fixtures.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const nominal = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** Runs jobs every half minute, and at every second of the first. @returns times of the attempts after the start */
async function attemptTimes(test: DeliveryTest, milliseconds: number): Promise<readonly number[]> {
  const start = test.clock.now();
  const times: number[] = [];
  const note = () => {
    while (times.length < test.receiver.ledger.length) times.push(test.clock.now() - start);
  };
  await test.host.runJobs();
  note();
  while (test.clock.now() - start < milliseconds) {
    test.clock.advance(test.clock.now() - start < minute ? 500 : minute);
    await test.host.runJobs();
    note();
  }
  return times;
}

it('tries ten times over 75 hours with the same body, freshly signed, and then gives up', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 500 });
  const [messageId = ''] = await test.add({});
  const times = await attemptTimes(test, 100 * hour);

  expect(times).toHaveLength(10);
  for (const [index, delay] of nominal.entries()) {
    const gap = (times[index + 1] ?? 0) - (times[index] ?? 0);
    expect(gap).toBeGreaterThanOrEqual(delay * 0.8);
    expect(gap).toBeLessThanOrEqual(delay * 1.2 + minute);
  }
  expect(times.at(-1)).toBeGreaterThanOrEqual(75 * hour);
  const { ledger } = test.receiver;
  expect(new Set(ledger.map((delivery) => delivery.messageId))).toEqual(new Set([messageId]));
  expect(new Set(ledger.map((delivery) => delivery.contentDigest)).size).toBe(1);
  expect(new Set(ledger.map((delivery) => delivery.signature)).size).toBe(10);
  expect(ledger.every(({ isVerified }) => isVerified)).toBe(true);
  expect(await test.outgoing.find(messageId)).toMatchObject({
    state: 'dead',
    attempts: 10,
    lastStatus: 500,
    lastReason: 'http_500',
  });
  expect(test.audit).toHaveLength(10);

  // The dead letter can be sent again by hand.
  test.receiver.answer({});
  expect(await test.outgoing.retry({ receiverId }, test.clock.now())).toBe(1);
  await test.host.runJobs();
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'delivered', attempts: 1 });
});

it('signs with the key that is active at the time of the attempt', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 500 });
  await test.add({});
  await test.host.runJobs();
  await test.host.context.keys.rotate({ leadSeconds: 0 });
  await test.runFor(10 * second);
  const kids = test.receiver.ledger.map(({ signature }) => /"[^"|]*\|([^"|]+)\|[^"|]*"/.exec(signature)?.[1]);
  expect(new Set(kids).size).toBe(2);
  expect(test.receiver.ledger.every(({ isVerified }) => isVerified)).toBe(true);
});

it.each([
  ['seconds', '120', 120 * second],
  ['a date', 'Wed, 22 Apr 2026 10:40:00 GMT', 10 * minute],
  ['more than a day', '999999999', 24 * hour],
])('waits as long as Retry-After says: %s', async (_name, value, wait) => {
  await using test = await startDeliveryTest();
  test.receiver.answer((_delivery, attempt) =>
    attempt === 1 ? { status: 503, headers: { 'retry-after': value } } : {},
  );
  const [messageId = ''] = await test.add({}, { subject: 'c2' });
  await test.host.runJobs();
  test.clock.advance(wait - second);
  expect(await test.host.runJobs()).toBe(0);
  // The other message did not go out meanwhile either: the receiver asked not to be called.
  expect(test.receiver.ledger).toHaveLength(1);
  test.clock.advance(second);
  await test.host.runJobs();
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'delivered', attempts: 2 });
});

it('does not shorten its own schedule for Retry-After: 0', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 429, headers: { 'retry-after': '0' } });
  await test.add({});
  await test.runFor(3 * second, second);
  expect(test.receiver.ledger).toHaveLength(1);
});

it('disables a receiver that answers 410, and gives up what waits for it', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 410 });
  const messageIds = await test.add({}, { subject: 'c2' });
  await test.runFor(hour, minute);
  expect(test.receiver.ledger).toHaveLength(1);
  const messages = await Promise.all(messageIds.map((messageId) => test.outgoing.find(messageId)));
  expect(messages.map((message) => [message?.state, message?.lastReason, message?.attempts])).toEqual([
    ['dead', 'http_410', 1],
    ['dead', 'receiver_disabled', 0],
  ]);
  expect((await test.receivers.find(receiverId)).disabled).toMatchObject({ reason: 'gone' });
  expect(test.logger.lines().some(({ level, receiver_id }) => level === 'error' && receiver_id === receiverId)).toBe(
    true,
  );
});
