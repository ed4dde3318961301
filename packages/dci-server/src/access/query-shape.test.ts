import { compileQuery, type Filter, type JsonObject, social } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { queryShape } from './query-shape.ts';
import { recordKeysOf } from './record-keys.ts';

const [person] = social.recordTypes;
if (person === undefined) throw new Error('no record type');

const compiled = (queryType: string, query: JsonObject | string): Filter =>
  compileQuery({ queryType, query, recordType: person, registryType: social, now: 0 });

describe('queryShape', () => {
  it.each<[string, JsonObject | string, string]>([
    ['idtype-value', { type: 'UIN', value: 'secret' }, 'identifier UIN'],
    ['idtype-value', { type: 'canary-type', value: 'secret' }, 'identifier of another type'],
    ['predicate', 'sex == "secret"', 'sex eq'],
    ['predicate', 'sex == "secret" && !(surname.contains("secret"))', 'and(sex eq, not(name.surname contains))'],
    ['predicate', 'sex in ["secret", "other"] || has(phone_number)', 'or(sex in 2, phone_number exists)'],
  ])('of %s %j has no values', (queryType, query, shape) => {
    expect(queryShape(compiled(queryType, query), social)).toBe(shape);
  });

  it('is bounded', () => {
    const filter: Filter = {
      kind: 'and',
      filters: Array.from({ length: 64 }, () => compiled('predicate', 'registration_date > "2020-01-01"')),
    };
    expect(queryShape(filter, social).length).toBeLessThanOrEqual(1_001);
  });
});

describe('recordKeysOf', () => {
  it('names records by all their identifiers, once, in the spelling of the registry', () => {
    const record = (...identifiers: readonly (readonly [string, string])[]): JsonObject => ({
      identifier: identifiers.map(([identifier_type, identifier_value]) => ({ identifier_type, identifier_value })),
    });
    expect(
      recordKeysOf([record(['uin', '1'], ['NationalID', '2']), record(['UIN', '1'], ['OWN', '3']), {}], person, social),
    ).toEqual(['UIN:1', 'NationalID:2', 'OWN:3']);
  });
});
