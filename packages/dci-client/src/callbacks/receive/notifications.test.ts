import { type JsonObject, opensppDialect } from 'dci-core';
import { describe, expect, it } from 'vitest';
import {
  canary,
  createWorld,
  dataSource,
  keys,
  notifyEvent,
  otherDataSource,
  person,
  REGISTRY_ID,
  startTime,
  timestamp,
  type World,
  type WorldOptions,
} from '../callback-world.fixtures.ts';
import { createMemoryCallbackStores } from '../memory/memory-stores.ts';
import type { StoredEvent } from '../notifications.ts';
import type { HeldSubscription } from '../subscriptions.ts';

const held: HeldSubscription = {
  code: 's1',
  source: 'crvs_main',
  transactionId: 't-old',
  eventTypes: ['LiveBirth'],
  recordType: 'Person',
  state: 'active',
  handler: 'births',
  receipts: true,
  since: startTime,
};

async function worldWith(subscriptions: readonly Partial<HeldSubscription>[], options?: WorldOptions): Promise<World> {
  const world = createWorld(options);
  for (const members of subscriptions) await world.subscriptions.save({ ...held, ...members });
  return world;
}

const eventsOf = (world: World): Promise<readonly StoredEvent[]> => world.notifications.list('received', 100);

/** Delivers a message with these members, and tells the status and the codes of subscriptions of what is stored. */
async function notify(world: World, message: JsonObject, header: JsonObject = {}) {
  const reply = await world.deliver('notify', { header, message: { notify_event: [notifyEvent()], ...message } });
  return { status: reply.status, reply };
}

describe('a notification', () => {
  it('is stored as events under the standard names, and acknowledged', async () => {
    const world = await worldWith([{}]);
    const { status, reply } = await notify(
      world,
      { subscription_code: 's1', transaction_id: 'x' },
      { message_id: 'n1' },
    );
    expect(status, reply.body).toBe(202);
    const [stored, ...others] = await eventsOf(world);
    expect(others).toEqual([]);
    const expected: unknown = {
      event: {
        source: 'crvs_main',
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        subscriptionCode: 's1',
        referenceId: 'e1',
        eventType: 'LiveBirth',
        recordType: 'Person',
        records: expect.any(Array),
        warnings: expect.any(Array),
        timestamp,
        evidence: {
          ...{ verified: true, senderId: REGISTRY_ID, keyId: 'k1', algorithm: 'ed25519' },
          ...{ messageId: 'n1', transactionId: 'x' },
          header: expect.any(Object),
          message: { subscription_code: 's1', transaction_id: 'x', notify_event: [notifyEvent()] },
        },
      },
      ...{ state: 'received', handler: 'births', receipts: true, attempts: 0, receiptSent: false },
    };
    expect(stored).toEqual(expected);
    expect(stored?.event.records.map(({ birth_date }) => birth_date)).toEqual(['2026-04-20']);
    expect(world.requested).toEqual([{ kind: 'event', id: stored?.event.id }]);
    expect(world.logger.text()).not.toContain(canary);
  });

  it('can hold many events; those of one message are distinct', async () => {
    const world = await worldWith([{}]);
    const { reference_id: _id, ...bare } = notifyEvent();
    const notify_event = [bare, bare, notifyEvent(), notifyEvent({}, { reg_event_type: 'Death' })];
    expect((await notify(world, { subscription_code: 's1', notify_event })).status).toBe(202);
    const events = await eventsOf(world);
    expect(events.map(({ event }) => [event.referenceId, event.eventType])).toEqual([
      [undefined, 'LiveBirth'],
      [undefined, 'LiveBirth'],
      ['e1', 'LiveBirth'],
      ['e1', 'Death'],
    ]);
    expect(new Set(events.map(({ event }) => event.id)).size).toBe(4);
    expect(events.map(({ receipts }) => receipts)).toEqual([false, false, true, true]);
  });

  it('may be without events', async () => {
    const world = await worldWith([{}]);
    expect((await notify(world, { subscription_code: 's1', notify_event: [] })).status).toBe(202);
    expect(await eventsOf(world)).toEqual([]);
  });

  it('that is encrypted is opened', async () => {
    const world = await worldWith([{}]);
    const message = { subscription_code: 's1', notify_event: [notifyEvent()] };
    expect((await world.deliver('notify', { message, encryptTo: 'own' })).status).toBe(202);
    expect((await eventsOf(world))[0]?.event.evidence.message).toEqual(message);
  });

  it('of another registry is stored under its source', async () => {
    const world = await worldWith([{ source: 'other', recordType: 'Group' }, {}], {
      sources: (make) => [make(dataSource()), make(otherDataSource())],
    });
    const message = { subscription_code: 's1', notify_event: [notifyEvent({}, { reg_event_type: 'REGISTRATION' })] };
    expect((await world.deliver('notify', { key: keys.other, message })).status).toBe(202);
    expect((await eventsOf(world)).map(({ event }) => [event.source, event.eventType])).toEqual([
      ['other', 'REGISTER'],
    ]);
  });
});

