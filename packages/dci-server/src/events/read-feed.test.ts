import { crvs, ibr } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { beneficiaries, crvsPersons, socialPersons } from '../records.fixtures.ts';
import { listIn, recordsIn, startSubscriptionServer, where } from './subscriptions.fixtures.ts';

const [amina = {}, jose = {}] = socialPersons;
const uin = (value: string) => ({ identifierType: 'UIN', value });

describe('changes of a registry', () => {
  test('are events of whoever subscribes to them', async () => {
    await using host = await startSubscriptionServer({ records: { Person: [amina] } });
    const registered = await host.subscribe();
    const updated = await host.subscribe({ reg_event_type: 'UPDATE' });
    const deleted = await host.subscribe({ reg_event_type: 'DELETE' });
    const moved = { ...amina, phone_number: ['+254700000099'] };
    await host.adapter.put('Person', jose);
    await host.adapter.put('Person', moved);
    await host.adapter.delete('Person', uin('UIN-2'));
    await host.readFeed();
    await host.readFeed();
    expect((await host.notifications(registered.code)).flatMap(recordsIn)).toEqual([jose]);
    expect((await host.notifications(updated.code)).flatMap(recordsIn)).toEqual([moved]);
    expect((await host.notifications(deleted.code)).flatMap(recordsIn)).toEqual([jose]);
  });

  test('before a subscription are not told, also where nobody had subscribed to anything', async () => {
    await using host = await startSubscriptionServer();
    await host.adapter.put('Person', amina);
    await host.readFeed();
    const { code } = await host.subscribe();
    await host.adapter.put('Person', jose);
    await host.readFeed();
    expect((await host.notifications(code)).flatMap(recordsIn)).toEqual([jose]);
  });

  test('that nobody wants are not stored', async () => {
    await using host = await startSubscriptionServer();
    await host.subscribe(where('sex', '=', '1'));
    await host.adapter.put('Person', amina);
    await host.adapter.put('Person', jose);
    await host.readFeed();
    const { durable } = host.server.host.context.database;
    expect(durable.prepare('SELECT count(*) FROM dci_server_event').pluck().get()).toBe(1);
    const { position } = await host.adapter.changes(undefined, 0);
    expect(await host.stores.events.position('social')).toBe(position);
  });

  test('of several pages are each told once, whoever reads them', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe({ fields: ['birth_date'] });
    for (let number = 1; number <= 450; number += 1) {
      const identifier = [{ identifier_type: 'UIN', identifier_value: `N-${number}` }];
      await host.adapter.put('Person', { identifier, birth_date: '2000-01-01' });
    }
    await Promise.all([host.readFeed(), host.readFeed()]);
    expect((await host.notifications(code)).length).toBe(450);
  });

  test('are read again from the old position when the events could not be stored', async () => {
    await using host = await startSubscriptionServer();
    const { code } = await host.subscribe();
    const before = await host.stores.events.position('social');
    expect(await host.stores.events.add([], { registry: 'social', since: 'elsewhere', position: 'lost' })).toBe(false);
    expect(await host.stores.events.position('social')).toBe(before);
    await host.adapter.put('Person', jose);
    await host.readFeed();
    expect((await host.notifications(code)).flatMap(recordsIn)).toEqual([jose]);
  });
});

test('a birth and a death of a civil register', async () => {
  const [alive = {}, dead = {}] = crvsPersons;
  const { death_date, ...before } = dead;
  expect(death_date).toBe('2020-02-02');
  await using host = await startSubscriptionServer({ registryType: crvs, records: { Person: [before] } });
  const { code } = await host.subscribe({ reg_event_type: ['birth', 'death'] });
  await host.adapter.put('Person', alive);
  await host.adapter.put('Person', dead);
  await host.readFeed();
  const sent = await host.notifications(code);
  const events = sent.flatMap(({ content }) => listIn(content.message, 'notify_event'));
  expect(events.map(({ data }) => data)).toMatchObject([
    { reg_event_type: 'LiveBirth', reg_records: alive },
    { reg_event_type: 'Death', reg_records: dead },
  ]);
});

test('one change can be several events', async () => {
  const [enrolled = {}] = beneficiaries;
  await using host = await startSubscriptionServer({ registryType: ibr, records: { Beneficiary: [enrolled] } });
  const { code } = await host.subscribe({
    reg_event_type: ['enrollement_status_change', 'UPDATE'],
    notify_record_type: 'Beneficiary',
  });
  await host.adapter.put('Beneficiary', { ...enrolled, enrollment_status: '2' });
  await host.readFeed();
  const sent = await host.notifications(code);
  const events = sent.flatMap(({ content }) => listIn(content.message, 'notify_event'));
  expect(events.length).toBe(2);
  expect(new Set(events.map(({ reference_id }) => reference_id)).size).toBe(2);
});
