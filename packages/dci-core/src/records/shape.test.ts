import * as v from 'valibot';
import { expect, expectTypeOf, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import { boolean, date, decimal, integer, list, object, text } from './field.ts';
import type { Name } from './name.ts';
import { type Person, personSchema } from './person.ts';
import type { Place } from './place.ts';
import { defineShape, findField, memberOf, withoutMember } from './shape.ts';

const shape = defineShape('Thing', { first_part: text('part', 'piece'), count: integer('number_of') });

test.each([
  ['first_part', 'first_part', -1],
  ['firstPart', 'first_part', 0],
  ['FIRST-PART', 'first_part', 0],
  ['spdci:first_part', 'first_part', 0],
  [':first_part', 'first_part', 0],
  ['Part', 'first_part', 1],
  ['piece', 'first_part', 2],
  ['numberOf', 'count', 1],
])('%s is the member %s', (spelling, field, rank) => {
  expect(findField(shape, spelling)).toEqual({ field, rank });
});

test.each(['', '@type', '@first_part', 'constructor', '__proto__', 'toString', 'other'])(
  '"%s" is no member',
  (spelling) => {
    expect(findField(shape, spelling)).toBeUndefined();
  },
);

test('the better spelling gives the value, empty ones do not count', () => {
  expect(memberOf({ piece: 'c', part: 'b', first_part: '' }, shape, 'first_part')).toBe('b');
  expect(memberOf({ count: [] }, shape, 'count')).toBeUndefined();
  expect(withoutMember({ piece: 'c', part: 'b', other: 1 }, shape, 'first_part')).toEqual({ other: 1 });
});

test('two members with one spelling are refused', () => {
  expect(() => defineShape('Thing', { some_name: text(), other: text('someName') })).toThrow(DciError);
});

test('the schema checks what the shape knows and lets the rest pass', () => {
  const { schema } = defineShape('Thing', {
    day: date(),
    size: decimal(),
    parts: list(object(() => shape)),
    is_new: boolean(),
  });
  expect(
    v.is(schema, { day: '2024-02-29', size: 1.5, parts: [{ count: 2, extra: [] }], is_new: false, extra: null }),
  ).toBe(true);
  for (const wrong of [
    { day: '2023-02-29' },
    { size: '1' },
    { size: Number.NaN },
    { parts: {} },
    { parts: [{ count: 1.5 }] },
    { is_new: 0 },
  ]) {
    expect(v.is(schema, wrong), JSON.stringify(wrong)).toBe(false);
  }
});

test('types follow from the shapes', () => {
  expectTypeOf<Person['name']>().toEqualTypeOf<Name | undefined>();
  expectTypeOf<NonNullable<Person['email']>>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Person>().toExtend<JsonObject>();
  expectTypeOf<NonNullable<Place['contains_place']>[number]>().toEqualTypeOf<Place>();
  const person: Person = { birth_date: '1990-01-01', address: [{ locality: 'X' }], village: 'Y' };
  expect(v.is(personSchema, person)).toBe(true);
});
