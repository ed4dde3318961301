import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/value.ts';
import { social } from '../../registry-type/social.ts';
import { columnsFor } from '../columns-for.ts';
import type { Mapping } from '../define.ts';
import type { FieldPlan } from '../plan.ts';
import { formatRecordPath } from '../record-path.ts';
import { toRecord } from '../to-record.ts';
import { toRows } from '../to-rows.ts';
import { lookups } from './res-partner.fixtures.ts';
import { resPartnerGroup } from './res-partner-group.ts';
import { resPartnerPerson } from './res-partner-person.ts';

const table = { ...lookups, addresses: 'table', nameAffixes: true } as const;
const person: JsonObject = {
  identifier: [{ identifier_type: 'UIN', identifier_value: '1' }],
  name: { surname: 'Doe', given_name: 'John', second_name: 'M', prefix: 'Mr', suffix: 'Jr' },
  sex: 'male',
  birth_date: '1990-05-15',
  death_date: '2020-01-01',
  address: [
    {
      address_line_1: 'a',
      address_line_2: 'b',
      locality: 'c',
      sub_region_code: 'd',
      region_code: 'REGION_01',
      postal_code: 'f',
      country_code: 'XX',
      geo_location: { plus_code: { global_code: 'g', geometry: { location: { latitude: 1.5, longitude: 2.5 } } } },
    },
  ],
  phone_number: ['+1'],
  email: ['a@b'],
};
const member: JsonObject = {
  member_identifier: [{ identifier_type: 'UIN', identifier_value: '1' }],
  demographic_info: person,
};
const group: JsonObject = {
  group_identifier: [{ identifier_type: 'UIN', identifier_value: '2' }],
  poverty_score: 0.75,
  poverty_score_type: 'PMT',
  member_list: [member],
  group_head_info: member,
  address: person.address ?? null,
};
const moments = { create_date: '2024-01-15 10:30:00', write_date: '2024-01-15 10:30:00' };

function leaves(fields: readonly FieldPlan[], prefix = ''): readonly string[] {
  return fields.flatMap((field) => {
    if (field.kind === 'computed-column' || field.kind === 'element') return [];
    const path = prefix + formatRecordPath(field.path).replaceAll(/\[\d+\]/g, '');
    return field.kind === 'list' ? leaves(field.fields, `${path}.`) : [path];
  });
}

function valueAt(record: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    const object: unknown = Array.isArray(value) ? value[0] : value;
    return typeof object === 'object' && object !== null ? (object as JsonObject)[name] : undefined;
  }, record);
}

describe.each<[string, Mapping, JsonObject]>([
  ['Person', resPartnerPerson(table), person],
  ['Group', resPartnerGroup(table), group],
])('the paths of the %s preset', (name, mapping, full) => {
  const recordType = social.recordTypes.find((type) => type.name === name) ?? expect.fail(`no record type ${name}`);
  const rows = toRows(mapping, full);
  const members = rows.children.members?.map((row) => ({ ...row, ...moments })) ?? [];
  const record = toRecord(mapping, { root: { ...rows.root, ...moments }, children: { ...rows.children, members } });

  it('are names of the standard', () => {
    const read = recordType.read(record);
    expect(read.warnings).toEqual([]);
    const paths = leaves(mapping.plan.fields);
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths) expect(valueAt(read.record, path), path).toBeDefined();
    const { group_type: _ours, ...ours } = record;
    expect(read.record).toMatchObject(ours);
  });

  it('include the attributes that queries of the seeds use', () => {
    const used = ['birth_date', 'sex', 'name', 'phone', 'email', 'locality', 'region', 'poverty_score', 'group_size'];
    const known = Object.entries(recordType.attributes).filter(
      ([attribute, { aliases = [], path }]) =>
        path !== undefined && used.some((text) => text === attribute || aliases.includes(text)),
    );
    expect(known.length).toBeGreaterThan(1);
    for (const [attribute, { path = [] }] of known) {
      const references = [path].flat().flatMap((text) => columnsFor(mapping, text));
      expect(references, attribute).not.toEqual([]);
    }
  });
});
