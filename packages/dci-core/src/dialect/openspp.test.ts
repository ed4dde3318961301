import { describe, expect, it } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { subscribeRequestSchema } from '../messages/subscribe-request.ts';
import { unsubscribeRequestSchema } from '../messages/unsubscribe.ts';
import { crvs } from '../registry-type/crvs.ts';
import { social } from '../registry-type/social.ts';
import type { NeutralQuery, WrittenQuery } from './dialect.ts';
import { dialectContract } from './dialect-contract.fixtures.ts';
import { unlessRefused } from './equivalence.fixtures.ts';
import { neutralQuery } from './neutral-query.ts';
import { opensppDialect } from './openspp.ts';

const known = [
  ...['name', 'name.given_name', 'name.surname', 'birth_date', 'sex', 'phone_number', 'email', 'address.locality'],
  ...['address.region_code', 'address.country_code', 'area_id.code', 'registration_date', 'age', 'is_disabled'],
];

dialectContract({
  dialect: opensppDialect,
  readAs: 'openspp',
  knows: { registry: social, attributes: known, leastShare: 0.4 },
  reply: ({ sender_id, receiver_id }) => ({
    ...{ version: '1.0.0', message_id: 'm2', message_ts: '2026-04-22T10:30:01.123456Z', action: 'on-search' },
    ...{ status: 'succ', total_count: 1, completed_count: 1, is_msg_encrypted: false, meta: null },
    sender_id: receiver_id,
    receiver_id: sender_id,
  }),
});

const write = (queryType: NeutralQuery['queryType'], query: JsonValue): WrittenQuery =>
  opensppDialect.writeQuery(neutralQuery(queryType, query), { registry: social });
const refusalOf = (queryType: NeutralQuery['queryType'], query: JsonValue): string | undefined => {
  let text: string | undefined;
  unlessRefused(() => {
    try {
      return write(queryType, query);
    } catch (error) {
      text = error instanceof Error ? error.message : '';
      throw error;
    }
  });
  return text;
};

describe('the header', () => {
  const header: JsonObject = {
    message_id: 'm1',
    message_ts: '2026-04-22T10:30:00.123Z',
    action: 'search',
    sender_id: 'mis.example.org',
    receiver_id: 'openspp.example.org',
  };
  const rendered: JsonObject = {
    ...header,
    message_ts: '2026-04-22T10:30:00Z',
    version: '1.0.0',
    sender_uri: null,
    total_count: 0,
    is_msg_encrypted: false,
    meta: {},
  };

  it('has all ten fields and no other, so that rendering it again changes nothing', () => {
    const written = opensppDialect.writeHeader({
      ...header,
      type: 'requestHeader',
      meta: undefined,
      extension: { a: 1 },
    });
    expect(Object.keys(written)).toHaveLength(10);
    expect(canonicalJson(written)).toBe(canonicalJson(rendered));
  });

  it('keeps what is there, and the four fields of a reply', () => {
    const reply = {
      ...rendered,
      sender_uri: 'https://a',
      meta: { a: 1 },
      total_count: 3,
      status: 'succ',
      completed_count: 2,
    };
    expect(opensppDialect.writeHeader(reply)).toEqual(reply);
  });

  it('asks for a status as its own client does', () => {
    expect(opensppDialect.writeHeader({ ...header, action: 'txn-status' }).action).toBe('txn_status');
    expect(opensppDialect.readParties({ action: 'txn_on_status' }, 'txn-status').action).toBe('txn-on-status');
    expect(opensppDialect.readParties({ action: 'on-txn-status' }, 'sync-txn-status').action).toBe('txn-on-status');
    expect(opensppDialect.readParties({ action: 'on-txn-status' }, 'search').action).toBe('on-txn-status');
  });
});

