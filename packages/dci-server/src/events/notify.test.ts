import { describe, expect, test } from 'vitest';
import { socialPersons } from '../records.fixtures.ts';
import { listIn, recordsIn, startSubscriptionServer, subscribeItem, where } from './subscriptions.fixtures.ts';

const [amina = {}, jose = {}] = socialPersons;

describe('an event', () => {
  test('is sent to whoever subscribes to it, once', async () => {
    await using host = await startSubscriptionServer();
    const { code, item } = await host.subscribe();
    expect(item).toMatchObject({
      status: 'succ',
      subscriptions: [{ status: 'subscribe', reg_event_type: 'REGISTER' }],
    });
    await host.publish(amina, 'registration', 'e-1');
    await host.publish(amina, 'REGISTER', 'e-1');
    const [sent, ...more] = await host.notifications(code);
    expect(more).toEqual([]);
    expect(sent?.content).toMatchObject({
      header: { action: 'notify', status: 'succ', total_count: 1, receiver_id: 'mis.example.org' },
      message: {
        transaction_id: 'txn-1',
        subscription_code: code,
        notify_event: [
          {
            timestamp: '2026-04-22T10:30:00Z',
            locale: 'eng',
            data: { reg_event_type: 'REGISTER', reg_record_type: 'Person', reg_records: amina },
          },
        ],
      },
    });
    expect(sent?.content.disclosures).toMatchObject([{ recordType: 'Person', count: 1 }]);
  });

  test('is stored only when someone wants it', async () => {
    await using host = await startSubscriptionServer();
    const told = () =>
      host.plugin.publish({ registry: 'social', eventType: 'REGISTER', recordType: 'Person', record: amina });
    expect(await told()).toMatchObject({ isStored: false });
    await host.subscribe(where('sex', '=', '1'));
    expect(await told()).toMatchObject({ isStored: false });
    await host.subscribe(where('sex', '=', '2'));
    expect(await told()).toMatchObject({ isStored: true });
  });

  test.each([
    [where('name.surname', '=', 'Mbeki'), [jose]],
    [where('age', '<', 35), []],
    [where('age', '>=', 41), [jose]],
    [{ filter_type: 'predicate', filter: 'person.sex == "2"' }, [amina]],
    [{ filter_type: 'idtype-value', filter: { type: 'UIN', value: 'UIN-2' } }, [jose]],
    [{ reg_event_type: 'UPDATE' }, []],
    [{ reg_event_type: ['UPDATE', 'REGISTER'] }, [amina, jose]],
    [{ notify_record_type: 'Group' }, []],
  ])('%j', async (criteria, expected) => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe(criteria);
    expect(code).toMatch(/^SUB-[0-9a-f]{32}$/);
    await host.publish(amina);
    await host.publish(jose);
    const sent = await host.notifications(code);
    expect(sent.flatMap(recordsIn)).toEqual(expected);
  });

  test('carries only what the subscriber may read and asked for', async () => {
    await using host = await startSubscriptionServer({
      grant: { recordTypes: { Person: { fields: ['name', 'sex'] } } },
    });
    const all = await host.subscribe();
    const some = await host.subscribe({ fields: ['name.surname', 'birth_date'] });
    await host.publish(amina);
    const frame = { '@context': 'https://schema.spdci.org/core/v1', '@type': 'Person' };
    expect((await host.notifications(all.code)).flatMap(recordsIn)).toEqual([{ ...frame, name: amina.name, sex: '2' }]);
    expect((await host.notifications(some.code)).flatMap(recordsIn)).toEqual([
      { ...frame, name: { surname: 'Yusuf' } },
    ]);
  });

  test('of a record that is not visible to the subscriber is not sent', async () => {
    await using host = await startSubscriptionServer({
      grant: { recordTypes: { Person: { fields: ['name'], visible: 'person.sex == "1"' } } },
    });
    const { code } = await host.subscribe();
    await host.publish(amina);
    await host.publish(jose);
    expect((await host.notifications(code)).flatMap(recordsIn)).toMatchObject([{ name: jose.name }]);
  });

  test('that the standard has no name for is named beside the data', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe({ reg_event_type: 'UPDATE' });
    await host.publish(amina, 'UPDATE');
    const [sent] = await host.notifications(code);
    const [event] = listIn(sent?.content.message ?? {}, 'notify_event');
    expect(event).toMatchObject({ event_type: 'UPDATE' });
    expect(event?.data).not.toHaveProperty('reg_event_type');
  });

  test('after the end of a subscription is not sent', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe({ expires: '2026-04-23T00:00:00Z' });
    host.server.clock.set('2026-04-22T23:59:59Z');
    await host.publish(amina);
    host.server.clock.set('2026-04-23T00:00:00Z');
    await host.publish(jose);
    expect((await host.notifications(code)).flatMap(recordsIn)).toEqual([amina]);
    expect(await host.stores.subscriptions.expire(host.server.clock.now())).toBe(1);
    expect(await host.stores.subscriptions.find(code)).toMatchObject({ state: 'expired' });
  });

  test('is not sent to a sender that was disabled', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe();
    await host.server.senders.setState('mis.example.org', 'disabled');
    await host.publish(amina);
    expect(await host.notifications(code)).toEqual([]);
  });

  test.each([{ registry: 'crvs' }, { eventType: 'Flood' }, { recordType: 'Farmer' }])(
    'of %j is refused',
    async (change) => {
      await using host = await startSubscriptionServer();
      const event = { registry: 'social', eventType: 'REGISTER', recordType: 'Person', record: amina, ...change };
      await expect(host.plugin.publish(event)).rejects.toMatchObject({ code: 'err.request.bad' });
    },
  );
});

test('a thousand subscriptions share one event', async () => {
  await using host = await startSubscriptionServer({ settings: { maxSubscriptionsPerSender: 1_000 } });
  for (let batch = 0; batch < 10; batch += 1) {
    const items = Array.from({ length: 100 }, (_, index) =>
      subscribeItem(where('age', '>', (batch * 100 + index) / 100), `item-${index}`),
    );
    await host.ask('subscribe', { transaction_id: `batch-${batch}`, subscribe_request: items });
  }
  await host.publish(amina);
  const sent = await host.stores.outgoing.list({ kind: 'notification', limit: 1_000 });
  // she is 35
  expect(new Set(sent.map(({ subject }) => subject)).size).toBe(1_000);
}, 60_000);
