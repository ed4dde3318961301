import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFieldGrants } from './field-grants.ts';

const record: JsonObject = {
  '@context': 'https://schema.example.org',
  '@type': 'Person',
  '@id': 'row-17',
  identifier: [
    { identifier_type: 'UIN', identifier_value: 'U1' },
    { identifier_type: 'NationalID', identifier_value: 'N1' },
  ],
  name: { surname: 'Yusuf', given_name: 'Amina' },
  birth_date: '1990-05-15',
  phone_number: ['+1', '+2'],
  health: { level: 3, notes: [{ date: '2024-01-01', text: 'secret' }] },
  member_list: [{ name: { surname: 'A' }, health: { level: 1 } }, { name: { surname: 'B' } }, { health: { level: 2 } }],
  additional_attributes: [
    { key: 'housing', value: 'rented' },
    { key: 'hiv', value: 'positive' },
  ],
};
const sensitive = ['health', 'member_list.health', 'additional_attributes[key=hiv]'];
const root = { '@context': 'https://schema.example.org', '@type': 'Person' };

describe('project', () => {
  it.each<readonly [string, readonly string[], JsonObject]>([
    ['nothing', [], {}],
    ['a scalar', ['birth_date'], { birth_date: '1990-05-15' }],
    ['a list of scalars', ['phone_number'], { phone_number: ['+1', '+2'] }],
    ['a whole object', ['name'], { name: { surname: 'Yusuf', given_name: 'Amina' } }],
    ['one member of an object', ['name.surname'], { name: { surname: 'Yusuf' } }],
    [
      'one member in a list',
      ['identifier.identifier_value'],
      { identifier: [{ identifier_value: 'U1' }, { identifier_value: 'N1' }] },
    ],
    [
      'some elements of a list',
      ['identifier[identifier_type=UIN]'],
      { identifier: [{ identifier_type: 'UIN', identifier_value: 'U1' }] },
    ],
    [
      'one member of some elements',
      ['identifier[identifier_type=UIN].identifier_value'],
      { identifier: [{ identifier_value: 'U1' }] },
    ],
    ['what is not there', ['email', 'name.prefix', 'identifier[identifier_type=BRN]'], {}],
    [
      'two grants in one object',
      ['name.surname', 'name.given_name'],
      { name: { surname: 'Yusuf', given_name: 'Amina' } },
    ],
    [
      'elements of which something is left',
      ['member_list.name'],
      { member_list: [{ name: { surname: 'A' } }, { name: { surname: 'B' } }] },
    ],
    [
      'a list without what is sensitive in it',
      ['member_list'],
      { member_list: [{ name: { surname: 'A' } }, { name: { surname: 'B' } }] },
    ],
    [
      'a list with what is sensitive in it, by name',
      ['member_list', 'member_list.health'],
      { member_list: record.member_list ?? null },
    ],
    ['a list with what is sensitive in it, by **', ['member_list.**'], { member_list: record.member_list ?? null }],
    ['what is sensitive, by name', ['health'], { health: record.health ?? null }],
    ['a part of what is sensitive', ['health.level'], { health: { level: 3 } }],
    [
      'a list without its sensitive elements',
      ['additional_attributes'],
      { additional_attributes: [{ key: 'housing', value: 'rented' }] },
    ],
    [
      'a sensitive element by name',
      ['additional_attributes[key=hiv]'],
      { additional_attributes: [{ key: 'hiv', value: 'positive' }] },
    ],
    [
      'everything that is not sensitive',
      ['*'],
      {
        '@id': 'row-17',
        identifier: record.identifier ?? null,
        name: record.name ?? null,
        birth_date: '1990-05-15',
        phone_number: ['+1', '+2'],
        member_list: [{ name: { surname: 'A' } }, { name: { surname: 'B' } }],
        additional_attributes: [{ key: 'housing', value: 'rented' }],
      },
    ],
    ['everything', ['**'], record],
  ])('keeps %s', (_name, fields, expected) => {
    expect(compileFieldGrants(fields, sensitive).project(record)).toEqual({ ...root, ...expected });
  });

  it('leaves the record as it was', () => {
    const before = structuredClone(record);
    compileFieldGrants(['name.surname', 'member_list'], sensitive).project(record);
    expect(record).toEqual(before);
  });

  it('shows the same whether something hidden is empty, missing or full', () => {
    const { project } = compileFieldGrants(['name', 'list', 'object'], ['list.hidden', 'object.hidden', 'name.hidden']);
    const variants: readonly JsonObject[] = [
      { name: { surname: 'A' } },
      { name: { surname: 'A', hidden: 'x' }, list: [{ hidden: 1 }, { hidden: 2 }], object: { hidden: {} } },
      { name: { surname: 'A', hidden: [] }, list: [], object: {} },
      { name: { surname: 'A' }, list: [{}], object: { hidden: { deep: [1] } } },
    ];
    for (const variant of variants) expect(project(variant)).toEqual({ name: { surname: 'A' } });
  });
});