describe('queries', () => {
  it('are seq expressions with its own names and values', () => {
    const query = {
      $and: [
        { 'person.name.surname': { $eq: 'Silva' } },
        { gender: 'F' },
        { dob: { $gte: '1990-01-01T00:00:00Z' } },
        { city: { $in: ['A', 'B'] } },
      ],
    };
    expect(write('expression', { query })).toEqual({
      queryType: 'expression',
      query: {
        seq: [
          { attribute: 'surname', operator: '=', value: 'Silva' },
          { attribute: 'sex', operator: '=', value: 'female' },
          { attribute: 'birth_date', operator: '>=', value: '1990-01-01' },
          { attribute: 'locality', operator: 'in', value: ['A', 'B'] },
        ],
      },
    });
  });

  it('with alternatives are CEL: an object without seq finds everybody, and one with both means something else', () => {
    const male = { attribute: 'sex', operator: '=', value: 'male' };
    const region = { attribute: 'region', operator: 'in', value: ['R1', 'R2'] };
    expect(write('expression', { or: [male, { seq: [region, { or: [male, region] }] }] })).toEqual({
      queryType: 'predicate',
      query:
        'person.sex == "male" || (person.region in ["R1", "R2"] && (person.sex == "male" || person.region in ["R1", "R2"]))',
    });
  });

  it('ask for the time of registration as Odoo has it, days whole', () => {
    const sent = (operator: string, value: string): JsonValue => {
      const { query } = write('expression', { seq: [{ attribute: 'registration_date', operator, value }] });
      return JSON.parse(JSON.stringify(query)).seq;
    };
    const condition = (operator: string, value: string): JsonObject => ({ attribute: 'create_date', operator, value });
    expect(sent('>=', '2026-01-31')).toEqual([condition('>=', '2026-01-31 00:00:00')]);
    expect(sent('<=', '2026-01-31')).toEqual([condition('<', '2026-02-01 00:00:00')]);
    expect(sent('>', '2026-01-31')).toEqual([condition('>=', '2026-02-01 00:00:00')]);
    expect(sent('=', '2026-01-31')).toEqual([
      condition('>=', '2026-01-31 00:00:00'),
      condition('<', '2026-02-01 00:00:00'),
    ]);
    expect(sent('<', '2026-01-31T10:00:00+02:00')).toEqual([condition('<', '2026-01-31 08:00:00')]);
    expect(sent('<=', '2026-12-31T23:59:59.999Z')).toEqual([condition('<', '2027-01-01 00:00:00')]);
    expect(sent('>', '2026-01-31T23:59:59.999Z')).toEqual([condition('>=', '2026-02-01 00:00:00')]);
  });

  it.each([
    ['an age', 'r.age >= 18', 'person.age >= 18'],
    ['a negation', '!(sex == "F")', '!(person.sex == "female")'],
    [
      "the seeds' example",
      'person.age >= 18 && person.has_disability == true',
      'person.age >= 18 && person.has_disability == true',
    ],
    ['has()', 'has(person.death_date) || has(person.email)', undefined],
    [
      'has() of what it knows',
      'has(r.email) && name.startsWith("A")',
      'has(person.email) && person.name.startsWith("A")',
    ],
  ])('are CEL where an expression cannot say it: %s', (_, predicate, written) => {
    if (written === undefined) expect(refusalOf('predicate', predicate)).toContain('death_date');
    else expect(write('predicate', predicate)).toEqual({ queryType: 'predicate', query: written });
  });

  it.each([
    'password',
    'user_ids.login',
    'death_date',
    'poverty_score',
    'group_size',
    'name.maiden_name',
    'identifier_value',
    'constructor',
    'member_list.demographic_info.sex',
  ])('that name %s are refused: it would look for such a field', (attribute) => {
    const condition = { attribute, operator: '=', value: '1' };
    const refused = expect.stringContaining(attribute);
    expect(refusalOf('expression', { seq: [condition] })).toEqual(refused);
    expect(refusalOf('expression', { seq: [{ attribute: 'sex', operator: '=', value: 'male' }, condition] })).toEqual(
      refused,
    );
    expect(refusalOf('expression', { or: [condition, { attribute: 'age', operator: '>', value: 3 }] })).toEqual(
      refused,
    );
  });

  it.each<[string, JsonValue]>([
    ['wildcards in a part of a text', { attribute: 'name', operator: 'contains', value: 'a%' }],
    ['the order of texts', { attribute: 'name', operator: '>', value: 'a' }],
    ['a value of another type', { attribute: 'birth_date', operator: '=', value: 'yesterday' }],
    ['an empty value', { attribute: 'name', operator: '=', value: '' }],
    ['null', { attribute: 'name', operator: '=', value: null }],
    ['a part of a date', { attribute: 'birth_date', operator: 'contains', value: '1990' }],
    ['a part of a time', { attribute: 'registration_date', operator: 'contains', value: '2026-01-01' }],
    [
      'the last millisecond as a beginning',
      { attribute: 'registration_date', operator: '>=', value: '2026-01-01T23:59:59.999Z' },
    ],
    ['a part of an instant', { attribute: 'registration_date', operator: 'contains', value: '2026-01-01T00:00:00Z' }],
    ['a list of times', { attribute: 'registration_date', operator: 'in', value: ['2026-01-01'] }],
    ['fractions of a second', { attribute: 'registration_date', operator: '>', value: '2026-01-01T00:00:00.5Z' }],
    [
      'a time in a predicate',
      {
        or: [
          { attribute: 'age', operator: '=', value: 3 },
          { attribute: 'createdAt', operator: '>', value: '2026-01-01' },
        ],
      },
    ],
    ['identifiers among conditions', { attribute: 'identifier.UIN', operator: 'in', value: ['1', '2'] }],
    ['identifiers of members only', { attribute: 'member_list.member_identifier.UIN', operator: '=', value: '1' }],
  ])('with %s are refused', (_, condition) => {
    expect(refusalOf('expression', { seq: [condition] })).toBeDefined();
  });

  it('for an identifier keep the type as it was written, code or URI', () => {
    const query = { type: 'urn:gov:national-id', value: 'é' };
    expect(write('idtype-value', query)).toEqual({ queryType: 'idtype-value', query });
  });
});

