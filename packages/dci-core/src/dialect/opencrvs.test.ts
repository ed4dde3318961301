import { describe, expect, it } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { searchResponseSchema } from '../messages/search-response.ts';
import { crvs } from '../registry-type/crvs.ts';
import { resolveRegType } from '../registry-type/resolve.ts';
import { social } from '../registry-type/social.ts';
import type { NeutralQuery, ReplyContext, WrittenQuery } from './dialect.ts';
import { dialectContract } from './dialect-contract.fixtures.ts';
import { neutralQuery } from './neutral-query.ts';
import { opencrvs2025Dialect, opencrvs2026Dialect, opencrvsDialect, opencrvsDialects } from './opencrvs.ts';

for (const dialect of opencrvsDialects) {
  dialectContract({
    dialect,
    readAs: dialect.name,
    knows: { registry: crvs, attributes: ['registration_date'], leastShare: 0.06 },
    // A copy of the request's header.
    reply: (request) => ({ ...request, status: 'succ' }),
  });
}

const write = (queryType: NeutralQuery['queryType'], query: JsonValue, dialect = opencrvsDialect): WrittenQuery =>
  dialect.writeQuery(neutralQuery(queryType, query), { registry: crvs });
const refused = expect.objectContaining({ code: 'rjct.filter.invalid' });

it('answers searches only, without a registry in their paths', () => {
  expect(opencrvsDialect.calls.map((call) => opencrvsDialect.path(call, crvs))).toEqual([
    'registry/sync/search',
    'registry/search',
  ]);
});

it('takes requests only of a party whose id is an address', () => {
  const header = { action: 'search', sender_id: 'mis.example.org' };
  expect(() => opencrvsDialect.writeHeader(header)).toThrowError(
    expect.objectContaining({ code: 'err.configuration.invalid', path: 'senderId' }),
  );
  const reply = { ...header, action: 'on-search', status: 'succ' };
  expect(opencrvsDialect.writeHeader(reply)).toEqual(reply);
});

it('reads parties of a copied header exchanged, and of one that is none as they are', () => {
  const parties = { sender_id: 'a', receiver_id: 'b' };
  expect(opencrvsDialect.readParties({ ...parties, action: 'search' }, 'search')).toEqual({
    senderId: 'b',
    receiverId: 'a',
    action: 'on-search',
  });
  expect(opencrvsDialect.readParties({ ...parties, action: 'on-search' }, 'search')).toEqual({
    senderId: 'a',
    receiverId: 'b',
    action: 'on-search',
  });
});

