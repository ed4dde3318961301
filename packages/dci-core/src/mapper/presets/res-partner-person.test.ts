import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/value.ts';
import type { RecordWarning } from '../../registry-type/define.ts';
import type { Row, RowSet } from '../row.ts';
import { toRecord } from '../to-record.ts';
import { toRows } from '../to-rows.ts';
import {
  addressRow,
  identifierRow,
  lookups,
  partnerAddressRow,
  personRecord,
  personRow,
  phoneRow,
  withoutKeys,
} from './res-partner.fixtures.ts';
import { resPartnerPerson } from './res-partner-person.ts';

const newer = resPartnerPerson(lookups);
const early = resPartnerPerson({ ...lookups, addresses: 'table', nameAffixes: true });
const fixed = { is_registrant: true, is_group: false };

/** "Person Schema" of the early seed, without its null. */
const seedPerson: JsonObject = {
  '@context': 'https://schema.spdci.org/core/v1',
  '@type': 'Person',
  identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: '12345678' }],
  name: { surname: 'Doe', given_name: 'John', second_name: 'Michael', prefix: 'Mr', suffix: 'Jr' },
  sex: 'male',
  birth_date: '1990-05-15',
  address: [
    {
      address_line_1: '123 Main St',
      address_line_2: 'Apt 4B',
      locality: 'Capital City',
      sub_region_code: 'DISTRICT_01',
      region_code: 'REGION_01',
      postal_code: '12345',
      country_code: 'XX',
      geo_location: {
        plus_code: { global_code: '8FVC9G8F+6X', geometry: { location: { latitude: -1.2345, longitude: 36.789 } } },
      },
    },
  ],
  phone_number: ['+1234567890'],
  email: ['john.doe@example.com'],
  registration_date: '2024-01-15T10:30:00Z',
  last_updated: '2024-01-15T10:30:00Z',
};

const seedRows: RowSet = {
  root: {
    id: 42,
    ...fixed,
    given_name: 'John',
    family_name: 'Doe',
    addl_name: 'Michael',
    name_prefix: 'Mr',
    name_suffix: 'Jr',
    gender_id: 11,
    birthdate: '1990-05-15',
    deathdate: null,
    email: 'john.doe@example.com',
    create_date: '2024-01-15 10:30:00',
    write_date: '2024-01-15 10:30:00.123456',
  },
  children: {
    identifiers: [{ id: 1, partner_id: 42, id_type_id: 1, value: '12345678' }],
    phones: [{ id: 5, partner_id: 42, phone_no: '+1234567890' }],
    addresses: [
      {
        id: 9,
        partner_id: 42,
        street: '123 Main St',
        street2: 'Apt 4B',
        city: 'Capital City',
        district_code: 'DISTRICT_01',
        state_id: 21,
        zip: '12345',
        country_id: 31,
        plus_code: '8FVC9G8F+6X',
        latitude: -1.2345,
        longitude: 36.789,
      },
    ],
  },
};

function withoutSystemFields(row: Row): Row {
  const { create_date: _created, write_date: _written, ...rest } = row;
  return rest;
}

describe('the early seed, "DCI Person ↔ res.partner"', () => {
  it('makes the example of the seed out of rows', () => {
    expect(toRecord(early, seedRows)).toEqual(seedPerson);
  });

  it('makes the rows out of the example, but for system fields, with the display name Odoo requires', () => {
    const rows = toRows(early, { ...seedPerson, death_date: null }, { rootKey: 42 });
    expect(rows.root).toEqual({ ...withoutSystemFields(seedRows.root), name: 'Doe, John Michael' });
    expect(withoutKeys(early, { ...rows, root: {} })).toEqual(withoutKeys(early, { ...seedRows, root: {} }));
  });

  it('reports what is only read', () => {
    const warnings: RecordWarning[] = [];
    toRows(early, seedPerson, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings.map(({ path }) => path)).toEqual(['registration_date', 'last_updated']);
  });
});

