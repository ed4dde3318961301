import { expect, test } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { parseSubscribeRequestItem, parseSubscribeRequestItems, subscribeRequestSchema } from './subscribe-request.ts';
import { type SubscribeResponse, subscribeResponseSchema } from './subscribe-response.ts';
import { type UnsubscribeResponse, unsubscribeRequestSchema, unsubscribeResponseSchema } from './unsubscribe.ts';

const timestamp = '2026-04-22T10:30:00Z';
const frequency = { start_time: timestamp, end_time: '2027-04-22T10:30:00Z', frequency: '0 0 0 5,15 * ? *' };
const criteria: JsonObject = {
  version: '1.0.0',
  reg_type: 'ns:org:RegistryType:Social',
  reg_event_type: 'REGISTER',
  frequency,
  filter_type: 'expression',
  filter: { seq: [] },
  notify_record_type: 'Person',
  authorize: { purpose: 'x' },
};
const item: JsonObject = { reference_id: 'r-1', timestamp, subscribe_criteria: criteria, locale: 'eng' };
const path = 'message.subscribe_request[0]';

test("the standard's item is read, event types as a list", () => {
  expect(parseSubscribeRequestItem(item, path)).toEqual({
    ...item,
    subscribe_criteria: { ...criteria, reg_event_type: ['REGISTER'] },
  });
});

test('a filter without conditions and without a type is none: the files require one', () => {
  const { filter_type, ...untyped } = criteria;
  const filterOf = (members: JsonObject): JsonValue | undefined =>
    parseSubscribeRequestItem({ ...item, subscribe_criteria: { ...untyped, ...members } }, path).subscribe_criteria
      .filter;
  expect(filterOf({ filter: {} })).toBeUndefined();
  expect(filterOf({ filter: {}, filter_type })).toEqual({});
  expect(filterOf({ filter: [] })).toEqual([]);
});

test.each<[JsonValue, JsonValue | undefined]>([
  ['0 0 * * *', { frequency: '0 0 * * *' }],
  [null, undefined],
  [{ frequency: '0 0 * * *', start_time: null, end_time: '' }, { frequency: '0 0 * * *' }],
])('frequency %j', (received, expected) => {
  const read = parseSubscribeRequestItem({ ...item, subscribe_criteria: { ...criteria, frequency: received } }, path);
  expect(read.subscribe_criteria.frequency).toEqual(expected);
});

test('several event types', () => {
  const read = parseSubscribeRequestItem(
    { ...item, subscribe_criteria: { ...criteria, reg_event_type: ['BIRTH', 'DEATH'] } },
    path,
  );
  expect(read.subscribe_criteria.reg_event_type).toEqual(['BIRTH', 'DEATH']);
});

test.each<[JsonObject, string, string]>([
  [{ reg_event_type: null }, 'rjct.notify_types.invalid', 'reg_event_type'],
  [{ reg_event_type: [] }, 'rjct.notify_types.invalid', 'reg_event_type'],
  [{ reg_event_type: ['', 'X'] }, 'rjct.notify_types.invalid', 'reg_event_type'],
  [{ reg_event_type: { value: '1' } }, 'rjct.notify_types.invalid', 'reg_event_type'],
  [{ frequency: 5 }, 'rjct.notify_details.invalid', 'frequency'],
  [{ frequency: {} }, 'rjct.notify_details.invalid', 'frequency.frequency'],
  [{ frequency: { ...frequency, end_time: 'later' } }, 'rjct.notify_details.invalid', 'frequency.end_time'],
  [{ frequency: { ...frequency, start_time: 5 } }, 'rjct.notify_details.invalid', 'frequency.start_time'],
  [{ notify_record_type: 5 }, 'rjct.notify_details.invalid', 'notify_record_type'],
])('%j is refused', (change, code, member) => {
  const value = { ...item, subscribe_criteria: { ...criteria, ...change } };
  expect(() => parseSubscribeRequestItem(value, path)).toThrow(
    expect.objectContaining({ code, path: `${path}.subscribe_criteria.${member}` }),
  );
});

