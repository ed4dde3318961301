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
    { seq: [{ attribute: 'sex', operator: '=', value: 'female' }] },
    { type: 'ns:org:QueryType:expression', value: { expression: { query: { $and: [{ age: { $gte: 18 } }] } } } },
    { anything: 'else' },
  ])('passes an object as the caller wrote it: %j', (query) => {
    expect(spdciDialect.writeQuery(neutralQuery('expression', query), { registry: social }).query).toEqual(query);
  });

  it('puts a CEL text into an object, because its files allow no text', () => {
    const { queryType, query } = spdciDialect.writeQuery(neutralQuery('predicate', 'person.age >= 18'), {
      registry: social,
    });
    expect([queryType, query]).toEqual(['predicate', { expression: 'person.age >= 18' }]);
  });

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
    const message = { transaction_id: 't', subscribe_request: [{ subscribe_criteria: { filter: 'age > 1' } }, {}] };
    expect(spdciDialect.writeMessage(message, { call: 'subscribe', registry: crvs })).toEqual({
      transaction_id: 't',
      subscribe_request: [{ subscribe_criteria: { filter: { expression: 'age > 1' } } }, {}],
    });
  });
});