describe('queries', () => {
  it('are ranges of the date of registration', () => {
    const range = { type: 'range', gte: '2026-01-01', lte: '2026-01-31' };
    const expected = {
      queryType: 'expression',
      query: { type: 'ns:org:QueryType:expression', value: { createdAt: range } },
    };
    const list = [
      {
        expression1: { attribute_name: 'registration_date', operator: 'ge', attribute_value: '2026-01-01' },
        condition: 'and',
        expression2: { attribute_name: 'registration_date', operator: 'le', attribute_value: '2026-01-31' },
      },
    ];
    expect(write('predicate', list)).toEqual(expected);
    expect(write('predicate', 'createdAt >= "2026-01-01" && createdAt < "2026-02-01"')).toEqual(expected);
    expect(write('expression', { created_at: { $gte: '2026-01-01', $lte: '2026-01-31' } })).toEqual(expected);
    expect(write('expression', expected.query)).toEqual(expected);
    expect(
      write('expression', { seq: [{ attribute: 'createdAt', operator: '=', value: '2026-01-05' }] }).query,
    ).toMatchObject({
      value: { createdAt: { gte: '2026-01-05', lte: '2026-01-05' } },
    });
  });

  const range = { type: 'range', gte: '2026-01-01', lte: '2026-01-31' };
  it.each([
    [opencrvsDialect, { createdAt: range }],
    [opencrvs2025Dialect, { createdAt: range }],
    [opencrvs2026Dialect, { expression: { query: { createdAt: range } } }],
  ])('are nested as the generation has it: $name', (dialect, value) => {
    const query = { type: 'ns:org:QueryType:expression', value };
    expect(write('predicate', 'createdAt >= "2026-01-01" && createdAt < "2026-02-01"', dialect)).toEqual({
      queryType: 'expression',
      query,
    });
    expect(write('expression', query, dialect).query).toEqual(query);
  });

  it.each<[string, NeutralQuery['queryType'], JsonValue]>([
    [
      'a birth date',
      'predicate',
      [{ expression1: { attribute_name: 'birth_date', operator: 'eq', attribute_value: '1990-01-01' } }],
    ],
    ['a range of birth dates', 'expression', { birth_date: { type: 'range', gte: '1990-01-01', lte: '1990-12-31' } }],
    ['a marriage date', 'predicate', 'marriage_date >= "1990-01-01"'],
    ['a death date', 'expression', { seq: [{ attribute: 'death_date', operator: '>=', value: '2026-01-01' }] }],
    ['a name beside a range', 'predicate', 'createdAt >= "2026-01-01" && name == "x"'],
    ['alternatives', 'predicate', 'createdAt >= "2026-01-01" || createdAt < "2025-01-01"'],
    ['a list', 'predicate', 'createdAt in ["2026-01-01"]'],
    ['a negation', 'predicate', '!(createdAt >= "2026-01-01")'],
    ['has()', 'predicate', 'has(createdAt)'],
    ['a name that nobody knows', 'expression', { constructor: '1' }],
    ['an identifier beside a range', 'predicate', 'identifier.UIN == "1" && createdAt >= "2026-01-01"'],
    ['an identifier type that it does not know', 'idtype-value', { type: 'FARMER_ID', value: '1' }],
    ['an identifier type of another language', 'idtype-value', { type: 'toString', value: '1' }],
  ])('with %s, which it would pass over, are refused', (_, queryType, query) => {
    for (const dialect of opencrvsDialects) expect(() => write(queryType, query, dialect)).toThrowError(refused);
  });

  it('are refused where a record has several dates of registration: one range cannot say which', () => {
    const [person] = crvs.recordTypes;
    const { registration_date } = person.attributes;
    if (registration_date === undefined) throw new Error('no such attribute');
    const attributes = { ...person.attributes, registration_date: { ...registration_date, many: true } };
    const registry = { ...crvs, recordTypes: [{ ...person, attributes }] };
    const query = neutralQuery('predicate', 'registration_date == "2026-01-05"');
    expect(() => opencrvsDialect.writeQuery(query, { registry })).toThrowError(refused);
  });

  it.each([
    ['NID', 'NID'],
    ['urn:gov:national-id', 'NID'],
    ['BIRTH_REG_NO', 'BRN'],
    ['OPENCRVS_RECORD_ID', 'OPENCRVS_RECORD_ID'],
  ])('look identifiers up: %s as %s', (type, name) => {
    for (const dialect of [opencrvsDialect, opencrvs2025Dialect]) {
      expect(write('idtype-value', { type, value: '1' }, dialect).query).toEqual({ type: name, value: '1' });
    }
  });

  it('look up what the generation knows: a UIN since 2026, and no more the national id', () => {
    const query = { type: 'urn:gov:uin', value: '1' };
    expect(write('idtype-value', query, opencrvs2026Dialect).query).toEqual({ type: 'UIN', value: '1' });
    for (const dialect of [opencrvsDialect, opencrvs2025Dialect]) {
      expect(() => write('idtype-value', query, dialect)).toThrowError(refused);
    }
    for (const type of ['NID', 'MRN', 'OPENCRVS_RECORD_ID']) {
      expect(() => write('idtype-value', { type, value: '1' }, opencrvs2026Dialect)).toThrowError(refused);
    }
  });
});

