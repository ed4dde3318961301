import { expect, test } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import { DciError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import {
  joinByReference,
  type SearchResponse,
  type SearchResponseItem,
  searchResponseSchema,
  toRecordsForm,
} from './search-response.ts';

const records: readonly JsonObject[] = [{ a: 1 }, { b: 2 }];
const data = {
  version: '1.0.0',
  reg_type: 'ns:org:RegistryType:DR',
  reg_record_type: 'DisabledPerson',
  reg_records: records,
};
const item: SearchResponseItem = {
  reference_id: 'r-1',
  timestamp: '2026-04-22T10:30:00Z',
  status: 'succ',
  data,
  pagination: { page_size: 20, page_number: 1, total_count: 2, next_cursor: 'abc' },
};
const response: SearchResponse = { transaction_id: 't', correlation_id: 'c', search_response: [item] };
const read = (message: JsonValue) => parseMessage(searchResponseSchema, message, 'message');

test('what this project writes is read as it is', () => {
  expect(read(response)).toEqual(response);
});

test.each<[JsonValue, readonly JsonObject[]]>([
  [records, records],
  [{ a: 1 }, [{ a: 1 }]],
  [{}, []],
  [[], []],
  [null, []],
  [[[{ a: 1 }], [{ b: 2 }]], records],
])('records as %j', (reg_records, expected) => {
  const message = { ...response, search_response: [{ ...item, data: { ...data, reg_records } }] };
  expect(read(message).search_response[0]?.data?.reg_records).toEqual(expected);
});

test.each<JsonValue>(['x', 5, [5], [['x']]])('records as %j are refused', (reg_records) => {
  const message = { ...response, search_response: [{ ...item, data: { ...data, reg_records } }] };
  expect(() => read(message)).toThrow(
    expect.objectContaining({ code: 'err.request.bad', path: 'message.search_response[0].data' }),
  );
});

test('openIMIS calls the members registry_data and data', () => {
  const message = { search_response: [{ status: 'succ', registry_data: { data: records } }] };
  expect(read(message).search_response[0]?.data?.reg_records).toEqual(records);
});

test.each<JsonValue>([{}, { search_response: null }, { search_response: [], transaction_id: null }])(
  'no hits: %j',
  (message) => {
    expect(read(message).search_response).toEqual([]);
  },
);

test('reason codes outside the standard and nulls are read', () => {
  const message = {
    search_response: [
      { status: 'RJCT', status_reason_code: 'rjct.search.not_supported', data: null, pagination: null, locale: null },
    ],
  };
  expect(read(message).search_response).toEqual([{ status: 'rjct', status_reason_code: 'rjct.search.not_supported' }]);
});

test('records that are one object become several items of one reference id, and back', () => {
  const items = toRecordsForm(item, 'object');
  expect(items.map(({ data }) => data?.reg_records)).toEqual(records);
  expect(items.every(({ reference_id }) => reference_id === 'r-1')).toBe(true);
  const other = { ...item, reference_id: 'r-2' };
  const joined = joinByReference(read({ ...response, search_response: [...items, other] }).search_response);
  expect(joined).toEqual([item, other]);
});

test('no record is an empty object', () => {
  const empty = { ...item, data: { ...data, reg_records: [] } };
  expect(toRecordsForm(empty, 'object')).toEqual([{ ...item, data: { ...data, reg_records: {} } }]);
});

test('lists and rejections stay as they are', () => {
  const { data: _, ...rejected } = item;
  expect(toRecordsForm(item, 'list')).toEqual([item]);
  expect(toRecordsForm(item, undefined)).toEqual([item]);
  expect(toRecordsForm(rejected, 'object')).toEqual([rejected]);
  expect(
    joinByReference([
      { status: 'rjct', data: undefined },
      { status: 'rjct', data: undefined },
    ]),
  ).toHaveLength(2);
});

test('a reply that is none is refused', () => {
  expect(() => read({ search_response: {} })).toThrow(DciError);
  expect(() => read([])).toThrow(DciError);
});
