import { social } from 'dci-core';
import { silentLogger } from 'dci-host/testing';
import { describe, expect, test } from 'vitest';
import { silentEgress } from '../async.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';
import { startTime } from '../server.fixtures.ts';
import type { EventStore } from '../stores/events.ts';
import { matchJobDefinition } from './match-events.ts';
import { digestJobDefinition } from './send-digest.ts';
import {
  grantEvents,
  recordsIn,
  type SubscriptionServer,
  startSubscriptionServer,
  where,
} from './subscriptions.fixtures.ts';

const [amina = {}, jose = {}] = socialPersons;

/** An event store whose process dies right before or after one of its commits. */
function dying(events: EventStore, method: 'noteMatches' | 'noteDigest', when: 'before' | 'after'): EventStore {
  return {
    ...events,
    [method]: async (argument: never) => {
      if (when === 'after') await events[method](argument);
      throw new Error('killed');
    },
  };
}

/** An event store that leaves the job of a match to be run again. */
function withoutSettlement(events: EventStore): EventStore {
  return { ...events, noteMatches: (matches) => events.noteMatches({ ...matches, jobs: {} }) };
}

/** Runs a job as the host does, on a fence of its own that never settles. */
const job = (payload: Readonly<Record<string, string | number>>) => ({
  jobId: 'none',
  queue: 'none',
  key: 'none',
  payload,
  attempt: 1,
  requestedAt: 0,
  fence: 0,
  signal: new AbortController().signal,
});

/** Stores an event without matching it. */
async function store(host: SubscriptionServer, eventId: string, record = amina): Promise<void> {
  await host.plugin.publish({ registry: 'social', eventType: 'REGISTER', recordType: 'Person', record, eventId });
}

describe('matching that is interrupted', () => {
  test.each(['before', 'after'] as const)('%s its commit is done again and sends once', async (when) => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe();
    await store(host, 'e-1');
    const events = withoutSettlement(host.stores.events);
    const run = matchJobDefinition({ ...host.work, events: dying(events, 'noteMatches', when) }).run;
    await expect(run(job({ event: startTime }))).rejects.toThrow('killed');
    expect(await host.notifications(code)).toHaveLength(when === 'after' ? 1 : 0);
    await host.server.host.runJobs();
    expect(await host.notifications(code)).toHaveLength(1);
  });
});

describe('a digest that is interrupted', () => {
  test.each(['before', 'after'] as const)('%s its commit is done again and sends each event once', async (when) => {
    await using host = await startSubscriptionServer({ settings: { maxNotifiedEvents: 1 } });
    const { code } = await host.subscribe({ frequency: '0 6 * * *' });
    await host.publish(amina, 'REGISTER', 'e-1');
    await host.publish(jose, 'REGISTER', 'e-2');
    const at = Date.parse('2026-04-23T06:00:00Z');
    host.server.clock.set(at);
    const settings = { maxNotifiedEvents: 1, maxNotificationBytes: 1_000 };
    const events = dying(host.stores.events, 'noteDigest', when);
    const { run } = digestJobDefinition({ ...host.work, events, settings, logger: silentLogger });
    await expect(run(job({ code, at }))).rejects.toThrow('killed');
    await host.publish(amina, 'REGISTER', 'e-3');
    await host.server.host.runJobs();
    expect((await host.notifications(code)).flatMap(recordsIn)).toEqual([amina, jose, amina]);
  });

  test('that never succeeds leaves its events to the next', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe({ frequency: '0 6 * * *' });
    await host.publish(amina);
    const at = Date.parse('2026-04-23T06:00:00Z');
    host.server.clock.set(at);
    const settings = { maxNotifiedEvents: 1, maxNotificationBytes: 1_000 };
    const noted: unknown[] = [];
    const events: EventStore = {
      ...host.stores.events,
      waiting: () => Promise.reject(new Error('unreadable')),
      noteDigest: async (part) => void noted.push(part.next),
    };
    const { run } = digestJobDefinition({ ...host.work, events, settings, logger: silentLogger });
    await expect(run(job({ code, at }))).rejects.toThrow('unreadable');
    expect(await run({ ...job({ code, at }), attempt: 10 })).toBe('settled');
    expect(noted).toEqual([{ code, at: Date.parse('2026-04-24T06:00:00Z') }]);
  });
});

describe('between the event and its delivery', () => {
  /** A server whose egress notes what leaves. */
  async function sending() {
    const egressPort = silentEgress();
    const host = await startSubscriptionServer({ host: { egressPort } });
    const { code } = await host.subscribe(where('sex', '=', '2'));
    await store(host, 'e-1');
    // The event is matched and its message stored; the delivery comes with the next jobs.
    const { run } = matchJobDefinition({ ...host.work, events: withoutSettlement(host.stores.events) });
    expect(await run(job({ event: startTime }))).toBe('settled');
    expect(await host.notifications(code)).toMatchObject([{ state: 'pending' }]);
    return { host, code, egressPort };
  }

  const left = (egress: ReturnType<typeof silentEgress>) =>
    egress.requests.filter(({ url }) => url.endsWith('/notify'));

  test('nothing happens: it is delivered', async () => {
    const { host, code, egressPort } = await sending();
    await using _ = host;
    await host.server.host.runJobs();
    expect(await host.notifications(code)).toMatchObject([{ state: 'delivered' }]);
    expect(left(egressPort)).toHaveLength(1);
  });

  test('the policy is narrowed: what it hides does not leave', async () => {
    const { host, code, egressPort } = await sending();
    await using _ = host;
    await host.server.senders.setPolicy(
      'mis.example.org',
      grantEvents(social, { recordTypes: { Person: { fields: ['sex'] } } }),
    );
    await host.server.host.runJobs();
    expect(await host.notifications(code)).toMatchObject([{ state: 'delivered' }]);
    const [request] = left(egressPort);
    const body = String(request?.body);
    expect(body).toContain('"sex":"2"');
    expect(body).not.toContain('Yusuf');
  });

  test('the subscription ends: nothing leaves', async () => {
    const { host, code, egressPort } = await sending();
    await using _ = host;
    await host.unsubscribe([code]);
    await host.server.host.runJobs();
    expect(left(egressPort)).toEqual([]);
    expect(await host.notifications(code)).toMatchObject([{ state: 'withdrawn' }]);
  });
});
