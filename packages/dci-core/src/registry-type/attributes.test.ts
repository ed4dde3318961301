import { expect, test } from 'vitest';
import { sexCategory } from '../code-lists/core.ts';
import { DciError } from '../errors.ts';
import { groupShape } from '../records/group.ts';
import { personShape } from '../records/person.ts';
import { attributesOf, joinAttributes, nestAttributes, pickAttributes } from './attributes.ts';

const table = attributesOf(personShape, {
  sex: { aliases: ['gender'] },
  birth_date: {},
  age: { type: 'integer', ageFrom: 'birth_date' },
  'address.locality': { aliases: ['city'], sensitive: true },
  name: { type: 'string', path: ['name.given_name', 'name.surname'], many: true },
  registration_date: {},
  always: { type: 'boolean', constant: true },
});

test('type, code list and many follow from the shape', () => {
  expect(table).toEqual({
    sex: { type: 'code', path: 'sex', codeList: sexCategory, aliases: ['gender'] },
    birth_date: { type: 'date', path: 'birth_date' },
    age: { type: 'integer', ageFrom: 'birth_date' },
    'address.locality': { type: 'string', path: 'address.locality', many: true, aliases: ['city'], sensitive: true },
    name: { type: 'string', path: ['name.given_name', 'name.surname'], many: true },
    registration_date: { type: 'datetime', path: 'registration_date' },
    always: { type: 'boolean', constant: true },
  });
  expect(
    attributesOf(groupShape, { 'member_list.disability_info.functional_severity': {}, poverty_score: {} }),
  ).toEqual({
    'member_list.disability_info.functional_severity': {
      type: 'integer',
      path: 'member_list.disability_info.functional_severity',
      many: true,
    },
    poverty_score: { type: 'decimal', path: 'poverty_score' },
  });
});

test.each(['no_such', 'name', 'name.no_such', 'sex.code', 'toString', 'address', ''])(
  '"%s" is no attribute of a person',
  (path) => {
    expect(() => attributesOf(personShape, { [path]: {} })).toThrow(DciError);
  },
);

test('nested attributes move behind the path', () => {
  expect(nestAttributes('head', pickAttributes(table, ['sex', 'age', 'name', 'always']))).toEqual({
    'head.sex': { type: 'code', path: 'head.sex', codeList: sexCategory },
    'head.age': { type: 'integer', ageFrom: 'head.birth_date' },
    'head.name': { type: 'string', path: ['head.name.given_name', 'head.name.surname'], many: true },
  });
  expect(nestAttributes('members', pickAttributes(table, ['sex']), { many: true, shortNames: true })).toEqual({
    'members.sex': { type: 'code', path: 'members.sex', codeList: sexCategory, many: true, aliases: ['sex', 'gender'] },
  });
});

test('earlier tables keep their names and aliases', () => {
  const own = { city: { type: 'string', path: 'city', aliases: ['town'] } } as const;
  const nested = {
    'address.city': { type: 'string', path: 'address.city', aliases: ['city', 'town', 'locality'] },
    city: { type: 'string', path: 'other' },
  } as const;
  expect(joinAttributes(own, nested)).toEqual({
    city: { type: 'string', path: 'city', aliases: ['town'] },
    'address.city': { type: 'string', path: 'address.city', aliases: ['locality'] },
  });
});

test('picking what is not there is refused', () => {
  expect(() => pickAttributes(table, ['no_such'])).toThrow(DciError);
});
