import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/value.ts';
import { crvs } from '../registry-type/crvs.ts';
import { ibr } from '../registry-type/ibr.ts';
import { social } from '../registry-type/social.ts';
import { dialectContract } from './dialect-contract.fixtures.ts';
import { neutralQuery } from './neutral-query.ts';
import { spdciDialect } from './spdci.ts';

dialectContract({
  dialect: spdciDialect,
  readAs: 'spdci-1.0',
  knows: { registry: social, attributes: Object.keys(social.recordTypes[0].attributes), leastShare: 1 },
  reply: ({ sender_id, receiver_id, ...rest }) => ({
    ...rest,
    action: 'on-search',
    sender_id: receiver_id,
    receiver_id: sender_id,
  }),
});

describe('the standard', () => {
  it('has the paths of its files below the registry', () => {
    const paths = spdciDialect.calls.map((call) => spdciDialect.path(call, ibr, 'sync/enrolled'));
    expect(paths).toEqual([
      'ibr/registry/sync/search',
      'ibr/registry/search',
      'ibr/registry/subscribe',
      'ibr/registry/unsubscribe',
      'ibr/registry/sync/txn/status',
      'ibr/registry/txn/status',
      'ibr/registry/sync/receipt',
      'ibr/registry/receipt',
      'ibr/registry/sync/enrolled',
    ]);
  });

  it.each<JsonValue>([
    { type: 'UIN', value: '1' },
    { type: 'ns:org:QueryType:expression', value: { expression: { query: { $and: [{ age: { $gte: 18 } }] } } } },
    { anything: 'else' },
  ])('passes an object as the caller wrote it: %j', (query) => {
    expect(spdciDialect.writeQuery(neutralQuery('expression', query), { registry: social }).query).toEqual(query);
  });

  const standard = (query: JsonValue, collection?: string): JsonValue => ({
    type: 'ns:org:QueryType:expression',
    value: { expression: { ...(collection !== undefined && { collection }), query } },
  });

  it.each<['expression' | 'predicate', JsonValue, JsonValue]>([
    [
      'expression',
      { seq: [{ attribute: 'name.surname', operator: '=', value: 'Silva' }] },
      standard({ 'name.surname': { $eq: 'Silva' } }),
    ],
    [
      'expression',
      { expression: { or: [{ seq: [{ attribute: 'sex', operator: '=', value: 'm' }] }] } },
      standard({ sex: { $eq: 'm' } }),
    ],
    ['expression', { sex: { $in: ['male'] } }, standard({ sex: { $in: ['male'] } })],
    [
      'expression',
      { collection: 'Group', query: { group_size: { $lt: 5 } } },
      standard({ group_size: { $lt: 5 } }, 'Group'),
    ],
    [
      'predicate',
      'person.sex == "female" && (birth_date < "1990-01-01" || own_attribute == "x")',
      standard({
        $and: [
          { sex: { $eq: 'female' } },
          { $or: [{ birth_date: { $lt: '1990-01-01' } }, { own_attribute: { $eq: 'x' } }] },
        ],
      }),
    ],
  ])('gives %s %j the form of its files', (queryType, query, expected) => {
    expect(spdciDialect.writeQuery(neutralQuery(queryType, query), { registry: social })).toEqual({
      queryType: 'expression',
      query: expected,
    });
  });

  it.each(['!has(email)', 'name.surname.startsWith("S")', 'sex == "m" && birth_date =='])(
    'puts a CEL text that its expressions cannot say into an object: %s',
    (query) => {
      const written = spdciDialect.writeQuery(neutralQuery('predicate', query), { registry: social });
      expect(written).toEqual({ queryType: 'predicate', query: { expression: query } });
    },
  );

  it('gives a predicate list the names of its files', () => {
    const list = [
      { attribute: 'sex', operator: '=', value: 'female' },
      {
        seq_num: 2,
        expression1: { attribute_name: 'birth_date', operator: '$gte', attribute_value: '1990-01-01' },
        condition: 'and',
        expression2: { attribute_name: 'birth_date', operator: '<=', attribute_value: '1990-12-31' },
      },
      { seq_num: 3, expression1: { attribute_name: 'sex', operator: 'in', attribute_value: ['1'] }, expression2: null },
      { seq_num: 4, expression1: { attribute_name: 'name', operator: 'contains', attribute_value: 'a' } },
      'what is no item',
    ];
    expect(spdciDialect.writeQuery(neutralQuery('predicate', list), { registry: social }).query).toEqual([
      { expression1: { attribute_name: 'sex', operator: 'eq', attribute_value: 'female' } },
      {
        seq_num: 2,
        expression1: { attribute_name: 'birth_date', operator: 'ge', attribute_value: '1990-01-01' },
        condition: 'and',
        expression2: { attribute_name: 'birth_date', operator: 'le', attribute_value: '1990-12-31' },
      },
      { seq_num: 3, expression1: { attribute_name: 'sex', operator: 'in', attribute_value: ['1'] } },
      { seq_num: 4, expression1: { attribute_name: 'name', operator: 'contains', attribute_value: 'a' } },
      'what is no item',
    ]);
  });

  it('names the event type in the criteria, and writes filters of subscriptions as queries', () => {
    expect(
      spdciDialect.writeSearchCriteria({ query_type: 'predicate' }, { registry: crvs, eventType: 'LiveBirth' }),
    ).toEqual({
      query_type: 'predicate',
      reg_event_type: 'LiveBirth',
    });
    const filters = [
      { filter: '!has(email)', filter_type: 'predicate' },
      { filter: 'a > "1"', filter_type: 'predicate' },
      {},
    ];
    const message = {
      transaction_id: 't',
      subscribe_request: filters.map((subscribe_criteria) => ({ subscribe_criteria })),
    };
    const written = spdciDialect.writeMessage(message, { call: 'subscribe', registry: crvs });
    expect(written.subscribe_request).toEqual([
      { subscribe_criteria: { filter: { expression: '!has(email)' }, filter_type: 'predicate' } },
      { subscribe_criteria: { filter: standard({ a: { $gt: '1' } }), filter_type: 'expression' } },
      // The files require a filter.
      { subscribe_criteria: { filter: {} } },
    ]);
  });
});
