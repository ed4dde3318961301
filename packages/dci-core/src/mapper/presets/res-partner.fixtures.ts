import * as fc from 'fast-check';
import type { Mapping } from '../define.ts';
import type { Row, RowSet, RowValue } from '../row.ts';
import type { ResPartnerOptions } from './res-partner.ts';

export const lookups = {
  identifierTypes: [
    [1, 'urn:gov:national-id'],
    [2, 'urn:gov:household-id'],
    [3, 'UIN'],
  ],
  genders: [
    [11, '1'],
    [12, '2'],
    [13, 'other'],
    [14, 'unknown'],
  ],
  states: [
    [21, 'REGION_01'],
    [22, 'REGION_02'],
  ],
  countries: [
    [31, 'XX'],
    [32, 'KE'],
  ],
} as const satisfies Partial<ResPartnerOptions>;

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
const name = fc.constantFrom('Doe', 'Nyambura', "O'Brien", '王', 'สมชาย', 'José', 'a, b');
const day = fc
  .date({ min: new Date('0100-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const keyOf = (entries: readonly (readonly [number, string])[]) => fc.constantFrom(...entries.map(([key]) => key));
const codeOf = (entries: readonly (readonly [number, string])[]) => fc.constantFrom(...entries.map(([, code]) => code));

export const partnerAddressRow = {
  street: orNull(text),
  street2: orNull(text),
  city: orNull(text),
  zip: orNull(text),
  state_id: orNull(keyOf(lookups.states)),
  country_id: orNull(keyOf(lookups.countries)),
};

/** The columns of a person's row that go both ways, with addresses in the partner's own fields. */
export const personRow = fc.record({
  given_name: orNull(name),
  family_name: name,
  addl_name: orNull(name),
  name_prefix: orNull(text),
  name_suffix: orNull(text),
  gender_id: orNull(keyOf(lookups.genders)),
  birthdate: orNull(day),
  deathdate: orNull(day),
  email: orNull(text),
});

export const identifierRow = fc.record({ id_type_id: orNull(keyOf(lookups.identifierTypes)), value: text });
export const phoneRow = fc.record({ phone_no: text });
export const addressRow = fc.record({
  ...partnerAddressRow,
  city: text,
  district_code: orNull(text),
  plus_code: orNull(text),
  latitude: orNull(fc.double({ min: -90, max: 90, noNaN: true }).map((value) => value + 0)),
  longitude: orNull(fc.double({ min: -180, max: 180, noNaN: true }).map((value) => value + 0)),
});

const optional = { requiredKeys: [] };
export const identifierRecord = fc.record({ identifier_type: codeOf(lookups.identifierTypes), identifier_value: text });
export const nameRecord = fc.record(
  { given_name: name, surname: name, second_name: name, prefix: text, suffix: text },
  { requiredKeys: ['surname'] },
);
export const addressRecord = fc.record(
  {
    address_line_1: text,
    address_line_2: text,
    locality: text,
    sub_region_code: text,
    region_code: codeOf(lookups.states),
    postal_code: text,
    country_code: codeOf(lookups.countries),
  },
  { requiredKeys: ['locality'] },
);

/** Lists are absent or not empty, as records have them. */
export function listOf<T>(element: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> {
  return fc.array(element, { minLength: 1, maxLength });
}

/** The members of a person that the preset stores without loss when addresses have a table. */
export const personRecord = fc.record(
  {
    identifier: listOf(identifierRecord),
    name: nameRecord,
    sex: fc.constantFrom('male', 'female', 'other', 'unknown'),
    birth_date: day,
    death_date: day,
    address: listOf(addressRecord),
    phone_number: listOf(text),
    email: listOf(text, 1),
  },
  optional,
);

/** Rows with the keys taken out that a mapping makes up, in a form to compare. */
export function withoutKeys(mapping: Mapping, rows: RowSet, ignore: readonly string[] = []): unknown {
  const { rootKey, relations } = mapping.plan;
  const keys = new Set([rootKey, ...ignore]);
  for (const relation of relations.values()) keys.add(relation.foreignKey).add(relation.key);
  const strip = (row: Row): Record<string, RowValue | undefined> =>
    Object.fromEntries(Object.entries(row).filter(([column]) => !keys.has(column)));
  const children = Object.entries(rows.children).map(([relation, list]) => [relation, list.map(strip)]);
  return { root: strip(rows.root), children: Object.fromEntries(children) };
}