test("a list of items, and the early seed's single criteria", () => {
  const list = parseMessage(
    subscribeRequestSchema,
    { transaction_id: 't', subscribe_request: [item, item] },
    'message',
  );
  expect(parseSubscribeRequestItems(list, timestamp).map(({ valid }) => valid)).toEqual([true, false]);
  const single = parseMessage(subscribeRequestSchema, { transaction_id: 't', subscribe_criteria: criteria }, 'message');
  const [read] = parseSubscribeRequestItems(single, timestamp);
  expect(read).toMatchObject({ valid: true, referenceId: 't', item: { reference_id: 't', timestamp } });
});

test.each<JsonValue>([
  { transaction_id: 't' },
  { transaction_id: 't', subscribe_request: [] },
  { subscribe_request: [item] },
])('the message %j is refused', (message) => {
  expect(() => parseMessage(subscribeRequestSchema, message, 'message')).toThrow(
    expect.objectContaining({ code: 'err.request.bad' }),
  );
});

test("answers: the standard's, OpenSPP's, the early seed's", () => {
  const written: SubscribeResponse = {
    transaction_id: 't',
    correlation_id: 'c',
    subscribe_response: [
      {
        reference_id: 'r-1',
        timestamp,
        status: 'succ',
        subscriptions: [{ code: 'S1', status: 'subscribe', timestamp }],
      },
    ],
  };
  const read = (message: JsonValue) => parseMessage(subscribeResponseSchema, message, 'message');
  expect(read(written)).toEqual(written);
  expect(
    read({ subscribe_response: [{ reference_id: 'r', subscription_code: 'S2', status: 'pdng' }] }).subscribe_response,
  ).toEqual([{ reference_id: 'r', status: 'pdng', subscriptions: [{ code: 'S2' }] }]);
  expect(read({ subscription_code: 'S3', expires: timestamp }).subscribe_response).toEqual([
    { expires: timestamp, subscriptions: [{ code: 'S3' }] },
  ]);
  expect(read({}).subscribe_response).toEqual([]);
});

test('unsubscribe', () => {
  const read = (subscription_codes: JsonValue) =>
    parseMessage(unsubscribeRequestSchema, { transaction_id: 't', timestamp, subscription_codes }, 'message')
      .subscription_codes;
  expect(read(['a', 'b'])).toEqual(['a', 'b']);
  expect(read('a')).toEqual(['a']);
  for (const wrong of [[], '', [''], [5], null, ['x'.repeat(100)]]) {
    expect(() => read(wrong)).toThrow(expect.objectContaining({ code: 'err.request.bad' }));
  }
});

test('unsubscribe as the client of OpenSPP sends it, and without any code', () => {
  const read = (more: JsonObject) =>
    parseMessage(unsubscribeRequestSchema, { transaction_id: 't', ...more }, 'message').subscription_codes;
  expect(read({ subscription_code: 'S1' })).toEqual(['S1']);
  expect(read({ subscription_code: 'S1', subscription_codes: ['S1', 'S2'] })).toEqual(['S1', 'S2']);
  for (const none of [{}, { subscription_code: '' }, { subscription_codes: [] }, { subscription_code: 1 }]) {
    expect(() => read(none)).toThrowError(expect.objectContaining({ code: 'err.request.bad' }));
  }
  expect(() => read({})).toThrowError(expect.objectContaining({ path: 'message.subscription_codes' }));
});

test('an answer to unsubscribe', () => {
  const written: UnsubscribeResponse = {
    transaction_id: 't',
    correlation_id: 'c',
    timestamp,
    status: 'succ',
    subscription_status: [{ code: 'S1', status: 'unsubscribe' }],
  };
  expect(parseMessage(unsubscribeResponseSchema, written, 'message')).toEqual(written);
  expect(parseMessage(unsubscribeResponseSchema, { subscription_status: null }, 'message')).toEqual({
    subscription_status: [],
  });
});
