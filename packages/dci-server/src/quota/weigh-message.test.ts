import type { JsonObject, JsonValue } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { byExpression, byId, searchItem, searchMessage } from '../server.fixtures.ts';
import { weighMessage } from './weigh-message.ts';

const item = (search_criteria: JsonObject): JsonObject => ({ search_request: [{ search_criteria }] });

describe('weighMessage', () => {
  it.each<readonly [string, JsonObject, number]>([
    ['an identifier', searchMessage(searchItem(byId('UIN', '1'))), 1],
    [
      'an identifier by URI',
      item({ query_type: 'ns:org:QueryType:idtype-value', query: { type: 'UIN', value: '1' } }),
      1,
    ],
    ['an expression', searchMessage(searchItem(byExpression(['sex', '=', '1']))), 5],
    [
      'an expression with a text match',
      searchMessage(searchItem(byExpression(['sex', '=', '1'], ['name', 'contains', 'a']))),
      20,
    ],
    ['LIKE', searchMessage(searchItem(byExpression(['name', 'LIKE', 'a']))), 20],
    [
      'a nested text match',
      item({
        query_type: 'expression',
        query: { seq: [{ or: [{ attribute: 'name', operator: 'contains', value: 'a' }] }] },
      }),
      20,
    ],
    [
      '$contains',
      item({
        query_type: 'expression',
        query: { collection: 'Person', query: { $and: [{ name: { $contains: 'a' } }] } },
      }),
      20,
    ],
    ['$startsWith', item({ query_type: 'expression', query: { name: { $startsWith: 'a' } } }), 20],
    ['a CEL predicate', item({ query_type: 'predicate', query: 'person.age >= 18' }), 5],
    ['a CEL text match', item({ query_type: 'predicate', query: 'person.name.contains ("a")' }), 20],
    ['CEL in an object', item({ query_type: 'predicate', query: { expression: 'name.endsWith("a")' } }), 20],
    [
      'several items',
      searchMessage(
        searchItem(byId('UIN', '1')),
        searchItem(byExpression(['sex', '=', '1'])),
        searchItem(byExpression(['name', 'contains', 'a'])),
      ),
      26,
    ],
    ['an unknown query type', item({ query_type: 'graphql', query: '{}' }), 5],
    ['no query', item({}), 5],
    ['no criteria', { search_request: [{}] }, 1],
    ['items that are none', { search_request: [null, 1, 'x', []] }, 4],
    ['no items', { search_request: [] }, 1],
    ['another message', { transaction_id: 't' }, 1],
    ['an encrypted message', { ciphertext: 'x', tag: 'y' }, 1],
  ])('%s', (_name, message, weight) => {
    expect(weighMessage(message)).toBe(weight);
  });

  it('survives any depth and size', () => {
    let query: JsonValue = 'x';
    for (let depth = 0; depth < 10_000; depth += 1) query = [query];
    expect(weighMessage(item({ query_type: 'expression', query }))).toBe(5);
    const list = Array.from({ length: 500_000 }, () => 0);
    expect(weighMessage(item({ query_type: 'expression', query: [list, { $contains: list }] }))).toBe(20);
  });
});
