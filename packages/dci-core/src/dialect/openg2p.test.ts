import { describe, expect, it } from 'vitest';
import { ackSchema } from '../envelope/ack.ts';
import { parseMessage } from '../envelope/parse-message.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { searchResponseSchema } from '../messages/search-response.ts';
import { fr } from '../registry-type/fr.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { social } from '../registry-type/social.ts';
import type { NeutralQuery, WrittenQuery } from './dialect.ts';
import { dialectContract } from './dialect-contract.fixtures.ts';
import { neutralQuery } from './neutral-query.ts';
import { openg2pDialect } from './openg2p.ts';

const agreed: JsonObject = {
  consent: { purpose: { code: 'eligibility' } },
  authorize: { purpose: { code: 'eligibility' } },
};

dialectContract({
  dialect: openg2pDialect,
  readAs: 'openg2p',
  knows: {
    registry: social,
    attributes: ['birth_date', 'sex', 'email', 'name.surname', 'address.locality', 'is_disabled', 'registration_date'],
    leastShare: 0.35,
  },
  criteria: agreed,
  // A copy of the request's header.
  reply: (request) => ({ ...request, status: 'succ' }),
});

const write = (queryType: NeutralQuery['queryType'], query: JsonValue, registry: RegistryType = social): WrittenQuery =>
  openg2pDialect.writeQuery(neutralQuery(queryType, query), { registry });

it('answers searches only, under paths of its own', () => {
  expect(openg2pDialect.calls.map((call) => openg2pDialect.path(call, fr))).toEqual([
    'dci/sync/search',
    'dci/async/search',
  ]);
});

describe('queries', () => {
  it('are mongo expressions with names without dots', () => {
    const predicate = 'person.name.surname == "Silva" && (dob >= date("1990-01-01") || sex in ["female"])';
    expect(write('predicate', predicate)).toEqual({
      queryType: 'expression',
      query: {
        $and: [{ surname: 'Silva' }, { $or: [{ birth_date: { $gte: '1990-01-01' } }, { sex: { $in: ['female'] } }] }],
      },
    });
    expect(write('expression', { poverty_band: { $lt: 5 } })).toEqual({
      queryType: 'expression',
      query: { poverty_band: { $lt: 5 } },
    });
  });

  it('that were predicates stay predicate lists where all comparisons must hold', () => {
    const predicate = 'sex == "female" && birth_date >= "1990-01-01"';
    expect(write('predicate', predicate)).toEqual({
      queryType: 'predicate',
      query: [
        { seq_num: 1, expression1: { attribute_name: 'sex', operator: 'eq', attribute_value: 'female' } },
        { seq_num: 2, expression1: { attribute_name: 'birth_date', operator: 'ge', attribute_value: '1990-01-01' } },
      ],
    });
  });

  it.each<[string, NeutralQuery['queryType'], JsonValue]>([
    ['a name with dots that is not ours', 'expression', { 'a.b': 1 }],
    ['a name that has no spelling without dots', 'predicate', 'name.suffix == "x" || name.suffix == "y"'],
    ['a name whose spelling without dots means another', 'expression', { 'demographic_info.name.surname': 'x' }],
    ['an age, which is in no record', 'predicate', 'age > 3'],
    ['a constant', 'predicate', 'is_registrant == true'],
    ['a negation', 'predicate', 'sex != "female"'],
    ['has()', 'predicate', 'has(email)'],
    ['a part of a text', 'predicate', 'name.contains("a")'],
    ['an identifier among conditions', 'predicate', 'identifier.UIN == "1" && sex == "female"'],
  ])('with %s are refused', (_, queryType, query) => {
    expect(() => write(queryType, query)).toThrowError(expect.objectContaining({ code: 'rjct.filter.invalid' }));
  });

  it.each([
    ['FARMER_ID', 'FID'],
    ['urn:gov:farmer-id', 'FID'],
    ['UIN', 'UIN'],
    ['of the deployment', 'of the deployment'],
    ['constructor', 'constructor'],
  ])('look identifiers up: %s as %s', (type, name) => {
    expect(write('idtype-value', { type, value: '1' }, fr).query).toEqual({ type: name, value: '1' });
  });
});

describe('criteria', () => {
  it.each<[string, JsonObject, RegistryType, string]>([
    ['farmers', {}, fr, 'Farmer'],
    ['persons', {}, social, 'Individual'],
    ['persons by name', { reg_record_type: 'PERSON' }, social, 'Individual'],
    ['groups', { reg_record_type: 'Household' }, social, 'Group'],
    ['a register of its own', { reg_record_type: 'Landlord' }, social, 'Landlord'],
  ])('have the mnemonic of %s as registry type', (_, more, registry, reg_type) => {
    const criteria = { ...agreed, ...more, reg_type: registry.code };
    expect(openg2pDialect.writeSearchCriteria(criteria, { registry })).toEqual({ ...criteria, reg_type });
  });

  it.each<[string, JsonObject, string | undefined, string, string]>([
    ['consent', { authorize: { a: 1 } }, undefined, 'rjct.search_criteria.invalid', 'consent'],
    ['authorize', { consent: { a: 1 } }, undefined, 'rjct.search_criteria.invalid', 'authorize'],
    [
      'authorize that is none',
      { consent: { a: 1 }, authorize: 'yes' },
      undefined,
      'rjct.search_criteria.invalid',
      'authorize',
    ],
    ['an event type', agreed, 'REGISTER', 'rjct.search_criteria.invalid', 'reg_event_type'],
    ['a cursor', { ...agreed, pagination: { cursor: 'x' } }, undefined, 'rjct.pagination.invalid', 'pagination'],
  ])('are refused before anything is sent: %s', (_, criteria, eventType, code, path) => {
    const context = { registry: social, ...(eventType !== undefined && { eventType }) };
    expect(() => openg2pDialect.writeSearchCriteria(criteria, context)).toThrowError(
      expect.objectContaining({ code, path }),
    );
  });

  it('come with the locale that it takes', () => {
    expect(openg2pDialect.locale).toBe('en');
  });
});

