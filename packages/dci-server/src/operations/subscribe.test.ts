import { crvs, type JsonObject, social } from 'dci-core';
import { describe, expect, test } from 'vitest';
import {
  grantEvents,
  listIn,
  startSubscriptionServer,
  subscribeItem,
  where,
} from '../events/subscriptions.fixtures.ts';

const details = 'rjct.notify_details.invalid';
const types = 'rjct.notify_types.invalid';

describe('an item', () => {
  test.each<[JsonObject, string, RegExp]>([
    [{ reg_event_type: 'Flood' }, types, /event type/],
    [{ reg_event_type: 'UPDATE' }, types, /event type/],
    [{ reg_event_type: ['REGISTER', 'Flood'] }, types, /event type/],
    [{ reg_event_type: null }, types, /reg_event_type/],
    [{ reg_type: 'ns:org:RegistryType:Civil' }, details, /reg_type/],
    [{ notify_record_type: 'Cat' }, details, /record type/],
    [{ notify_record_type: 'Group' }, details, /record type/],
    [{ filter: {}, filter_type: 'expression' }, details, /query is empty, or names an attribute/],
    [where('sex', '=', '1'), details, /query is empty, or names an attribute/],
    [where('no_such_thing', '=', '1'), details, /query is empty, or names an attribute/],
    [where('birth_date', '=', 'monday'), details, /birth_date/],
    [{ filter: 'person.age >', filter_type: 'predicate' }, details, /predicate|position/i],
    [{ filter: { type: 'x', value: 'y' }, filter_type: 'graphql' }, details, /not supported/],
    [{ frequency: 'now and then' }, details, /cron/],
    [{ frequency: { frequency: '0 0 0 31 2 ? *' } }, details, /no time between/],
    [{ frequency: { frequency: '0 0 1 1 *', end_time: '2026-05-01T00:00:00Z' } }, details, /no time between/],
    [{ frequency: { frequency: '0 0 * * *', end_time: '2026-04-01T00:00:00Z' } }, details, /over before/],
    [
      { frequency: { frequency: '0 0 * * *', start_time: '2026-06-01T00:00:00Z', end_time: '2026-05-01T00:00:00Z' } },
      details,
      /over before/,
    ],
    [{ expires: 'soon' }, details, /expires/],
    [{ expires: '2020-01-01T00:00:00Z' }, details, /over before/],
    [{ fields: [5] }, details, /fields/],
    [{ fields: ['a[b'] }, details, /path/],
    [{ authorize: { purpose: 'marketing' } }, details, /purpose/],
  ])('%j is refused', async (criteria, code, reason) => {
    await using host = await startSubscriptionServer({
      grant: {
        events: ['REGISTER'],
        recordTypes: { Person: { fields: ['name', 'birth_date'] } },
        purposes: ['eligibility', 'audit'],
      },
    });
    const purpose = { authorize: { purpose: 'eligibility' } };
    const { item, callback } = await host.subscribe({ ...purpose, ...criteria });
    expect(item).toMatchObject({ reference_id: 'item-1', status: 'rjct', status_reason_code: code });
    expect(item.status_reason_message).toMatch(reason);
    expect(item).not.toHaveProperty('subscriptions');
    expect(callback.content.header).toMatchObject({ action: 'on-subscribe', status: 'rjct', completed_count: 1 });
    expect(await host.stores.subscriptions.list({})).toEqual([]);
  });

  test('makes a subscription and is told of it', async () => {
    await using host = await startSubscriptionServer({ grant: { purposes: ['eligibility'] } });
    const frequency = {
      frequency: '0 0 0 5,15 * ? *',
      start_time: '2026-05-01T00:00:00Z',
      end_time: '2026-12-31T00:00:00Z',
    };
    const { item, code, callback } = await host.subscribe({
      reg_type: 'SOCIAL_REGISTRY',
      reg_event_type: 'spdci:common:RegistryEventType:NewHouseHoldMember',
      notify_record_type: 'spdci-extensions-dci:Group',
      frequency,
      ...where('group_size', '>', 4),
      filter_type: 'ns:org:QueryType:expression',
    });
    expect(item).toEqual({
      reference_id: 'item-1',
      timestamp: '2026-04-22T10:30:00Z',
      status: 'succ',
      expires: '2026-12-31T00:00:00Z',
      locale: 'eng',
      subscriptions: [
        {
          version: '1.0.0',
          code,
          status: 'subscribe',
          timestamp: '2026-04-22T10:30:00Z',
          reg_type: 'ns:org:RegistryType:Social',
          reg_event_type: 'NewHouseHoldMember',
          notify_record_type: 'Group',
          filter_type: 'expression',
          frequency,
          locale: 'eng',
        },
      ],
    });
    expect(callback).toMatchObject({ action: 'on-subscribe', receiverId: 'mis.example.org' });
    expect(await host.stores.subscriptions.findWithFilter(code)).toMatchObject({
      state: 'active',
      purpose: 'eligibility',
      nextDigestAt: Date.parse('2026-05-05T00:00:00Z'),
      received: { dialect: 'spdci-1.0', filter: { seq: [{ attribute: 'group_size', operator: '>', value: 4 }] } },
    });
  });

  test('with a civil event in the words of OpenCRVS', async () => {
    await using host = await startSubscriptionServer({ registryType: crvs });
    const { item } = await host.subscribe({ reg_type: 'ocrvs:registry_type:death', reg_event_type: 'death' });
    expect(item).toMatchObject({ status: 'succ', subscriptions: [{ reg_event_type: 'Death' }] });
  });

  test('that is the same as another is refused, until that has ended', async () => {
    await using host = await startSubscriptionServer();
    const first = await host.subscribe(where('sex', '=', '1'));
    expect((await host.subscribe(where('sex', '=', '2'))).item.status).toBe('succ');
    const second = await host.subscribe(where('sex', '=', '1'));
    expect(second.item).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.event.already_subscribed' });
    const other = await host.server.addPeer({ senderId: 'other.example.org', policy: grantEvents(social) });
    expect((await host.subscribe(where('sex', '=', '1'), other)).item.status).toBe('succ');
    await host.unsubscribe([first.code]);
    expect((await host.subscribe(where('sex', '=', '1'))).item.status).toBe('succ');
  });
});

