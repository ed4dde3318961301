import { expect, it } from 'vitest';
import { type DeliveryTest, startDeliveryTest } from './delivery.fixtures.ts';

const notification = { kind: 'notification', subject: 's1' } as const;

/** A subscription that can end. */
function subscription() {
  const state = { active: true, asked: 0 };
  return {
    state,
    source: {
      compose: async () => undefined,
      isWanted: async () => {
        state.asked += 1;
        return state.active;
      },
    },
  };
}

/** Ends the subscription as `unsubscribe` does: the change first, then the interruption, then the acknowledgement. */
async function unsubscribe(test: DeliveryTest, state: { active: boolean }): Promise<number> {
  state.active = false;
  await test.delivery.interrupt('notification', ['s1', 'none']);
  return test.receiver.ledger.length;
}

it('ends a notification that is under way, and sends none after', async () => {
  const { state, source } = subscription();
  await using test = await startDeliveryTest({ delivery: { sources: { notification: source } } });
  const never = new Promise(() => {});
  test.receiver.answer({ after: never });
  const [messageId = ''] = await test.add(notification, { ...notification, sequence: 1 });
  const running = test.host.runJobs();
  await test.receiver.arrived(1);
  const arrived = await unsubscribe(test, state);
  expect(arrived).toBe(1);
  await running;
  await test.runFor(60_000, 1_000);
  expect(test.receiver.ledger).toHaveLength(arrived);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'withdrawn', lastReason: 'not_wanted' });
  expect(await test.outgoing.list({ state: 'pending' })).toEqual([]);
});

it('sends nothing when the subscription ends between the last look and the call', async () => {
  const { state, source } = subscription();
  let acknowledged: Promise<number> | undefined;
  await using test = await startDeliveryTest({
    delivery: {
      sources: {
        notification: {
          ...source,
          isWanted: async () => {
            const wanted = await source.isWanted();
            // The second look is the one right before the call.
            if (state.asked === 2) acknowledged = unsubscribe(test, state);
            return wanted;
          },
        },
      },
    },
  });
  await test.add(notification);
  await test.host.runJobs();
  expect(acknowledged).toBeDefined();
  expect(await acknowledged).toBe(0);
  expect(test.receiver.ledger).toEqual([]);
});

it('resolves at once for what is not under way', async () => {
  await using test = await startDeliveryTest();
  await test.delivery.interrupt('callback', ['c1', 'c2']);
  await test.add({});
  await test.host.runJobs();
  expect(test.receiver.accepted).toEqual(['callback-c1-0']);
});

it('leaves alone what is about something else', async () => {
  await using test = await startDeliveryTest({ delivery: { sources: {} } });
  const gate = Promise.withResolvers<void>();
  test.receiver.answer({ after: gate.promise });
  await test.add({ ...notification, subject: 's2' });
  const running = test.host.runJobs();
  await test.receiver.arrived(1);
  await test.delivery.interrupt('notification', ['s1']);
  await test.delivery.interrupt('callback', ['s2']);
  gate.resolve();
  await running;
  expect(await test.outgoing.list({ state: 'delivered' })).toHaveLength(1);
});

it('is tried again when the host stops during the call', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ after: new Promise(() => {}) });
  const [messageId = ''] = await test.add({});
  const stop = new AbortController();
  const outcome = test.deliver(messageId, stop.signal);
  await test.receiver.arrived(1);
  stop.abort();
  expect(await outcome).toMatchObject({ kind: 'retry', reason: 'interrupted' });
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'pending', attempts: 0 });
});
