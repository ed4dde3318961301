import { expect, test } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import { DciError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { parseSearchRequestItem, parseSearchRequestItems, searchRequestSchema } from './search-request.ts';

const item: JsonObject = {
  reference_id: 'r-1',
  timestamp: '2026-04-22T10:30:00Z',
  search_criteria: {
    version: '1.0.0',
    reg_type: 'ns:org:RegistryType:Social',
    reg_record_type: 'Person',
    query_type: 'idtype-value',
    query: { type: 'UIN', value: '1' },
    sort: [{ attribute_name: 'birth_date', sort_order: 'asc' }],
    pagination: { page_size: 10, page_number: 2 },
    consent: { ts: '2026-04-22T10:30:00Z', purpose: 'x' },
    authorize: { ts: '2026-04-22T10:30:00Z', purpose: 'x' },
  },
  locale: 'eng',
};
const path = 'message.search_request[0]';
const withCriteria = (criteria: JsonObject): JsonObject => ({
  ...item,
  search_criteria: { ...(item.search_criteria as JsonObject), ...criteria },
});

test("the standard's item is read as it is", () => {
  expect(parseSearchRequestItem(item, path)).toEqual(item);
});

test('what may be empty is absent, what is unknown is left out', () => {
  const read = parseSearchRequestItem(
    {
      ...item,
      locale: '',
      search_criteria: {
        query: 'person.age >= 18',
        reg_type: null,
        query_type: '',
        response_entity: 'Group',
        sort: null,
        pagination: null,
        consent: null,
        authorize: '',
        extra: 1,
      },
    },
    path,
  );
  expect(read).toEqual({
    reference_id: 'r-1',
    timestamp: '2026-04-22T10:30:00Z',
    search_criteria: { query: 'person.age >= 18', response_entity: 'Group' },
  });
});

test.each<[JsonValue, string | undefined]>([
  [{ value: '1' }, '1'],
  ['birth', 'birth'],
  [null, undefined],
  ['', undefined],
])('event type %j is read as %s (OpenCRVS)', (reg_event_type, text) => {
  expect(parseSearchRequestItem(withCriteria({ reg_event_type }), path).search_criteria.reg_event_type).toBe(text);
});

test.each<[JsonValue]>([[1], [true], [[]], [['birth']], [{}], [{ value: 1 }], [{ value: { value: '1' } }]])(
  'event type %j is refused: passed over, it would widen the search',
  (reg_event_type) => {
    expect(() => parseSearchRequestItem(withCriteria({ reg_event_type }), path)).toThrow(
      expect.objectContaining({ code: 'rjct.search_criteria.invalid', path: `${path}.search_criteria.reg_event_type` }),
    );
  },
);

test.each<[JsonValue, JsonObject]>([
  [{ page_size: '25' }, { page_size: 25 }],
  [{ page_size: 1, page_number: null }, { page_size: 1 }],
  [
    { page_size: 5, cursor: 'abc' },
    { page_size: 5, cursor: 'abc' },
  ],
  [{ cursor: '' }, {}],
])('pagination %j', (pagination, read) => {
  expect(parseSearchRequestItem(withCriteria({ pagination }), path).search_criteria.pagination).toEqual(read);
});

const criteria = `${path}.search_criteria`;

test.each<[JsonValue, string, string]>([
  ['x', 'rjct.reference_id.invalid', path],
  [[], 'rjct.reference_id.invalid', path],
  [{ ...item, reference_id: undefined } as unknown as JsonValue, 'rjct.reference_id.invalid', `${path}.reference_id`],
  [{ ...item, reference_id: '' }, 'rjct.reference_id.invalid', `${path}.reference_id`],
  [{ ...item, reference_id: 7 }, 'rjct.reference_id.invalid', `${path}.reference_id`],
  [{ ...item, reference_id: 'x'.repeat(100) }, 'rjct.reference_id.invalid', `${path}.reference_id`],
  [{ ...item, timestamp: '2026-04-22T10:30:00' }, 'rjct.timestamp.invalid', `${path}.timestamp`],
  [{ ...item, timestamp: null }, 'rjct.timestamp.invalid', `${path}.timestamp`],
  [{ ...item, search_criteria: null }, 'rjct.search_criteria.invalid', criteria],
  [{ ...item, search_criteria: [] }, 'rjct.search_criteria.invalid', criteria],
  [{ ...item, search_criteria: {} }, 'rjct.search_criteria.invalid', `${criteria}.query`],
  [withCriteria({ reg_type: 5 }), 'rjct.search_criteria.invalid', `${criteria}.reg_type`],
  [withCriteria({ consent: [] }), 'rjct.search_criteria.invalid', `${criteria}.consent`],
  [withCriteria({ pagination: 5 }), 'rjct.pagination.invalid', `${criteria}.pagination`],
  [withCriteria({ pagination: [] }), 'rjct.pagination.invalid', `${criteria}.pagination`],
  [withCriteria({ pagination: { page_size: 0 } }), 'rjct.pagination.invalid', `${criteria}.pagination.page_size`],
  [withCriteria({ pagination: { page_size: -1 } }), 'rjct.pagination.invalid', `${criteria}.pagination.page_size`],
  [withCriteria({ pagination: { page_size: 1.5 } }), 'rjct.pagination.invalid', `${criteria}.pagination.page_size`],
  [withCriteria({ pagination: { page_size: '0' } }), 'rjct.pagination.invalid', `${criteria}.pagination.page_size`],
  [withCriteria({ pagination: { page_size: 'ten' } }), 'rjct.pagination.invalid', `${criteria}.pagination.page_size`],
  [withCriteria({ pagination: { page_size: 1e21 } }), 'rjct.pagination.invalid', `${criteria}.pagination.page_size`],
  [
    withCriteria({ pagination: { page_size: 9, page_number: 0 } }),
    'rjct.pagination.invalid',
    `${criteria}.pagination.page_number`,
  ],
  [withCriteria({ pagination: { cursor: 5 } }), 'rjct.pagination.invalid', `${criteria}.pagination.cursor`],
])('%j is refused with its own code', (value, code, fault) => {
  expect(() => parseSearchRequestItem(value, path)).toThrow(DciError);
  expect(() => parseSearchRequestItem(value, path)).toThrow(expect.objectContaining({ code, path: fault }));
});

test('one bad item does not spoil the others, repeated reference ids are refused', () => {
  const request = parseMessage(
    searchRequestSchema,
    {
      transaction_id: 't-1',
      search_request: [
        item,
        { ...item, reference_id: 'r-2', timestamp: 'x' },
        item,
        5,
        { ...item, reference_id: 'r-3' },
      ],
    },
    'message',
  );
  const results = parseSearchRequestItems(request);
  expect(results.map((result) => [result.referenceId, result.valid ? 'read' : result.error.code])).toEqual([
    ['r-1', 'read'],
    ['r-2', 'rjct.timestamp.invalid'],
    ['r-1', 'rjct.reference_id.duplicate'],
    ['search_request[3]', 'rjct.reference_id.invalid'],
    ['r-3', 'read'],
  ]);
});

test.each<[JsonValue, string]>([
  [{ search_request: [item] }, 'message.transaction_id'],
  [{ transaction_id: 'x'.repeat(100), search_request: [item] }, 'message.transaction_id'],
  [{ transaction_id: 't' }, 'message.search_request'],
  [{ transaction_id: 't', search_request: {} }, 'message.search_request'],
  [{ transaction_id: 't', search_request: [] }, 'message.search_request'],
  [[], 'message'],
])('the message %j is refused', (message, fault) => {
  expect(() => parseMessage(searchRequestSchema, message, 'message')).toThrow(
    expect.objectContaining({ code: 'err.request.bad', path: fault }),
  );
});
