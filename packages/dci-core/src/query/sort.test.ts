import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { bindSort } from './bind-sort.ts';
import { compareForSort, compareRecords, sortValuesOf } from './compare-records.ts';
import { compareValues } from './compare-values.ts';
import { recordArbitrary, sortArbitrary } from './filter.fixtures.ts';
import type { SortKey } from './filter.ts';
import { groupType, personType, testRegistryType } from './registry-type.fixtures.ts';

function bind(sort: JsonValue | undefined, unreadable: readonly string[] = []): readonly SortKey[] {
  return bindSort(sort, { recordType: personType, isReadable: (path) => !unreadable.includes(path) });
}

function refusal(sort: JsonValue, unreadable: readonly string[] = []): DciError {
  try {
    bind(sort, unreadable);
  } catch (error) {
    if (error instanceof DciError) return error;
  }
  throw new Error('it was not refused');
}

describe('binding a sort', () => {
  test('the standard form, aliases, prefixes, default order', () => {
    expect(
      bind([
        { attribute_name: 'birth_date', sort_order: 'desc' },
        { attribute_name: 'person.family_name' },
        { attribute: 'sex', order: 'ASC' },
      ]),
    ).toEqual([
      { attribute: 'birth_date', order: 'desc' },
      { attribute: 'name.surname', order: 'asc' },
      { attribute: 'sex', order: 'asc' },
    ]);
  });
  test('nothing to sort by', () => {
    expect(bind(undefined)).toEqual([]);
    expect(bind(null)).toEqual([]);
    expect(bind([])).toEqual([]);
    expect(bind({ attribute_name: 'is_registrant' })).toEqual([]);
  });
  test('an age sorts by the birth date, the other way round', () => {
    expect(bind([{ attribute_name: 'age', sort_order: 'asc' }])).toEqual([{ attribute: 'birth_date', order: 'desc' }]);
    expect(bind([{ attribute_name: 'age', sort_order: 'desc' }])).toEqual([{ attribute: 'birth_date', order: 'asc' }]);
  });
  test('unknown, unreadable and many-valued attributes are refused alike', () => {
    const errors = [
      refusal([{ attribute_name: 'shoe_size' }]),
      refusal([{ attribute_name: 'secret_score' }], ['secret_score']),
      refusal([{ attribute_name: 'age' }], ['birth_date']),
      refusal([{ attribute_name: 'email' }]),
      refusal([{ attribute_name: 'UIN' }]),
      refusal([{ attribute_name: 'constructor' }]),
      refusal([{}]),
    ];
    try {
      bindSort([{ attribute_name: 'member_age' }], { recordType: groupType });
    } catch (error) {
      if (error instanceof DciError) errors.push(error);
    }
    expect(errors).toHaveLength(8);
    for (const error of errors) {
      expect([error.code, error.message, error.path]).toEqual([
        'rjct.sort.invalid',
        'The sort list names an attribute that cannot be sorted by here.',
        'sort',
      ]);
    }
  });
  test.each<[JsonValue, string]>([
    [[{ attribute_name: 'sex', sort_order: 'up' }], 'A sort order is neither "asc" nor "desc".'],
    [[{ attribute_name: 'sex' }, { attribute_name: 'gender' }], 'The sort list names an attribute twice.'],
    [[{ attribute_name: 'age' }, { attribute_name: 'birth_date' }], 'The sort list names an attribute twice.'],
    [Array(9).fill({ attribute_name: 'sex' }), 'At most 8 attributes can be sorted by.'],
    [['sex'], 'A sort item is not an object.'],
    ['sex', 'A sort item is not an object.'],
  ])('%j', (sort, message) => {
    expect(refusal(sort).message).toBe(message);
    expect(refusal(sort).code).toBe('rjct.sort.invalid');
  });
});

describe('sorting', () => {
  const surname = (order: 'asc' | 'desc'): readonly SortKey[] => [{ attribute: 'name.surname', order }];
  const sorted = (names: readonly (string | null)[], order: 'asc' | 'desc'): readonly unknown[] =>
    names
      .map((name) => ({ name: { surname: name } }))
      .sort((left, right) => compareRecords(left, right, surname(order), personType))
      .map((record) => record.name.surname);

  test('folded text first, then itself, by code point; nothing last in either direction', () => {
    const names = ['b', null, 'B', 'a', '\u{1f33e}', '\ufb01', 'A', 'Ab'];
    expect(sorted(names, 'asc')).toEqual(['A', 'a', 'Ab', 'B', 'b', '\ufb01', '\u{1f33e}', null]);
    expect(sorted(names, 'desc')).toEqual(['\u{1f33e}', '\ufb01', 'b', 'B', 'Ab', 'a', 'A', null]);
  });

  test('numbers by size, false before true', () => {
    expect([10, 9, -1].sort(compareValues)).toEqual([-1, 9, 10]);
    expect([true, false].sort(compareValues)).toEqual([false, true]);
    expect(compareValues('1', 1)).toBe(0);
  });

  test('is a total order over random records', () => {
    const record = recordArbitrary(personType, testRegistryType);
    fc.assert(
      fc.property(sortArbitrary(personType), record, record, record, (sort, a, b, c) => {
        const [x, y, z] = [a, b, c].map((item) => sortValuesOf(item, sort, personType));
        if (x === undefined || y === undefined || z === undefined) return;
        const compare = (left: typeof x, right: typeof x): number => Math.sign(compareForSort(left, right, sort));
        expect(compare(x, y) + compare(y, x)).toBe(0);
        expect(compare(x, x)).toBe(0);
        if (compare(x, y) <= 0 && compare(y, z) <= 0) expect(compare(x, z)).toBeLessThanOrEqual(0);
        expect(compare(x, y) === 0).toBe(sort.every((_, index) => x[index] === y[index]));
      }),
      { numRuns: 500 },
    );
  });
});
