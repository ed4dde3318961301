import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json/value.ts';
import { evaluateFilter } from './evaluate-filter.ts';
import type { AttributeValue, ComparisonOperator, Filter } from './filter.ts';
import { personType, testRegistryType } from './registry-type.fixtures.ts';

const record: JsonObject = {
  identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: '007' }],
  other_documents: { identifier: { identifier_type: 'UIN', identifier_value: '1' } },
  name: { given_name: 'Ámina', surname: 'ΓΙΩΡΓΟΣ' },
  sex: 'F',
  birth_date: '1990-05-15',
  email: ['a@example.org', 'B@example.org'],
  is_disabled: 0,
  disability_info: [{ functional_severity: 2 }, { functional_severity: 4 }],
  registration_date: '2024-01-15T10:30:00+03:00',
  geo: { latitude: '-1.2345' },
};

function holds(filter: Filter): boolean {
  return evaluateFilter(filter, record, personType, testRegistryType);
}

describe('evaluation', () => {
  test.each<[string, ComparisonOperator, AttributeValue, boolean]>([
    ['sex', 'eq', 'female', true],
    ['sex', 'eq', 'F', false],
    ['sex', 'startsWith', 'FEM', true],
    ['birth_date', 'eq', '1990-05-15', true],
    ['birth_date', 'gt', '1990-05-15', false],
    ['birth_date', 'gte', '1990-05-15', true],
    ['birth_date', 'lt', '1990-05-16', true],
    ['birth_date', 'lte', '1990-05-14', false],
    ['registration_date', 'eq', '2024-01-15T07:30:00.000Z', true],
    ['name', 'contains', 'MIN', true],
    ['name', 'contains', '', true],
    ['name', 'endsWith', 'γος', true],
    ['name', 'startsWith', 'a\u0301', true],
    ['name', 'contains', 'min%', false],
    ['name', 'contains', 'm_na', false],
    ['name.surname', 'eq', 'γιωργος', false],
    ['email', 'eq', 'B@example.org', true],
    ['email', 'eq', 'b@example.org', false],
    ['email', 'startsWith', 'b@', true],
    ['disability_level', 'gt', 3, true],
    ['disability_level', 'lt', 3, true],
    ['disability_level', 'eq', 3, false],
    ['is_disabled', 'eq', false, true],
    ['farm_info.location.geo.latitude', 'lt', -1, true],
    ['is_registrant', 'eq', true, true],
    ['disability_status', 'lt', 'zzz', false],
    ['secret_score', 'gte', -1e308, false],
    ['sex', 'eq', 1, false],
    ['sex', 'gte', 1, false],
    ['disability_level', 'contains', '2', false],
    ['shoe_size', 'eq', 1, false],
    ['constructor', 'eq', 'Object', false],
  ])('%s %s %j', (attribute, operator, value, expected) => {
    expect(holds({ kind: 'comparison', attribute, operator, value })).toBe(expected);
    // Two-valued logic: what does not hold is what its negation holds for.
    expect(holds({ kind: 'not', filter: { kind: 'comparison', attribute, operator, value } })).toBe(!expected);
  });

  test('lists, presence and identifiers', () => {
    expect(holds({ kind: 'in', attribute: 'email', values: ['x', 'a@example.org'] })).toBe(true);
    expect(holds({ kind: 'in', attribute: 'email', values: ['x'] })).toBe(false);
    expect(holds({ kind: 'exists', attribute: 'is_disabled' })).toBe(true);
    expect(holds({ kind: 'exists', attribute: 'disability_status' })).toBe(false);
    const paths = ['identifier', 'other_documents.identifier'];
    expect(holds({ kind: 'identifier', identifierType: 'NationalID', values: ['007'], paths })).toBe(true);
    expect(holds({ kind: 'identifier', identifierType: 'NationalID', values: ['7'], paths })).toBe(false);
    expect(holds({ kind: 'identifier', identifierType: 'NationalID', values: ['7', '007'], paths })).toBe(true);
    expect(holds({ kind: 'identifier', identifierType: 'UIN', values: ['007'], paths })).toBe(false);
    expect(holds({ kind: 'identifier', identifierType: 'UIN', values: ['1'], paths })).toBe(true);
    expect(holds({ kind: 'identifier', identifierType: 'UIN', values: ['1'], paths: ['identifier'] })).toBe(false);
  });
});
