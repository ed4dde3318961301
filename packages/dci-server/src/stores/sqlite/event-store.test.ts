import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore, NewEvent, NewNotification, NotedEvent } from '../events.ts';
import type { SubscriptionStore } from '../subscriptions.ts';
import { createSqliteEventStore } from './event-store.ts';
import { type OpenedState, openedState } from './state-database.fixtures.ts';
import { createSqliteSubscriptionStore } from './subscription-store.ts';

interface Stores {
  readonly events: EventStore;
  readonly subscriptions: SubscriptionStore;
}

let opened: OpenedState<Stores>;
let events: EventStore;
beforeEach(async () => {
  opened = openedState((surroundings) => ({
    events: createSqliteEventStore(surroundings),
    subscriptions: createSqliteSubscriptionStore(surroundings),
  }));
  events = opened.store.events;
  await opened.store.subscriptions.add(
    ['SUB-1', 'SUB-2'].map((code) => ({
      subscription: {
        code,
        senderId: 'mis.example.org',
        registry: 'social',
        eventTypes: ['REGISTER'],
        recordType: 'Person',
        purpose: code,
        startsAt: 0,
        expiresAt: 9_000_000,
        state: 'active',
        isEncrypted: false,
        transactionId: 't',
        correlationId: 'c',
        referenceId: code,
        createdAt: 0,
        activeAt: 0,
      },
      jobs: [],
    })),
    100,
  );
});
afterEach(() => opened.close());

const event = (eventId: string, storedAt = 1): NewEvent => ({
  registry: 'social',
  eventId,
  eventType: 'REGISTER',
  recordType: 'Person',
  record: { name: 'Secret', size: 1.5 },
  at: 500,
  storedAt,
});
const noted = (code: string, eventNumber: number): NotedEvent => ({
  code,
  eventNumber,
  referenceId: `${code}/${eventNumber}`,
});
const notification = (code: string, ...numbers: readonly number[]): NewNotification => ({
  message: {
    messageId: `m/${code}/${numbers[0]}`,
    kind: 'notification',
    receiverId: 'mis.example.org',
    registry: 'social',
    action: 'notify',
    subject: code,
    sequence: numbers[0] ?? 0,
    isEncrypted: false,
    source: { events: numbers },
    createdAt: 1_000,
    content: { header: {}, message: {} },
  },
  events: numbers.map((number) => noted(code, number)),
});
const queued = (): readonly string[] =>
  opened.applied().flatMap(({ enqueue = [] }) => enqueue.map(({ queue, key }) => `${queue} ${key}`));

describe('events', () => {
  test('are stored once by their id, sealed, each with a job', async () => {
    expect(await events.add([event('a'), event('b'), event('a')])).toBe(true);
    expect(await events.add([event('b')])).toBe(true);
    expect(queued()).toEqual(['dci-server/match 1', 'dci-server/match 2']);
    expect(await events.find(2)).toEqual({ ...event('b'), number: 2 });
    expect(await events.find(3)).toBeUndefined();
    expect([opened.holds('REGISTER'), opened.holds('Secret')]).toEqual([true, false]);
  });

  test('are numbered by the time, so that a state from a backup uses no number again', async () => {
    await events.add([event('a', 7_000), event('b', 7_000), event('c', 6_000), event('d', 9_000)]);
    expect(queued()).toEqual([7_000, 7_001, 7_002, 9_000].map((number) => `dci-server/match ${number}`));
  });

  test('come with the step of the feed, or not at all', async () => {
    expect(await events.position('social')).toBeUndefined();
    expect(await events.add([event('a')], { registry: 'social', since: undefined, position: 'p1' })).toBe(true);
    expect(await events.add([event('b')], { registry: 'social', since: undefined, position: 'p2' })).toBe(false);
    expect(await events.add([event('b')], { registry: 'social', since: 'p0', position: 'p2' })).toBe(false);
    expect(await events.position('social')).toBe('p1');
    opened.failJobs(new Error('no jobs'));
    await expect(events.add([event('b')], { registry: 'social', since: 'p1', position: 'p2' })).rejects.toThrow();
    expect(await opened.reopen().events.position('social')).toBe('p1');
    expect(await events.find(2)).toBeUndefined();
  });
});

