import type { JsonObject } from 'dci-core';
import { manualClock, temporaryDirectory } from 'dci-host/testing';
import { describe, expect, test } from 'vitest';
import { socialPersons } from '../records.fixtures.ts';
import { startTime } from '../server.fixtures.ts';
import { startOnDirectory } from './restart.fixtures.ts';
import { nextDigestAt } from './send-digest.ts';
import { recordsIn, type SubscriptionServer, startSubscriptionServer } from './subscriptions.fixtures.ts';

const [amina = {}, jose = {}, ming = {}] = socialPersons;
const daily = { frequency: { frequency: '0 6 * * *' } };

async function at({ server }: SubscriptionServer, time: string): Promise<void> {
  server.clock.set(time);
  await server.host.runJobs();
}

async function digests(host: SubscriptionServer, code: string): Promise<readonly (readonly JsonObject[])[]> {
  return (await host.notifications(code)).map(recordsIn);
}

test('events wait for the digest, and a day without any has none', async () => {
  await using host = await startSubscriptionServer();
  const { code } = await host.subscribe(daily);
  await host.publish(amina);
  await host.publish(jose);
  await at(host, '2026-04-23T05:59:59Z');
  expect(await digests(host, code)).toEqual([]);
  await at(host, '2026-04-23T06:00:00Z');
  expect(await digests(host, code)).toEqual([[amina, jose]]);
  await at(host, '2026-04-24T06:00:00Z');
  await host.publish(ming);
  await at(host, '2026-04-25T06:00:00Z');
  expect(await digests(host, code)).toEqual([[amina, jose], [ming]]);
});

test('Quartz, within start and end', async () => {
  await using host = await startSubscriptionServer();
  const { code } = await host.subscribe({
    frequency: {
      frequency: '0 0 0 5,15 * ? *',
      start_time: '2026-05-01T00:00:00Z',
      end_time: '2026-06-05T00:00:00Z',
    },
  });
  await host.publish(amina);
  await at(host, '2026-05-01T00:00:00Z');
  await host.publish(jose);
  await at(host, '2026-05-05T00:00:00Z');
  expect(await digests(host, code)).toEqual([[jose]]);
  await at(host, '2026-05-15T00:00:00Z');
  await host.publish(ming);
  await at(host, '2026-06-05T00:00:00Z');
  expect(await digests(host, code)).toEqual([[jose], [ming]]);
  expect((await host.stores.subscriptions.find(code))?.nextDigestAt).toBeUndefined();
});

test('digests are cut into messages of bounded size', async () => {
  await using host = await startSubscriptionServer({ settings: { maxNotifiedEvents: 2 } });
  const { code } = await host.subscribe(daily);
  for (const [index, record] of [amina, jose, ming, amina, jose].entries()) {
    await host.publish(record, 'REGISTER', `event-${index}`);
  }
  await at(host, '2026-04-23T06:00:00Z');
  expect(await digests(host, code)).toEqual([[amina, jose], [ming, amina], [jose]]);
});

test('and by bytes, a large record by itself', async () => {
  await using host = await startSubscriptionServer({ settings: { maxNotificationBytes: 10 } });
  const { code } = await host.subscribe(daily);
  await host.publish(amina);
  await host.publish(jose);
  await at(host, '2026-04-23T06:00:00Z');
  expect(await digests(host, code)).toEqual([[amina], [jose]]);
});

test('what may no longer be said is left out', async () => {
  await using host = await startSubscriptionServer();
  const { code } = await host.subscribe(daily);
  await host.publish(amina);
  await host.publish(jose);
  const { policy } = (await host.server.senders.find('mis.example.org')) ?? {};
  await host.server.senders.setPolicy('mis.example.org', {
    registries: {
      social: {
        ...policy?.registries.social,
        actions: ['subscribe'],
        recordTypes: { Person: { fields: ['name'], visible: 'person.sex == "1"' } },
      },
    },
  });
  await at(host, '2026-04-23T06:00:00Z');
  expect(await digests(host, code)).toMatchObject([[{ name: jose.name }]]);
  expect(await host.stores.events.waiting(code, 10)).toEqual([]);
});

test('after unsubscribe no digest is sent', async () => {
  await using host = await startSubscriptionServer();
  const { code } = await host.subscribe(daily);
  await host.publish(amina);
  await host.unsubscribe([code]);
  await at(host, '2026-04-23T06:00:00Z');
  expect(await digests(host, code)).toEqual([]);
});

test('a host that was down at the time sends the digest when it is back', async () => {
  using directory = temporaryDirectory();
  const clock = manualClock(startTime);
  const first = await startSubscriptionServer({ clock, host: { dataDirectory: directory.path } });
  const { code } = await first.subscribe(daily);
  await first.publish(amina);
  await first[Symbol.asyncDispose]();
  clock.set('2026-04-26T12:00:00Z');
  await using second = await startOnDirectory(directory.path, clock);
  await second.host.runJobs();
  const sent = await second.stores.outgoing.list({ kind: 'notification', subject: code });
  expect(sent).toMatchObject([{ createdAt: Date.parse('2026-04-26T12:00:00Z') }]);
  expect(await second.stores.subscriptions.find(code)).toMatchObject({
    nextDigestAt: Date.parse('2026-04-27T06:00:00Z'),
  });
});

describe('the next digest', () => {
  const expiresAt = Date.parse('2026-12-31T00:00:00Z');
  test.each([
    ['* * * * *', '2026-04-22T10:31:00Z', '2026-04-22T10:31:00Z', '2026-04-22T10:32:00Z'],
    ['* * * * *', '2026-04-22T10:31:00Z', '2026-04-22T10:31:10Z', '2026-04-22T10:32:00Z'],
    ['* * * * *', '2026-04-22T10:31:00Z', '2026-04-22T10:31:11Z', '2026-04-22T10:33:00Z'],
    ['* * * * *', '2026-04-22T10:31:00Z', '2026-04-22T10:31:59Z', '2026-04-22T10:33:00Z'],
    ['*/5 * * * * ?', '2026-04-22T10:31:00Z', '2026-04-22T10:31:01Z', '2026-04-22T10:32:00Z'],
    ['*/5 * * * * ?', '2026-04-22T10:31:00Z', '2026-04-22T12:00:01Z', '2026-04-22T12:01:05Z'],
    ['0 * * * *', '2026-04-22T06:00:00Z', '2026-04-22T10:59:30Z', '2026-04-22T12:00:00Z'],
    ['0 * * * *', '2026-04-22T06:00:00Z', '2026-04-22T10:59:00Z', '2026-04-22T11:00:00Z'],
    ['0 6 * * *', '2026-04-22T06:00:00Z', '2026-04-25T12:00:00Z', '2026-04-26T06:00:00Z'],
    ['0 0 31 12 *', '2026-04-22T06:00:00Z', '2026-04-25T12:00:00Z', '2026-12-31T00:00:00Z'],
    ['0 1 31 12 *', '2026-04-22T06:00:00Z', '2026-04-25T12:00:00Z', undefined],
  ])('of %s after %s at %s', (frequency, before, now, expected) => {
    const next = nextDigestAt({ frequency, expiresAt }, Date.parse(before), Date.parse(now));
    expect(next === undefined ? undefined : new Date(next).toISOString().replace('.000Z', 'Z')).toBe(expected);
  });
});