describe('an event', () => {
  it('that is notified again in another message is the same', async () => {
    const world = await worldWith([{}]);
    await notify(world, { subscription_code: 's1', notification_id: 'n1' });
    await notify(world, { subscription_code: 's1', notification_id: 'n2' });
    expect(await eventsOf(world)).toHaveLength(1);
    expect(world.requested).toHaveLength(1);
  });

  it('is two for two subscriptions, and with another content under the same reference', async () => {
    const world = await worldWith([{}, { code: 's2', handler: 'other' }]);
    await notify(world, { subscription_code: 's1' });
    await notify(world, { subscription_code: 's2' });
    await notify(world, {
      subscription_code: 's1',
      notify_event: [notifyEvent({ timestamp: '2026-04-22T10:31:00Z' })],
    });
    expect((await eventsOf(world)).map(({ event, handler }) => [event.subscriptionCode, handler])).toEqual([
      ['s1', 'births'],
      ['s2', 'other'],
      ['s1', 'births'],
    ]);
  });

  it('without reference is another one in every message, and the same in a resend', async () => {
    const world = await worldWith([{}]);
    const { reference_id: _id, ...bare } = notifyEvent();
    const message = { subscription_code: 's1', notify_event: [bare] };
    const fixed = { message_ts: timestamp };
    const first = await notify(world, message, { ...fixed, message_id: 'n1' });
    world.clock.advance(1_000);
    const resent = await notify(world, message, { ...fixed, message_id: 'n1' });
    await notify(world, message, { ...fixed, message_id: 'n2' });
    expect(resent.reply.body).toBe(first.reply.body);
    expect(await eventsOf(world)).toHaveLength(2);
  });

  it.each([
    ['an alias', { reg_event_type: 'live_birth' }, 'LiveBirth'],
    ['any case', { reg_event_type: 'LIVEBIRTH' }, 'LiveBirth'],
    ['a type that the registry type does not have', { reg_event_type: 'Naming' }, 'Naming'],
    ['the registry type of OpenCRVS', { reg_event_type: undefined, reg_type: 'ocrvs:registry_type:death' }, 'Death'],
    ['nothing, where only one was subscribed to', { reg_event_type: undefined }, 'LiveBirth'],
  ])('has a type that is told by %s', async (_what, data, eventType) => {
    const world = await worldWith([{}]);
    const notify_event = [notifyEvent({}, data)];
    expect((await notify(world, { subscription_code: 's1', notify_event })).status).toBe(202);
    expect((await eventsOf(world))[0]?.event.eventType).toBe(eventType);
  });

  it('of a type that nothing tells is refused', async () => {
    const world = await worldWith([{ eventTypes: ['LiveBirth', 'Death'] }]);
    const notify_event = [notifyEvent(), notifyEvent({}, { reg_event_type: undefined })];
    const { reply } = await notify(world, { subscription_code: 's1', notify_event });
    expect(reply.status).toBe(400);
    expect(reply.body).toContain('message.notify_event[1].data.reg_event_type is missing');
    expect(await eventsOf(world)).toEqual([]);
  });

  it.each([
    ['what the event names', { reg_record_type: 'spdci-extensions-dci:Person' }, 'Person'],
    ['the subscription', { reg_record_type: undefined }, 'Person'],
    ['the subscription, where the event names an unknown one', { reg_record_type: 'Thing' }, 'Person'],
  ])('has records of the type of %s', async (_what, data, recordType) => {
    const world = await worldWith([{ recordType: 'PERSON' }]);
    const notify_event = [notifyEvent({}, { ...data, reg_records: [person, person] })];
    expect((await notify(world, { subscription_code: 's1', notify_event })).status).toBe(202);
    const [stored] = await eventsOf(world);
    expect([stored?.event.recordType, stored?.event.records.length]).toEqual([recordType, 2]);
  });

  it('is read in the form that OpenSPP sends', async () => {
    const world = await worldWith([{ eventTypes: ['REGISTER'] }], {
      sources: (make) => [make(dataSource({ dialect: opensppDialect }))],
    });
    const message = {
      subscription_code: 's1',
      notification_id: 'n1',
      notify_event: [
        { event_id: 'e7', event_ts: timestamp, event_type: 'BIRTH', reg_type: 'CRVS', event_data: [person] },
      ],
    };
    const { status, reply } = await notify(world, message, {
      receiver_id: undefined,
      message_ts: '2026-04-22T10:30:00',
    });
    expect(status, reply.body).toBe(202);
    const [stored] = await eventsOf(world);
    expect(stored?.event).toMatchObject({ referenceId: 'e7', eventType: 'LiveBirth', recordType: 'Person', timestamp });
    expect(stored?.event.records).toHaveLength(1);
  });

  it('is read in the form that receivers of OpenSPP take, with the identifiers beside the person', async () => {
    const world = await worldWith([{}]);
    const { identifier, ...withoutIdentifier } = person;
    const notify_event = {
      event_type: 'BIRTH',
      event_date: '2026-04-20',
      identifiers: identifier,
      person: withoutIdentifier,
    };
    expect((await notify(world, { subscription_code: 's1', notify_event })).status).toBe(202);
    const [stored] = await eventsOf(world);
    expect(stored?.event.timestamp).toBe('2026-04-20');
    expect(JSON.stringify(stored?.event.records)).toContain(canary);
  });
});

