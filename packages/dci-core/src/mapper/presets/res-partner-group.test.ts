import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/value.ts';
import type { RecordWarning } from '../../registry-type/define.ts';
import { asBoolean } from '../conversion.ts';
import { asList } from '../record-path.ts';
import type { RowSet } from '../row.ts';
import { sameJson } from '../same-json.ts';
import { toRecord } from '../to-record.ts';
import { toRows } from '../to-rows.ts';
import {
  addressRecord,
  identifierRecord,
  listOf,
  lookups,
  personRecord,
  personRow,
  withoutKeys,
} from './res-partner.fixtures.ts';
import { resPartnerGroup } from './res-partner-group.ts';

const early = resPartnerGroup({ ...lookups, addresses: 'table', nameAffixes: true });
const newer = resPartnerGroup(lookups);

const jane: JsonObject = {
  member_identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: 'M-1' }],
  demographic_info: {
    identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: 'M-1' }],
    name: { given_name: 'Jane', surname: 'Doe' },
    sex: 'female',
    birth_date: '1985-05-20',
    phone_number: ['+1234567890'],
    registration_date: '2024-01-15T10:30:00Z',
  },
};
const sam: JsonObject = {
  member_identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: 'M-2' }],
  demographic_info: {
    identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: 'M-2' }],
    name: { given_name: 'Sam', surname: 'Doe' },
  },
};

/** "Group/Household Schema" of the early seed, as far as its table maps it. */
const household: JsonObject = {
  '@context': 'https://schema.spdci.org/core/v1',
  '@type': 'Group',
  group_identifier: [{ identifier_type: 'urn:gov:household-id', identifier_value: 'HH-12345' }],
  group_type: 'Household',
  geographical_location: { name: 'Capital City', geo: { latitude: -1.2345, longitude: 36.789 } },
  address: [
    {
      locality: 'Capital City',
      geo_location: { plus_code: { geometry: { location: { latitude: -1.2345, longitude: 36.789 } } } },
    },
    { locality: 'Elsewhere' },
  ],
  poverty_score: 0.75,
  poverty_score_type: 'PMT',
  group_head_info: jane,
  group_size: 2,
  member_list: [sam, jane],
  registration_date: '2024-01-15T10:30:00Z',
  last_updated: '2024-02-01T00:00:00Z',
};

const householdRows: RowSet = {
  root: {
    id: 7,
    is_registrant: true,
    is_group: true,
    poverty_score: 0.75,
    poverty_score_type: 'PMT',
    create_date: '2024-01-15 10:30:00',
    write_date: '2024-02-01 00:00:00',
  },
  children: {
    identifiers: [{ id: 1, partner_id: 7, id_type_id: 2, value: 'HH-12345' }],
    addresses: [
      { id: 3, partner_id: 7, city: 'Capital City', latitude: -1.2345, longitude: 36.789 },
      { id: 4, partner_id: 7, city: 'Elsewhere' },
    ],
    memberships: [
      { id: 50, group: 7, individual: 102, is_head: false },
      { id: 51, group: 7, individual: 101, is_head: true },
    ],
    members: [
      {
        id: 101,
        given_name: 'Jane',
        family_name: 'Doe',
        gender_id: 12,
        birthdate: '1985-05-20',
        create_date: '2024-01-15 10:30:00',
      },
      { id: 102, given_name: 'Sam', family_name: 'Doe' },
    ],
    memberIdentifiers: [
      { id: 2, partner_id: 101, id_type_id: 1, value: 'M-1' },
      { id: 3, partner_id: 102, id_type_id: 1, value: 'M-2' },
    ],
    memberPhones: [{ id: 8, partner_id: 101, phone_no: '+1234567890' }],
  },
};