test('a sender has at most as many subscriptions as it may', async () => {
  await using host = await startSubscriptionServer({ settings: { maxSubscriptionsPerSender: 2 } });
  const items = [1, 2, 3].map((age) => subscribeItem(where('age', '>', age), `item-${age}`));
  const callback = await host.ask('subscribe', { transaction_id: 't', subscribe_request: items });
  const answers = listIn(callback.content.message, 'subscribe_response');
  expect(answers.map(({ status }) => status)).toEqual(['succ', 'succ', 'rjct']);
  expect(answers[2]).toMatchObject({
    status_reason_code: details,
    status_reason_message: expect.stringMatching(/at most 2/),
  });
  expect(callback.content.header).toMatchObject({ status: 'succ', total_count: 3, completed_count: 3 });
});

test('items of one message are answered each for itself', async () => {
  await using host = await startSubscriptionServer();
  const callback = await host.ask('subscribe', {
    transaction_id: 't',
    subscribe_request: [
      subscribeItem({}, 'a'),
      subscribeItem({ reg_event_type: 'Flood' }, 'b'),
      subscribeItem({}, 'a'),
      { reference_id: 'd', timestamp: 'never' },
    ],
  });
  expect(listIn(callback.content.message, 'subscribe_response')).toMatchObject([
    { reference_id: 'a', status: 'succ' },
    { reference_id: 'b', status: 'rjct', status_reason_code: types },
    { reference_id: 'a', status: 'rjct', status_reason_code: 'rjct.reference_id.duplicate' },
    { reference_id: 'd', status: 'rjct', status_reason_code: 'rjct.timestamp.invalid' },
  ]);
});

test("the early seed's form, one criteria in place of a list", async () => {
  await using host = await startSubscriptionServer();
  const callback = await host.ask('subscribe', {
    transaction_id: 'seed',
    subscribe_criteria: {
      version: '1.0.0',
      reg_type: 'SOCIAL_REGISTRY',
      reg_event_type: 'REGISTRATION',
      filter: { expression: { seq: [{ attribute: 'area_id.code', operator: '=', value: 'REGION_01' }] } },
      frequency: { frequency: '0 0 * * *', start_time: '2024-01-15T00:00:00Z', end_time: '2026-12-31T23:59:59Z' },
      fields: ['name'],
    },
  });
  const [item] = listIn(callback.content.message, 'subscribe_response');
  expect(item).toMatchObject({ reference_id: 'seed', status: 'succ', expires: '2026-12-31T23:59:59Z' });
  const [stored] = await host.stores.subscriptions.list({});
  expect(stored).toMatchObject({ fields: ['name'], nextDigestAt: Date.parse('2026-04-23T00:00:00Z') });
});

test('a sender without the grant is refused as a whole', async () => {
  await using host = await startSubscriptionServer({ grant: { actions: ['search'] } });
  const callback = await host.ask('subscribe', { transaction_id: 't', subscribe_request: [subscribeItem()] });
  expect(callback.content).toMatchObject({
    header: { status: 'rjct', status_reason_code: 'rjct.action.not_supported' },
    message: { subscribe_response: [] },
  });
});

test('where consent is required a purpose is too, and an adapter that knows consent', async () => {
  await using host = await startSubscriptionServer({ grant: { consent: 'required', purposes: ['a', 'b'] } });
  expect((await host.subscribe()).item).toMatchObject({ status: 'rjct', status_reason_code: details });
  expect((await host.subscribe({ consent: { purpose: { code: 'b' } } })).item).toMatchObject({ status: 'succ' });
});
