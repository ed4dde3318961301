import { DciError, social } from 'dci-core';
import { expect, it } from 'vitest';
import { grantAll } from '../server.fixtures.ts';
import { type DeliveryTestOptions, receiverId, startDeliveryTest } from './delivery.fixtures.ts';

const minute = 60_000;
const narrowed = {
  registries: { social: { actions: ['search'], recordTypes: { Person: { fields: ['name'] } } } },
};
const withConsent = {
  registries: {
    social: {
      actions: ['search'],
      recordTypes: { Person: { fields: ['**'] } },
      purposes: ['programme'],
      consent: 'required' as const,
    },
  },
};

it('sends what was composed while access is as it was, with its audit row before it', async () => {
  await using test = await startDeliveryTest();
  const [messageId = ''] = await test.add({});
  const rowsAtArrival: number[] = [];
  test.receiver.answer(() => {
    rowsAtArrival.push(test.audit.length);
    return {};
  });
  await test.host.runJobs();
  expect(test.composed).toEqual([]);
  expect(test.receiver.ledger).toMatchObject([
    {
      path: '/callback/on-search',
      messageId,
      isVerified: true,
      message: { search_response: [{ name: 'Ada' }] },
      headers: { 'content-type': 'application/json' },
    },
  ]);
  expect(test.receiver.ledger[0]?.headers.authorization).toBeUndefined();
  expect(rowsAtArrival).toEqual([1]);
  expect(test.audit).toEqual([
    {
      senderId: receiverId,
      registry: 'social',
      action: 'on-search',
      messageId,
      correlationId: 'c1',
      recordType: 'Person',
      recordKeys: ['UIN 1'],
      count: 1,
    },
  ]);
});

it('composes anew what was composed under a wider policy', async () => {
  await using test = await startDeliveryTest();
  const [messageId = ''] = await test.add({});
  await test.senders.setPolicy(receiverId, narrowed);
  await test.host.runJobs();
  expect(test.composed).toEqual([messageId]);
  expect(test.receiver.ledger).toMatchObject([
    { messageId, header: { message_ts: '2026-04-22T10:30:00Z' }, message: { recomposed: true }, isVerified: true },
  ]);
  expect(test.receiver.ledger[0]?.text).not.toContain('Ada');
});

it('composes anew when the policy narrows between two attempts, and only then', async () => {
  await using test = await startDeliveryTest();
  test.receiver.answer({ status: 500 });
  await test.add({});
  await test.host.runJobs();
  await test.runFor(minute);
  expect(test.composed).toEqual([]);
  await test.senders.setPolicy(receiverId, narrowed);
  await test.runFor(20 * minute, minute);
  await test.runFor(60 * minute, minute);
  expect(test.composed).toHaveLength(1);
  expect(test.receiver.ledger.map(({ text }) => text.includes('Ada'))).toEqual([true, true, false, false]);
});

it('composes before every attempt where consent is required', async () => {
  await using test = await startDeliveryTest({ sender: { policy: withConsent } });
  test.receiver.answer({ status: 500 });
  await test.add({});
  await test.host.runJobs();
  await test.runFor(minute);
  expect(test.composed).toHaveLength(2);
  expect(new Set(test.receiver.ledger.map(({ contentDigest }) => contentDigest)).size).toBe(1);
});

it.each<[string, string, DeliveryTestOptions, 'setPolicy' | 'disable' | 'nothing']>([
  ['the sender is disabled', 'sender_disabled', {}, 'disable'],
  [
    'nothing may be said any more',
    'access_ended',
    { delivery: { sources: { callback: { compose: async () => undefined } } } },
    'setPolicy',
  ],
  ['no source can compose it', 'access_ended', { delivery: { sources: {} } }, 'setPolicy'],
  [
    'it is not wanted any more',
    'not_wanted',
    { delivery: { sources: { callback: { compose: async () => undefined, isWanted: async () => false } } } },
    'nothing',
  ],
])('withdraws a message when %s', async (_name, reason, options, change) => {
  await using test = await startDeliveryTest(options);
  const [messageId = ''] = await test.add({}, { sequence: 1 });
  if (change === 'disable') await test.senders.setState(receiverId, 'disabled');
  if (change === 'setPolicy') await test.senders.setPolicy(receiverId, narrowed);
  await test.host.runJobs();
  expect(test.receiver.ledger).toEqual([]);
  expect(test.audit).toEqual([]);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'withdrawn', lastReason: reason, attempts: 0 });
  expect(await test.outgoing.list({ state: 'pending' })).toEqual([]);
});

it('sends nothing while the audit cannot be written, and uses up no attempt', async () => {
  let failure: Error | undefined = new DciError('err.service.unavailable', 'the audit is full');
  await using test = await startDeliveryTest({ auditFailure: () => failure });
  const [messageId = ''] = await test.add({});
  await test.runFor(60 * minute, minute);
  expect(test.receiver.ledger).toEqual([]);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'pending', attempts: 0 });
  failure = undefined;
  await test.runFor(minute);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'delivered', attempts: 1 });
});

it('waits for records that cannot be had', async () => {
  let isDown = true;
  await using test = await startDeliveryTest({
    delivery: {
      sources: {
        callback: {
          compose: async () => {
            if (isDown) throw new DciError('err.service.unavailable', 'the registry cannot be reached');
            return { header: {}, message: { recomposed: true } };
          },
        },
      },
    },
  });
  await test.add({});
  await test.senders.setPolicy(receiverId, narrowed);
  await test.runFor(10 * minute, minute);
  expect(test.receiver.ledger).toEqual([]);
  isDown = false;
  await test.runFor(minute);
  expect(test.receiver.ledger).toMatchObject([{ message: { recomposed: true } }]);
});

it('decides again when the registration changes while a message is prepared', async () => {
  let during: () => Promise<unknown> = async () => undefined;
  await using test = await startDeliveryTest({
    delivery: {
      sources: {
        callback: {
          compose: async () => undefined,
          isWanted: async () => {
            await during();
            return true;
          },
        },
      },
    },
  });
  const [messageId = ''] = await test.add({});
  during = () => test.senders.setState(receiverId, 'disabled');
  await test.host.runJobs();
  expect(test.receiver.ledger).toEqual([]);
  expect(await test.outgoing.find(messageId)).toMatchObject({ state: 'withdrawn', lastReason: 'sender_disabled' });
});

it.each([
  ['bearer', { kind: 'bearer', token: 'callback-token' } as const, 'Bearer callback-token'],
  ['basic', { kind: 'basic', user: 'registry', password: 'pä:ss' } as const, 'Basic cmVnaXN0cnk6cMOkOnNz'],
])('shows the registered %s credential, and no log line has it', async (_kind, callbackCredential, expected) => {
  await using test = await startDeliveryTest({ sender: { callbackCredential } });
  await test.add({});
  await test.host.runJobs();
  expect(test.receiver.ledger[0]?.headers.authorization).toBe(expected);
  expect(test.logger.text()).not.toMatch(/callback-token|cmVnaXN0|Ada/);
});

it('completes the header for a receiver that speaks openspp', async () => {
  await using test = await startDeliveryTest({ sender: { dialect: 'openspp', policy: grantAll(social) } });
  await test.add({});
  await test.host.runJobs();
  expect(test.receiver.ledger).toMatchObject([{ isVerified: true, header: { sender_uri: null, meta: {} } }]);
  expect(Object.keys(test.receiver.ledger[0]?.header ?? {})).toHaveLength(11);
});