describe('criteria', () => {
  const criteria = { reg_type: social.code, query_type: 'predicate', query: 'x' };
  it('have its names of registry, record type and attributes, and always a page', () => {
    expect(
      opensppDialect.writeSearchCriteria(
        { ...criteria, reg_record_type: 'SRGroup', sort: [{ attribute_name: 'person.dob', sort_order: 'desc' }] },
        { registry: social },
      ),
    ).toEqual({
      ...criteria,
      reg_type: 'SOCIAL_REGISTRY',
      reg_record_type: 'GROUP',
      sort: [{ attribute_name: 'birth_date', sort_order: 'desc' }],
      pagination: { page_size: 20, page_number: 1 },
    });
    const page = { page_size: 3, page_number: 2 };
    expect(opensppDialect.writeSearchCriteria({ ...criteria, pagination: page }, { registry: crvs })).toMatchObject({
      reg_type: 'CRVS',
      pagination: page,
    });
  });

  it.each<[string, JsonObject, string | undefined, string]>([
    ['an event type', {}, 'REGISTER', 'rjct.search_criteria.invalid'],
    ['a cursor', { pagination: { page_size: 1, cursor: 'x' } }, undefined, 'rjct.pagination.invalid'],
    ['another record type', { reg_record_type: 'Member' }, undefined, 'rjct.search_criteria.invalid'],
    ['an order that it does not know', { sort: [{ attribute_name: 'password' }] }, undefined, 'rjct.sort.invalid'],
    ['an order by age', { sort: [{ attribute_name: 'age' }] }, undefined, 'rjct.sort.invalid'],
    ['an order that is none', { sort: ['x'] }, undefined, 'rjct.sort.invalid'],
  ])('with %s are refused', (_, more, eventType, code) => {
    const context = { registry: social, ...(eventType !== undefined && { eventType }) };
    expect(() => opensppDialect.writeSearchCriteria({ ...criteria, ...more }, context)).toThrowError(
      expect.objectContaining({ code }),
    );
  });
});

