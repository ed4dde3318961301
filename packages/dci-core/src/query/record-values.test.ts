import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { AttributeDefinition } from '../registry-type/registry-type.ts';
import { parseAttributePath, valuesAt } from './attribute-path.ts';
import { recordArbitrary } from './filter.fixtures.ts';
import { attributePaths, attributeValues, identifiersOf } from './record-values.ts';
import { groupType, personType, testRegistryType } from './registry-type.fixtures.ts';

describe('paths into a record', () => {
  const record: JsonObject = {
    name: { surname: 'Doe' },
    address: [{ region_code: 'R1' }, { region_code: ['R2', null, 'R3'] }, 'text', null],
    nested: [[[{ a: 1 }], { a: 2 }], { a: [3] }],
    additional_attributes: [
      { key: 'dwelling', value: 'tent' },
      { key: 'requires_assistance', value: true },
      { key: 'count', value: 2 },
      { value: 'no key' },
    ],
    one: { key: 'only', value: 'x' },
  };
  test.each<[string, JsonValue[]]>([
    ['name.surname', ['Doe']],
    ['name', [{ surname: 'Doe' }]],
    ['address.region_code', ['R1', 'R2', 'R3']],
    ['nested.a', [1, 2, 3]],
    ['additional_attributes[key=requires_assistance].value', [true]],
    ['additional_attributes[value=2].key', ['count']],
    ['additional_attributes[value=true].key', ['requires_assistance']],
    ['additional_attributes[key=absent].value', []],
    ['one[key=only].value', ['x']],
    ['name.surname.length', []],
    ['absent.at.all', []],
    ['constructor', []],
    ['__proto__', []],
    ['toString.name', []],
  ])('%s', (path, values) => {
    expect(valuesAt(record, parseAttributePath(path))).toEqual(values);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', 'a[b]', 'a[b=c', 'a]b', 'a[=c]', 'a[b=c]d', 'a=b'])(
    'malformed: "%s"',
    (path) => {
      expect(() => parseAttributePath(path)).toThrow('An attribute path is malformed.');
    },
  );

  test('a selector may hold dots', () => {
    expect(parseAttributePath('a[type=urn:x.y].b')).toEqual([
      { member: 'a', selector: { member: 'type', value: 'urn:x.y' } },
      { member: 'b' },
    ]);
  });
});

describe('values of an attribute', () => {
  const values = (type: AttributeDefinition['type'], ...list: JsonValue[]): readonly unknown[] =>
    attributeValues({ list }, { type, path: 'list', many: true });

  test('text', () => {
    expect(values('string', 'a', '', null, 'A\u0301', 12, 10n ** 20n, 1.5, true, {}, 'a')).toEqual([
      'a',
      '\u00c1',
      '12',
      '100000000000000000000',
    ]);
  });
  test('dates keep the day as written', () => {
    expect(
      values(
        'date',
        '1980-03-23',
        '1980-03-24T10:20:15',
        '1980-03-25T23:30:00-05:00',
        '',
        '02.05.2004',
        '2023-02-29',
        1980,
      ),
    ).toEqual(['1980-03-23', '1980-03-24', '1980-03-25']);
  });
  test('date-times become UTC', () => {
    expect(
      values(
        'datetime',
        '2024-01-15',
        '2024-01-15T10:30:00',
        '2024-01-15t10:30:00.1239z',
        '2024-01-15 23:30:00+05:30',
        'x',
      ),
    ).toEqual([
      '2024-01-15T00:00:00.000Z',
      '2024-01-15T10:30:00.000Z',
      '2024-01-15T10:30:00.123Z',
      '2024-01-15T18:00:00.000Z',
    ]);
  });
  test('numbers', () => {
    expect(values('integer', 3, '4', -0, 2.5, 'many', 2 ** 60, 10n ** 20n, 5n, '1e2')).toEqual([3, 4, 0, 5, 100]);
    expect(attributeValues({ zero: -0 }, { type: 'decimal', path: 'zero' })).toEqual([0]);
    expect(values('decimal', '40.712776', 0.75, 10n ** 20n, '', 'x', '1e999', true)).toEqual([40.712776, 0.75, 1e20]);
  });
  test('booleans', () => {
    expect(values('boolean', 'TRUE')).toEqual([true]);
    expect(values('boolean', false, '0', 0, 0n)).toEqual([false]);
    expect(values('boolean', 'yes', 2, null, {})).toEqual([]);
  });
  test('codes become the standard spelling, unknown ones stay', () => {
    const sex = personType.attributes.sex;
    if (sex === undefined) throw new Error('sex is missing');
    expect(attributeValues({ sex: 'F' }, sex)).toEqual(['female']);
    expect(attributeValues({ sex: 'intersex' }, sex)).toEqual(['intersex']);
  });
  test('without many, the first valid value of the first path that has one', () => {
    const definition: AttributeDefinition = { type: 'date', path: ['a', 'b'] };
    expect(attributeValues({ b: ['x', '1990-01-01', '1990-01-02'] }, definition)).toEqual(['1990-01-01']);
    expect(attributeValues({ a: 'x', b: '1990-01-01' }, definition)).toEqual(['1990-01-01']);
  });
  test('a constant and an age', () => {
    expect(attributeValues({}, { type: 'boolean', constant: true })).toEqual([true]);
    expect(attributeValues({ birth_date: '1990-01-01' }, { type: 'integer', ageFrom: 'birth_date' })).toEqual([]);
    expect(attributePaths({ type: 'integer', ageFrom: 'birth_date' })).toEqual([]);
  });
  test('any record has values of the right type, or none', () => {
    const types = {
      string: 'string',
      code: 'string',
      date: 'string',
      datetime: 'string',
      integer: 'number',
      decimal: 'number',
      boolean: 'boolean',
    };
    for (const recordType of [personType, groupType]) {
      fc.assert(
        fc.property(recordArbitrary(recordType, testRegistryType), (record) => {
          for (const definition of Object.values(recordType.attributes)) {
            const found = attributeValues(record, definition);
            expect(found.every((value) => typeof value === types[definition.type] && value !== '')).toBe(true);
            expect(definition.many === true || found.length < 2).toBe(true);
          }
        }),
        { numRuns: 300 },
      );
    }
  });
});

describe('identifiers', () => {
  test('types in any spelling, values as text', () => {
    const identifier = [
      { identifier_type: 'uin', identifier_value: '1' },
      { identifier_type: 'urn:gov:national-id', identifier_value: 12345678901234567890n },
      { identifier_type: 'BIRTH_CARD', identifier_value: '2' },
      { identifier_type: 'UIN', identifier_value: '' },
      { identifier_value: '3' },
      'UIN:4',
    ];
    expect(identifiersOf({ identifier }, 'identifier', testRegistryType)).toEqual([
      { identifierType: 'UIN', value: '1' },
      { identifierType: 'NationalID', value: '12345678901234567890' },
      { identifierType: 'BIRTH_CARD', value: '2' },
    ]);
  });
});