describe('replies', () => {
  const ids = { transaction_id: 't', correlation_id: 'c' };
  const read = (search_response: JsonValue, header: JsonObject = { status: 'succ' }) => {
    const context = { call: 'sync-search', registry: social, referenceIds: ['r1'], header } as const;
    const message = openg2pDialect.readMessage({ ...ids, search_response }, context);
    return parseMessage(searchResponseSchema, message, 'message').search_response;
  };
  const nothing = [{ reference_id: 'r1', status: 'succ', data: { reg_records: [] }, pagination: { total_count: 0 } }];
  const rejected = (more: JsonObject = {}): JsonObject => ({
    reference_id: 'r1',
    timestamp: '2026-04-22T10:30:00.5',
    status: 'rjct',
    ...more,
  });

  it.each<[string, JsonValue]>([
    ['an empty list', []],
    ['a rejection without a reason', [rejected()]],
    ['a rejection with empty reasons', [rejected({ status_reason_code: null, status_reason_message: '' })]],
    ['a rejection for this', [rejected({ status_reason_code: 'rjct.search.no_records_found' })]],
    ['a rejection that says so', [rejected({ status_reason_message: 'No records found' })]],
  ])('find nothing: %s', (_, items) => {
    const found = read(items);
    expect(found).toMatchObject(nothing);
    expect(found[0]?.status_reason_code).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ['a filter', { status_reason_code: 'rjct.filter.invalid' }],
    ['a consent that is not there', { status_reason_message: 'Consent not found' }],
    ['a register that is not there', { status_reason_code: 'rjct.register.not_found' }],
    ['a text beside a code', { status_reason_code: 'rjct.filter.invalid', status_reason_message: 'no records found' }],
  ])('that reject stay rejections: %s', (_, reason) => {
    expect(read([rejected(reason)])).toMatchObject([{ reference_id: 'r1', status: 'rjct' }]);
  });

  it.each<[string, JsonObject, boolean]>([
    ['without a reason', {}, true],
    ['with reasons that are null', { status_reason_code: null, status_reason_message: null }, true],
    ['for this', { status_reason_message: 'No records found' }, true],
    ['with a code', { status_reason_code: 'REQ-VAL-001', status_reason_message: 'No records found' }, false],
    ['for another reason', { status_reason_message: 'Consent expired' }, false],
  ])('whose header rejects %s', (_, reason, isUnfound) => {
    const found = read([], { status: 'RJCT', ...reason });
    if (isUnfound) expect(found).toMatchObject(nothing);
    else expect(found).toEqual([]);
  });

  it('are verified by what a model renders of their header: ten fields, no other', () => {
    const written = openg2pDialect.writeHeader({ message_id: 'm', message_ts: '2026-04-22T10:30:00.1Z', extension: 1 });
    expect(written).toEqual({
      message_id: 'm',
      message_ts: '2026-04-22T10:30:00Z',
      version: '1.0.0',
      sender_uri: null,
      total_count: 0,
      is_msg_encrypted: false,
      meta: {},
    });
  });

  it('have times without a zone: UTC', () => {
    expect(read([{ ...rejected(), status: 'succ' }])[0]?.timestamp).toBe('2026-04-22T10:30:00.5Z');
    expect(read([{ ...rejected(), status: 'succ', timestamp: '2026-04-22T10:30:00Z' }])[0]?.timestamp).toBe(
      '2026-04-22T10:30:00Z',
    );
  });

  it('that accept have an error that is null, and a time without a zone', () => {
    const ack = { message: { ack_status: 'ACK', timestamp: '2026-04-22T10:30:00', correlation_id: 'c', error: null } };
    expect(openg2pDialect.readRefusal(ack)).toBeUndefined();
    expect(parseMessage(ackSchema, ack, 'reply').message?.ack_status).toBe('ACK');
  });

  it.each<[JsonValue, JsonObject]>([
    [
      { message: { ack_status: 'ERR', error: { code: 'REQ-VAL-001', message: 'm' } } },
      { code: 'err.request.bad', message: 'm' },
    ],
    [
      { detail: [{ type: 'missing', loc: ['body', 'message', 0], msg: 'Field required', input: { uin: 'secret' } }] },
      { code: 'err.request.bad', message: 'body.message.0: Field required' },
    ],
    [{ detail: 'Not Found' }, { message: 'Not Found' }],
    [{ detail: { code: 'err.503', message: 'm' } }, { code: 'err.service.unavailable', message: 'm' }],
    [{ detail: { message: { ack_status: 'NACK' } } }, {}],
  ])('that refuse are read: %j', (body, expected) => {
    expect(openg2pDialect.readRefusal(body)).toEqual(expected);
  });
});