describe('isReadable', () => {
  const readable = (fields: readonly string[], path: string) => compileFieldGrants(fields, sensitive).isReadable(path);

  it.each([
    // fields, path, readable
    [[], 'birth_date', false],
    [['birth_date'], 'birth_date', true],
    [['birth_date'], 'birth_dates', false],
    [['name'], 'name.surname', true],
    [['name.surname'], 'name', false],
    [['name.surname'], 'name.given_name', false],
    [['*'], 'birth_date', true],
    [['*'], 'never.heard.of', true],
    [['*'], 'health', false],
    [['*'], 'health.level', false],
    [['*'], 'member_list.health.level', false],
    [['*'], 'member_list.name.surname', true],
    [['*'], 'member_list', false],
    [['*', 'member_list.health'], 'member_list', true],
    [['*', 'member_list.health.level'], 'member_list', false],
    [['*', 'health.level'], 'health.level', true],
    [['*', 'health.level'], 'health.notes.text', false],
    [['*', 'health'], 'health.notes.text', true],
    [['**'], 'health.notes.text', true],
    [['health.**'], 'health.notes.text', true],
    [['identifier'], 'identifier[identifier_type=UIN].identifier_value', true],
    [['identifier[identifier_type=UIN]'], 'identifier[identifier_type=UIN].identifier_value', true],
    [['identifier[identifier_type=UIN].identifier_value'], 'identifier[identifier_type=UIN].identifier_value', true],
    [['identifier[identifier_type=UIN]'], 'identifier[identifier_type=NationalID].identifier_value', false],
    [['identifier[identifier_type=UIN]'], 'identifier.identifier_value', false],
    [['identifier[identifier_type=UIN]'], 'identifier', false],
    // whoever filters by the type of an identifier learns the type
    [['identifier.identifier_value'], 'identifier[identifier_type=UIN].identifier_value', false],
    [
      ['identifier.identifier_value', 'identifier.identifier_type'],
      'identifier[identifier_type=UIN].identifier_value',
      true,
    ],
    [['*'], 'additional_attributes[key=housing].value', true],
    [['*'], 'additional_attributes[key=hiv].value', false],
    [['*'], 'additional_attributes.value', false],
    [['*', 'additional_attributes[key=hiv]'], 'additional_attributes.value', true],
  ] as const)('%j, %s: %s', (fields, path, expected) => {
    expect(readable(fields, path)).toBe(expected);
  });
});

describe('what is readable and what is shown', () => {
  const names = ['a', 'b', 'c'];
  const name = fc.constantFrom(...names);
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
  const fields = fc.array(
    fc.oneof(
      path,
      fc.constant('*'),
      fc.constant('**'),
      path.map((text) => `${text}.**`),
    ),
    { maxLength: 4 },
  );
  const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.integer({ min: 1, max: 9 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  const record = fc.dictionary(name, value, { maxKeys: 3 });

  /** Every scalar with its path, lists traversed. */
  function leaves(at: JsonValue, prefix: readonly string[] = []): readonly string[] {
    if (Array.isArray(at)) return (at as readonly JsonValue[]).flatMap((element) => leaves(element, prefix));
    if (!isJsonObject(at)) return [`${prefix.join('.')}=${String(at)}`];
    return Object.entries(at).flatMap(([key, member]) => leaves(member ?? null, [...prefix, key]));
  }

  it('a scalar is shown exactly when its path is readable', () => {
    fc.assert(
      fc.property(fields, fc.array(path, { maxLength: 3 }), record, (granted, marked, whole) => {
        const grants = compileFieldGrants(granted, marked);
        const shown = leaves(grants.project(whole));
        // A scalar where others have an object has nothing below it that could be sensitive.
        const exact = (leaf: string) => !marked.some((mark) => mark.startsWith(`${leaf.split('=')[0]}.`));
        const expected = leaves(whole).filter((leaf) => grants.isReadable(leaf.split('=')[0] ?? ''));
        expect(shown.filter(exact)).toEqual(expected.filter(exact));
      }),
      { numRuns: 2_000 },
    );
  });

  it('records that differ only in what is not readable are shown alike', () => {
    fc.assert(
      fc.property(fields, fc.array(path, { maxLength: 3 }), record, record, (granted, marked, first, second) => {
        const grants = compileFieldGrants(granted, marked);
        const merged = hideFrom(first, second, grants.isReadable, []);
        expect(grants.project(merged)).toEqual(grants.project(first));
      }),
      { numRuns: 2_000 },
    );
  });

  /** `first`, with members added from `second` wherever nothing at or below may be read. */
  function hideFrom(
    first: JsonObject,
    second: JsonObject,
    isReadable: (path: string) => boolean,
    prefix: readonly string[],
  ): JsonObject {
    const merged: Record<string, JsonValue> = {};
    for (const key of names) {
      const at = [...prefix, key];
      const mine = first[key];
      const hidden = !anyReadable(at, isReadable);
      const chosen = hidden ? second[key] : mine;
      if (chosen === undefined) continue;
      const other = second[key];
      merged[key] =
        !hidden && isJsonObject(chosen) && isJsonObject(other) ? hideFrom(chosen, other, isReadable, at) : chosen;
    }
    return merged;
  }

  function anyReadable(at: readonly string[], isReadable: (path: string) => boolean): boolean {
    // Also a member that no sensitive path names: where all of `a`, `b` and `c` are hidden, others are not.
    if (isReadable(at.join('.')) || isReadable([...at, 'other'].join('.'))) return true;
    return at.length < 6 && names.some((key) => anyReadable([...at, key], isReadable));
  }
});