describe('messages', () => {
  const subscription = (more: JsonObject): JsonObject => ({
    transaction_id: 't',
    subscribe_request: [{ reference_id: 'r', subscribe_criteria: { reg_type: social.code, ...more } }],
  });
  it('of a subscription have its event types and its queries', () => {
    const written = opensppDialect.writeMessage(
      subscription({
        reg_event_type: 'REGISTER',
        filter_type: 'predicate',
        filter: 'area_id.code == "R1"',
        notify_record_type: 'Person',
        frequency: { frequency: '0 0 * * *' },
      }),
      { call: 'subscribe', registry: social },
    );
    expect(written.subscribe_request).toEqual([
      {
        reference_id: 'r',
        subscribe_criteria: {
          reg_type: 'SOCIAL_REGISTRY',
          reg_event_type: 'REGISTRATION',
          filter_type: 'expression',
          filter: { seq: [{ attribute: 'area_id.code', operator: '=', value: 'R1' }] },
          notify_record_type: 'PERSON',
          frequency: { frequency: '0 0 * * *' },
        },
      },
    ]);
    expect(parseMessage(subscribeRequestSchema, written, 'message').subscribe_request).toHaveLength(1);
    const all = opensppDialect.writeMessage(subscription({ reg_event_type: ['LiveBirth'] }), {
      call: 'subscribe',
      registry: crvs,
    });
    expect(all.subscribe_request).toEqual([
      { reference_id: 'r', subscribe_criteria: { reg_type: 'CRVS', reg_event_type: 'BIRTH' } },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['an event type that it does not have', { reg_event_type: 'NewHouseHoldMember' }, 'rjct.notify_types.invalid'],
    ['several event types', { reg_event_type: ['REGISTER', 'UPDATE'] }, 'rjct.notify_types.invalid'],
    ['no event type', {}, 'rjct.notify_types.invalid'],
    ['a filter that it would ignore', { reg_event_type: 'UPDATE', filter: { password: 'x' } }, 'rjct.filter.invalid'],
  ])('of a subscription to %s are refused', (_, more, code) => {
    expect(() => opensppDialect.writeMessage(subscription(more), { call: 'subscribe', registry: social })).toThrowError(
      expect.objectContaining({ code }),
    );
  });

  it('that end a subscription name it as its own client does, too', () => {
    const message = { transaction_id: 't', subscription_codes: ['SUB-1'] };
    const written = opensppDialect.writeMessage(message, { call: 'unsubscribe', registry: social });
    expect(written).toEqual({ ...message, subscription_code: 'SUB-1' });
    expect(parseMessage(unsubscribeRequestSchema, written, 'message').subscription_codes).toEqual(['SUB-1']);
    const several = { transaction_id: 't', subscription_codes: ['SUB-1', 'SUB-2'] };
    expect(opensppDialect.writeMessage(several, { call: 'unsubscribe', registry: social })).toEqual(several);
  });
});

it.each([
  ['err.auth.invalid_token', 'err.auth.invalid_token'],
  ['err.sender.unknown', 'err.sender.unknown'],
  ['err.400', 'err.request.bad'],
  ['err.429', 'err.request.too_many_requests'],
  ['err.501', 'rjct.action.not_supported'],
])('reads the code %s as %s', (code, typed) => {
  const body = {
    message: {
      ack_status: 'ERR',
      timestamp: '2026-04-22T10:30:00',
      correlation_id: 'c',
      error: { code, message: 'm' },
    },
  };
  expect(opensppDialect.readRefusal(body)).toEqual({ code: typed, message: 'm' });
});
