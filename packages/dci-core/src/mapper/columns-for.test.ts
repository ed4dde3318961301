import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { parseAttributePath, valuesAt } from '../query/attribute-path.ts';
import { type ColumnCondition, type ColumnReference, columnsFor } from './columns-for.ts';
import { asBoolean } from './conversion.ts';
import { defineMapping, type Mapping } from './define.ts';
import { lookups } from './presets/res-partner.fixtures.ts';
import { resPartnerGroup } from './presets/res-partner-group.ts';
import { resPartnerPerson } from './presets/res-partner-person.ts';
import type { Row, RowSet } from './row.ts';
import { toRecord } from './to-record.ts';
import { toRows } from './to-rows.ts';

type Joined = Readonly<Record<string, Row>>;
const root = '';

/** Evaluates a reference as a database would: joins, conditions, one column. */
function valuesOf(mapping: Mapping, reference: ColumnReference, rows: RowSet): JsonValue[] {
  if (reference.kind === 'constant') return [reference.value];
  if (reference.kind === 'computed') return expect.fail('no query can ask for a computed value');
  let joined: Joined[] = [{ [root]: rows.root }];
  for (const name of reference.joins) {
    const relation = mapping.plan.relations.get(name) ?? expect.fail(`no relation ${name}`);
    joined = joined.flatMap((left) => {
      const parent = left[relation.parent ?? root] ?? {};
      const isTied = (row: Row) =>
        relation.kind === 'many'
          ? row[relation.foreignKey] === parent[relation.parentKey]
          : row[relation.key] === parent[relation.foreignKey];
      return (rows.children[name] ?? []).filter(isTied).map((row) => ({ ...left, [name]: row }));
    });
  }
  const holds =
    (tuple: Joined) =>
    ({ relation, column, values }: ColumnCondition) =>
      values.includes(tuple[relation ?? root]?.[column] ?? null);
  const found = joined.filter((tuple) => reference.conditions.every(holds(tuple)));
  if (reference.kind === 'count') return [found.length];
  const used = reference.firstOnly ? found.slice(0, 1) : found;
  return used.flatMap((tuple) => {
    const value = tuple[reference.joins.at(-1) ?? root]?.[reference.column];
    const read = value === undefined || value === null ? undefined : reference.conversion.read(value);
    return read === undefined ? [] : [read];
  });
}

function person(surname: string, id: string, phones: string[]): JsonObject {
  const identifier = [
    { identifier_type: 'urn:gov:national-id', identifier_value: id },
    { identifier_type: 'UIN', identifier_value: `U${id}` },
  ];
  return {
    identifier,
    name: { surname, given_name: 'A' },
    sex: 'female',
    birth_date: '1990-05-15',
    phone_number: phones,
    email: ['a@b'],
    address: [
      { locality: surname, region_code: 'REGION_01' },
      { locality: 'Second', region_code: 'REGION_02' },
    ],
  };
}

const members = [person('Doe', '1', ['11', '12']), person('Roe', '2', ['21'])].map((info) => ({
  member_identifier: info.identifier ?? [],
  demographic_info: info,
}));
const group: JsonObject = {
  group_identifier: members[0]?.member_identifier ?? [],
  poverty_score: 0.5,
  member_list: members,
  group_head_info: members[1] ?? null,
  address: [{ locality: 'X' }],
};
const paths = (prefix: string) =>
  [
    'identifier.identifier_value',
    'identifier.identifier_type',
    'identifier[identifier_type=UIN].identifier_value',
    'identifier[identifier_type=none].identifier_value',
    'name.surname',
    'sex',
    'birth_date',
    'phone_number',
    'email',
    'address.locality',
    'address.region_code',
  ].map((path) => prefix + path);

describe('columnsFor', () => {
  it.each([
    ...paths('').flatMap((path) => [['person', path] as const, ['person with a table of addresses', path] as const]),
    ...[
      ...paths('member_list.demographic_info.'),
      ...paths('group_head_info.demographic_info.'),
      'group_size',
      'group_type',
      'poverty_score',
      'group_identifier.identifier_value',
      'group_head_info.member_identifier[identifier_type=UIN].identifier_value',
      'geographical_location.name',
    ].map((path) => ['group', path] as const),
  ])('%s: the columns of %s give the values of the record', (kind, path) => {
    const table = { ...lookups, addresses: 'table' } as const;
    const mapping = kind === 'group' ? resPartnerGroup(table) : resPartnerPerson(kind === 'person' ? lookups : table);
    const rows = toRows(mapping, kind === 'group' ? group : person('Doe', '1', ['11', '12']));
    const references = columnsFor(mapping, path);
    expect(references).not.toEqual([]);
    const values = references.flatMap((reference) => valuesOf(mapping, reference, rows));
    expect(values).toEqual(valuesAt(toRecord(mapping, rows), parseAttributePath(path)));
    expect(values.length === 0).toBe(path.includes('none'));
  });

  it('names table, joins, conditions and translation', () => {
    const [reference] = columnsFor(resPartnerGroup(lookups), 'group_head_info.demographic_info.sex');
    expect(reference).toMatchObject({
      kind: 'column',
      table: 'res_partner',
      joins: ['memberships', 'members'],
      column: 'gender_id',
      conditions: [{ relation: 'memberships', column: 'is_head', values: [true] }],
    });
    expect(reference?.kind === 'column' && reference.conversion.write('F')).toEqual([12]);
  });

  it('gives every column that a path of a list takes its values from', () => {
    const mapping = defineMapping({
      recordType: 'Person',
      root: { table: 'person' },
      fields: [
        { kind: 'column', path: 'phone_number[0]', column: 'phone' },
        { kind: 'column', path: 'phone_number[1]', column: 'mobile' },
        { kind: 'column', path: 'extra[key=a].value', column: 'a', conversion: asBoolean() },
        { kind: 'column', path: 'extra[key=b].value', column: 'b' },
        { kind: 'computed', path: 'age', compute: () => 1 },
        { kind: 'column', path: 'secret', column: 'secret', direction: 'to-rows' },
      ],
    });
    const columns = (path: string) =>
      columnsFor(mapping, path).map((found) => (found.kind === 'column' ? found.column : found.kind));
    expect(columns('phone_number')).toEqual(['phone', 'mobile']);
    expect(columns('phone_number[1]')).toEqual(['mobile']);
    expect(columns('extra.value')).toEqual(['a', 'b']);
    expect(columns('extra[key=b].value')).toEqual(['b']);
    expect(columns('extra[key=c].value')).toEqual([]);
    expect(columns('age')).toEqual(['computed']);
    for (const path of ['secret', 'name', 'phone_number.x', 'a..b', '']) expect(columns(path), path).toEqual([]);
  });
});