describe('the newer seed, "DCI ↔ res.partner"', () => {
  const root: Row = {
    ...seedRows.root,
    street: '123 Main St',
    street2: 'Apt 4B',
    city: 'Capital City',
    state_id: 21,
    zip: '12345',
    country_id: 31,
  };
  const { addresses: _addresses, ...children } = seedRows.children;

  it('takes the address from the partner and leaves prefix and suffix alone', () => {
    const [address] = seedPerson.address as readonly JsonObject[];
    const { geo_location: _location, sub_region_code: _district, ...partnerAddress } = address ?? {};
    expect(toRecord(newer, { root, children })).toEqual({
      ...seedPerson,
      name: { surname: 'Doe', given_name: 'John', second_name: 'Michael' },
      address: [partnerAddress],
    });
  });

  it('stores the first address and e-mail and reports the rest', () => {
    const warnings: RecordWarning[] = [];
    const record = {
      ...seedPerson,
      address: [...(seedPerson.address as JsonObject[]), { locality: 'Elsewhere' }],
      email: ['a@b', 'c@d'],
    };
    const rows = toRows(newer, record, { onWarning: (warning) => warnings.push(warning) });
    expect(rows.root).toMatchObject({ street: '123 Main St', city: 'Capital City', state_id: 21, email: 'a@b' });
    expect(rows.root).not.toHaveProperty('name_prefix');
    expect(warnings.map(({ path }) => path).sort()).toEqual([
      'address[0].geo_location',
      'address[0].sub_region_code',
      'address[1]',
      'email[1]',
      'last_updated',
      'name.prefix',
      'name.suffix',
      'registration_date',
    ]);
  });
});

describe('Odoo', () => {
  it('false is an empty field', () => {
    const empty = Object.fromEntries(Object.keys(seedRows.root).map((column) => [column, false]));
    expect(
      toRecord(newer, {
        root: { ...empty, family_name: 'Doe', phone: false },
        children: { phones: [{ phone_no: false }] },
      }),
    ).toEqual({
      '@context': 'https://schema.spdci.org/core/v1',
      '@type': 'Person',
      name: { surname: 'Doe' },
    });
  });

  it('one unreadable column does not cost the record', () => {
    const warnings: RecordWarning[] = [];
    const root = { family_name: 'Doe', gender_id: 99, birthdate: 'yesterday' };
    const record = toRecord(
      newer,
      { root, children: { identifiers: [{ id_type_id: 77, value: 'x' }] } },
      { onWarning: (warning) => warnings.push(warning) },
    );
    expect(record).toMatchObject({ identifier: [{ identifier_value: 'x' }], name: { surname: 'Doe' } });
    expect(warnings.map(({ path }) => path)).toEqual(['identifier[0].identifier_type', 'sex', 'birth_date']);
    expect(JSON.stringify(warnings)).not.toContain('yesterday');
  });
});

describe('loses nothing', () => {
  it('record → rows → record', () => {
    fc.assert(
      fc.property(personRecord, (person) => {
        const warnings: RecordWarning[] = [];
        const rows = toRows(early, person, { onWarning: (warning) => warnings.push(warning) });
        const { '@context': _context, '@type': _type, ...back } = toRecord(early, rows);
        expect(back).toEqual(person);
        expect(warnings).toEqual([]);
      }),
    );
  });

  it('rows → record → rows, addresses in the partner', () => {
    const rows = fc.record({
      root: fc.tuple(personRow, fc.record(partnerAddressRow)).map(([person, address]) => {
        const { name_prefix: _prefix, name_suffix: _suffix, ...rest } = person;
        return { ...fixed, ...rest, ...address };
      }),
      children: fc.record({
        identifiers: fc.array(identifierRow, { maxLength: 3 }),
        phones: fc.array(phoneRow, { maxLength: 3 }),
      }),
    });
    fc.assert(
      fc.property(rows, (set) => {
        expect(withoutKeys(newer, toRows(newer, toRecord(newer, set)), ['name'])).toEqual(set);
      }),
    );
  });

  it('rows → record → rows, addresses in a table', () => {
    const rows = fc.record({
      root: personRow.map((person) => ({ ...fixed, ...person })),
      children: fc.record({
        identifiers: fc.array(identifierRow, { maxLength: 3 }),
        phones: fc.array(phoneRow, { maxLength: 3 }),
        addresses: fc.array(addressRow, { maxLength: 3 }),
      }),
    });
    fc.assert(
      fc.property(rows, (set) => {
        expect(withoutKeys(early, toRows(early, toRecord(early, set)), ['name'])).toEqual(set);
      }),
    );
  });
});