describe('criteria', () => {
  it.each([
    ['LiveBirth', 'birth'],
    ['ocrvs:registry_type:death', 'death'],
    ['MARRIAGE', 'marriage'],
  ])('of the event type %s name it in the registry type', (eventType, name) => {
    const written = opencrvsDialect.writeSearchCriteria({ reg_type: crvs.code }, { registry: crvs, eventType });
    expect(written).toEqual({ reg_type: `ocrvs:registry_type:${name}`, reg_event_type: name });
    expect(resolveRegType(String(written.reg_type), [social, crvs])).toMatchObject({
      registryType: crvs,
      eventType: name === 'birth' ? 'LiveBirth' : expect.stringMatching(new RegExp(name, 'i')),
    });
  });

  it.each([opencrvs2025Dialect, opencrvs2026Dialect])(
    "name it beside the standard's registry type in later generations: $name",
    (dialect) => {
      const written = dialect.writeSearchCriteria({ reg_type: 'x' }, { registry: crvs, eventType: 'LiveBirth' });
      expect(written).toEqual({ reg_type: crvs.code, reg_event_type: 'birth' });
    },
  );

  it.each(['Divorce', 'Adoption', 'nonsense'])('of the event type %s are refused', (eventType) => {
    expect(() => opencrvsDialect.writeSearchCriteria({}, { registry: crvs, eventType })).toThrowError(
      expect.objectContaining({ code: 'rjct.search_criteria.invalid' }),
    );
  });

  it("without an event type have the standard's registry type; a cursor is refused", () => {
    expect(opencrvsDialect.writeSearchCriteria({}, { registry: crvs })).toEqual({ reg_type: crvs.code });
    const pagination = { page_size: 1, cursor: 'x' };
    expect(() => opencrvsDialect.writeSearchCriteria({ pagination }, { registry: crvs })).toThrowError(
      expect.objectContaining({ code: 'rjct.pagination.invalid' }),
    );
  });
});

describe('replies without hits', () => {
  const context = (header: JsonObject = { status: 'succ' }): ReplyContext => ({
    call: 'sync-search',
    registry: crvs,
    referenceIds: ['r1', 'r2'],
    header,
  });
  const ids = { transaction_id: 't', correlation_id: 'c' };
  const items = (message: JsonObject, header?: JsonObject) =>
    parseMessage(searchResponseSchema, opencrvsDialect.readMessage(message, context(header)), 'message')
      .search_response;

  it('answer every search with no records', () => {
    expect(items({ ...ids, search_response: [] })).toMatchObject(
      ['r1', 'r2'].map((reference_id) => ({
        reference_id,
        status: 'succ',
        data: { reg_type: crvs.code, reg_records: [] },
        pagination: { total_count: 0 },
      })),
    );
  });

  it('are completed beside those with hits', () => {
    const found = { reference_id: 'r2', status: 'succ', data: { reg_records: [{ a: 1 }] } };
    expect(items({ ...ids, search_response: [found] })).toMatchObject([
      { reference_id: 'r2', data: { reg_records: [{ a: 1 }] } },
      { reference_id: 'r1', data: { reg_records: [] } },
    ]);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['a header that rejects', { ...ids, search_response: [] }, { status: 'rjct' }],
    ['no list', ids, { status: 'succ' }],
    ['something in place of the list', { ...ids, search_response: null }, { status: 'succ' }],
  ])('are not made up of %s', (_, message, header) => {
    expect(items(message, header)).toEqual([]);
  });

  it('are not made up for another call', () => {
    const message = { ...ids, search_response: [] };
    expect(opencrvsDialect.readMessage(message, { ...context(), call: 'txn-status' })).toEqual(message);
  });
});

it.each<[JsonValue, JsonObject]>([
  [{ error: { code: 400, message: 'm' } }, { code: 'err.request.bad', message: 'm' }],
  [{ error: { code: 401, message: 'm' } }, { code: 'err.request.unauthorized', message: 'm' }],
  [
    { statusCode: 404, error: 'Not Found', message: 'm' },
    { code: 'err.request.not_found', message: 'm' },
  ],
  [{ error: 'invalid_client', error_description: 'm' }, { message: 'm' }],
  [{ error: { code: 418, message: 'm' } }, { code: '418', message: 'm' }],
])('reads the refusal %j', (body, expected) => {
  expect(opencrvsDialect.readRefusal(body)).toEqual(expected);
});