describe('the subscription that a notification is for', () => {
  const stored = async (world: World) =>
    (await eventsOf(world)).map(({ event, handler }) => [event.subscriptionCode, handler]);

  it.each([
    ['active', 202],
    ['pending', 202],
    ['ending', 202],
    ['ended', 200],
  ] as const)('may be %s: HTTP status %s', async (state, status) => {
    const world = await worldWith([{ state }]);
    expect((await notify(world, { subscription_code: 's1' })).status).toBe(status);
    expect(await eventsOf(world)).toHaveLength(status === 202 ? 1 : 0);
  });

  it('is named by its code, else by the transaction of its request', async () => {
    const world = await worldWith([
      { code: 's1', handler: 'one' },
      { code: 's2', transactionId: 't2', handler: 'two', eventTypes: ['Death'] },
      { code: 's3', transactionId: 't2', handler: 'three' },
    ]);
    const events = (reference_id: string) => ({ notify_event: [notifyEvent({ reference_id })] });
    await notify(world, { subscription_code: 's2', transaction_id: 't-old', ...events('a') });
    await notify(world, { transaction_id: 't2', ...events('b') });
    await notify(world, { transaction_id: 't-old', ...events('c') });
    expect(await stored(world)).toEqual([
      ['s2', 'two'],
      ['s3', 'three'],
      ['s1', 'one'],
    ]);
  });

  it('is the one that fits, where a notification names nothing that we know', async () => {
    const world = await worldWith([
      { code: 's1', handler: 'one', eventTypes: ['Death'] },
      { code: 's2', handler: 'two' },
      { code: 's3', handler: 'three', eventTypes: ['Marriage'] },
      { code: 's4', source: 'other' },
    ]);
    await notify(world, { transaction_id: 'of-the-registry' });
    await notify(world, { notify_event: [notifyEvent({}, { reg_event_type: 'Adoption' })] });
    expect(await stored(world)).toEqual([
      ['s2', 'two'],
      ['s3', 'three'],
    ]);
  });

  it('is none where we hold none', async () => {
    const world = await worldWith([{ source: 'other' }, { code: 's2', state: 'ended' }]);
    expect((await notify(world, {})).status).toBe(200);
    expect((await notify(world, { transaction_id: 't-old' })).status).toBe(200);
    expect(await eventsOf(world)).toEqual([]);
  });

  it('may be about to be confirmed: a notification can be faster than the callback', async () => {
    const world = createWorld();
    await world.open({ action: 'subscribe' });
    await world.open({ action: 'subscribe', transactionId: 't-foreign', source: 'other' });
    await world.open({ action: 'subscribe', transactionId: 't-expired', expiresAt: startTime });
    await world.open({ action: 'search' });
    for (const transaction_id of ['t-foreign', 't-expired', 't-search']) {
      expect((await notify(world, { transaction_id, subscription_code: 's9' })).status).toBe(200);
    }
    const notify_event = [notifyEvent({}, { reg_event_type: undefined })];
    expect((await notify(world, { transaction_id: 't-subscribe', subscription_code: 's9', notify_event })).status).toBe(
      202,
    );
    expect(await eventsOf(world)).toMatchObject([
      { event: { subscriptionCode: 's9', eventType: 'LiveBirth' }, handler: 'births', receipts: true },
    ]);
  });
});

describe('a notification store', () => {
  it.each(['findMessage', 'receive'] as const)('that fails in %s means 503 and no ACK', async (name) => {
    const stores = createMemoryCallbackStores();
    let isBroken = true;
    const world = await worldWith([{}], {
      stores: {
        ...stores,
        notifications: {
          ...stores.notifications,
          [name]: async (...parameters: never[]) => {
            if (isBroken) throw new Error(canary);
            return Reflect.apply(stores.notifications[name], undefined, parameters);
          },
        },
      },
    });
    expect((await notify(world, { subscription_code: 's1' })).status).toBe(503);
    expect(await eventsOf(world)).toEqual([]);
    expect(world.logger.text()).not.toContain(canary);
    isBroken = false;
    expect((await notify(world, { subscription_code: 's1' })).status).toBe(202);
  });

  it('that gets a hundred identical notifications at once stores one', async () => {
    const world = await worldWith([{}]);
    const message = { subscription_code: 's1', notify_event: [notifyEvent()] };
    const envelope = { header: { message_id: 'n1' }, message };
    const replies = await Promise.all(Array.from({ length: 100 }, () => world.deliver('notify', envelope)));
    expect(new Set(replies.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(await eventsOf(world)).toHaveLength(1);
    const other = { ...envelope, message: { ...message, notification_id: 'x' } };
    expect((await world.deliver('notify', other)).status).toBe(409);
  });
});