describe('the early seed, "DCI Group ↔ res.partner"', () => {
  it('makes a household out of rows', () => {
    expect(toRecord(early, householdRows)).toEqual(household);
  });

  it('makes rows out of a household and ties them together', () => {
    const { root, children } = toRows(early, household, { rootKey: 7 });
    expect(root).toMatchObject({
      id: 7,
      is_group: true,
      is_registrant: true,
      poverty_score: 0.75,
      poverty_score_type: 'PMT',
      name: 'HH-12345',
    });
    expect(root).not.toHaveProperty('create_date');
    expect(children.identifiers).toMatchObject([{ partner_id: 7, id_type_id: 2, value: 'HH-12345' }]);
    expect(children.memberships).toMatchObject([
      { group: 7, individual: children.members?.[0]?.id, is_head: false },
      { group: 7, individual: children.members?.[1]?.id, is_head: true },
    ]);
    expect(children.members).toMatchObject([
      { given_name: 'Sam', name: 'Doe, Sam', is_group: false },
      { given_name: 'Jane', name: 'Doe, Jane', gender_id: 12 },
    ]);
    expect(children.memberIdentifiers).toMatchObject([
      { partner_id: children.members?.[0]?.id, value: 'M-2' },
      { partner_id: children.members?.[1]?.id, value: 'M-1' },
    ]);
    const keys = Object.values(children).flatMap((rows) => rows.map(({ id }) => id));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('reports what it computes itself and what no column holds', () => {
    const warnings: RecordWarning[] = [];
    const record = { ...household, group_type: 'Family', member_list: [{ ...sam, marital_status: 'M' }, jane] };
    toRows(early, record, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings.map(({ path }) => path)).toEqual([
      'member_list[0].marital_status',
      'member_list[1].demographic_info.registration_date',
      'group_type',
      'geographical_location.name',
      'geographical_location.geo.latitude',
      'geographical_location.geo.longitude',
      'group_size',
      'registration_date',
      'last_updated',
    ]);
  });
});

describe('the head of a group', () => {
  const memberships = (record: JsonObject) => toRows(early, record).children.memberships ?? [];

  it('is found by an identifier when it is told otherwise than in the list', () => {
    const head = { member_identifier: jane.member_identifier, demographic_info: { name: { surname: 'DOE' } } };
    expect(memberships({ member_list: [sam, jane], group_head_info: head }).map((row) => row.is_head)).toEqual([
      false,
      true,
    ]);
  });

  it('becomes a further member when it is not in the list', () => {
    expect(memberships({ member_list: [sam], group_head_info: jane }).map((row) => row.is_head)).toEqual([false, true]);
    expect(memberships({ group_head_info: jane }).map((row) => row.is_head)).toEqual([true]);
  });

  it('is absent when no membership says so', () => {
    const rows = {
      root: householdRows.root,
      children: { ...householdRows.children, memberships: [{ group: 7, individual: 101 }] },
    };
    expect(toRecord(early, rows)).not.toHaveProperty('group_head_info');
  });
});

describe('identifiers of a member', () => {
  it('are united when the two places of the record differ', () => {
    const other = { identifier_type: 'UIN', identifier_value: '9' };
    const member = {
      member_identifier: jane.member_identifier,
      demographic_info: { identifier: [other, ...(jane.member_identifier as JsonObject[])] },
    };
    const { children } = toRows(early, { member_list: [member] });
    expect(children.memberIdentifiers?.map(({ value }) => value)).toEqual(['M-1', '9']);
  });
});

describe('extensions', () => {
  const extended = resPartnerGroup({
    ...lookups,
    tables: { memberships: 'spp_group_membership' },
    memberFields: [
      { kind: 'column', path: 'is_disabled', relation: 'members', column: 'is_disabled', conversion: asBoolean() },
    ],
    extend: {
      fields: [
        {
          kind: 'column',
          path: 'additional_attributes[key=dwelling_type].value',
          column: 'dwelling',
          lookup: 'dwellings',
        },
        { kind: 'column', path: 'additional_attributes[key=roof].value', column: 'roof' },
      ],
      lookups: { dwellings: { table: 'dwelling', key: 'id', value: 'name', entries: [[1, 'permanent']] } },
    },
  });

  it('add fields, lookups and names of tables', () => {
    const record = {
      additional_attributes: [{ key: 'dwelling_type', value: 'permanent' }],
      member_list: [{ ...sam, is_disabled: true }],
    };
    const warnings: RecordWarning[] = [];
    const rows = toRows(extended, record, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([]);
    expect(rows.root).toMatchObject({ dwelling: 1, roof: null });
    expect(rows.children.members).toMatchObject([{ is_disabled: true }]);
    expect(toRecord(extended, rows)).toMatchObject(record);
    expect(extended.relations?.memberships?.table).toBe('spp_group_membership');
  });

  it('are refused where they conflict with the preset', () => {
    const email = { kind: 'column', path: 'registration_date', column: 'registered_on' } as const;
    expect(() => resPartnerGroup({ ...lookups, extend: { fields: [email] } })).toThrow(
      'maps one place of the record twice',
    );
  });
});

describe('loses nothing', () => {
  // What is shown in two places must be the same in both, and names keep a person's row alive.
  const member = fc.tuple(personRecord, fc.constantFrom('Doe', 'Nyambura')).map(([person, surname]) => ({
    ...(person.identifier === undefined ? {} : { member_identifier: person.identifier }),
    demographic_info: { ...person, name: { ...person.name, surname } },
  }));
  const group = fc.record(
    {
      group_identifier: listOf(identifierRecord),
      address: listOf(addressRecord),
      poverty_score: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      poverty_score_type: fc.constantFrom('PMT', 'income-based'),
      members: fc.option(fc.record({ list: listOf(member), head: fc.option(fc.nat(), { nil: undefined }) }), {
        nil: undefined,
      }),
    },
    { requiredKeys: [] },
  );

  it('record → rows → record', () => {
    fc.assert(
      fc.property(group, ({ members, ...rest }) => {
        const head =
          members?.head === undefined
            ? undefined
            : members.list.find((_, index) => index === (members.head ?? 0) % members.list.length);
        const record: JsonObject = {
          ...rest,
          ...(members === undefined ? {} : { member_list: members.list }),
          ...(head === undefined ? {} : { group_head_info: head }),
        };
        const {
          '@context': _context,
          '@type': _type,
          group_type,
          group_size,
          geographical_location,
          ...back
        } = toRecord(early, toRows(early, record));
        expect(back).toEqual(record);
        expect(group_type).toBe('Household');
        expect(group_size).toBe(members?.list.length ?? 0);
        expect(geographical_location).toEqual(
          rest.address === undefined ? undefined : { name: rest.address[0]?.locality },
        );
      }),
    );
  });

  it('rows → record → rows', () => {
    const fixedPerson = { is_registrant: true, is_group: false };
    const noAddress = { street: null, street2: null, city: null, zip: null, state_id: null, country_id: null };
    const household = fc.record({
      score: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
      people: fc.array(fc.record({ row: personRow, ids: fc.array(fc.string({ minLength: 1 }), { maxLength: 2 }) }), {
        maxLength: 4,
      }),
      isHead: fc.nat({ max: 4 }),
    });
    fc.assert(
      fc.property(household, ({ score, people, isHead }) => {
        const rows: RowSet = {
          root: {
            ...noAddress,
            id: 1,
            is_registrant: true,
            is_group: true,
            poverty_score: score,
            poverty_score_type: null,
          },
          children: {
            identifiers: [],
            memberships: people.map((_, index) => ({
              id: 200 + index,
              group: 1,
              individual: 100 + index,
              is_head: index === isHead,
            })),
            members: people.map(({ row: { name_prefix: _prefix, name_suffix: _suffix, ...row } }, index) => ({
              ...noAddress,
              ...fixedPerson,
              ...row,
              id: 100 + index,
            })),
            memberIdentifiers: people.flatMap(({ ids }, index) =>
              ids.map((value) => ({ id: 0, partner_id: 100 + index, id_type_id: 1, value })),
            ),
            memberPhones: [],
          },
        };
        const record = toRecord(newer, rows);
        // Members who are equal in every member cannot be told apart in a record.
        const head = asList(record.member_list).filter((element) => sameJson(element, record.group_head_info));
        fc.pre(head.length < 2);
        const back = toRows(newer, record, { rootKey: 1 });
        expect(withoutKeys(newer, back, ['name'])).toEqual(withoutKeys(newer, rows));
        expect(back.children.memberships?.map((row) => row.individual)).toEqual(
          back.children.members?.map((row) => row.id),
        );
      }),
    );
  });
});