describe('matches', () => {
  test('are written once, and not for what has ended', async () => {
    await events.add([event('a')]);
    await opened.store.subscriptions.end(['SUB-2'], { endedBy: 'c', at: 2_000 });
    const matches = {
      now: 2_000,
      notifications: [notification('SUB-1', 1), notification('SUB-2', 1)],
      waiting: [noted('SUB-2', 1)],
      jobs: {},
    };
    await events.noteMatches(matches);
    await events.noteMatches(matches);
    expect(queued().filter((key) => key.startsWith('dci-server/deliver'))).toEqual(['dci-server/deliver m/SUB-1/1']);
    expect(await events.waiting('SUB-2', 10)).toEqual([]);
    expect(await events.findReferences('mis.example.org', ['SUB-1/1', 'SUB-2/1', 'x'])).toEqual([
      { ...noted('SUB-1', 1), messageId: 'm/SUB-1/1' },
    ]);
    expect(await events.findReferences('other.example.org', ['SUB-1/1'])).toEqual([]);
  });

  test('that wait are handed over or dropped by a digest', async () => {
    await events.add([event('a'), event('b'), event('c')]);
    const waiting = [1, 2, 3].map((number) => noted('SUB-1', number));
    await events.noteMatches({ now: 2_000, notifications: [], waiting, jobs: {} });
    expect(await events.waiting('SUB-1', 2)).toEqual(waiting.slice(0, 2));
    expect(await events.findReferences('mis.example.org', ['SUB-1/1'])).toEqual([]);
    const part = {
      now: 3_000,
      notifications: [notification('SUB-1', 1)],
      dropped: [noted('SUB-1', 2), noted('SUB-1', 1)],
      jobs: {},
    };
    await events.noteDigest(part);
    await events.noteDigest({ ...part, next: { code: 'SUB-1', at: 7_000 } });
    expect(await events.waiting('SUB-1', 10)).toEqual([noted('SUB-1', 3)]);
    expect(await events.findReferences('mis.example.org', ['SUB-1/1', 'SUB-1/2'])).toHaveLength(1);
    expect(await opened.store.subscriptions.find('SUB-1')).toMatchObject({ nextDigestAt: 7_000 });
    await events.noteDigest({ ...part, next: { code: 'SUB-1', at: undefined } });
    expect(await opened.store.subscriptions.find('SUB-1')).not.toHaveProperty('nextDigestAt');
  });

  test('keep their events until nothing waits for them', async () => {
    await events.add([event('a'), event('b'), event('c'), event('d', 5_000)]);
    await events.noteMatches({
      now: 2_000,
      notifications: [notification('SUB-1', 1)],
      waiting: [noted('SUB-2', 2)],
      jobs: {},
    });
    const limits = { contentBefore: 4_000, rowsBefore: 4_000 };
    expect(await events.purge(limits)).toBe(1);
    const kept = async () =>
      (await Promise.all([1, 2, 3, 5_000].map((number) => events.find(number)))).map((found) => found?.number);
    expect(await kept()).toEqual([1, 2, undefined, 5_000]);
    await opened.store.subscriptions.end(['SUB-2'], { endedBy: 'c', at: 2_000 });
    expect(await events.purge(limits)).toBe(1);
    expect(await kept()).toEqual([1, undefined, undefined, 5_000]);
    expect(await events.purge({ ...limits, rowsBefore: 0 })).toBe(0);
    expect(await events.purge(limits)).toBe(1);
    expect(await events.waiting('SUB-2', 10)).toEqual([]);
    expect(await events.findReferences('mis.example.org', ['SUB-1/1'])).toHaveLength(1);
  });
});
