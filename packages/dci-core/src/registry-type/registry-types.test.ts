import { describe, expect, test } from 'vitest';
import { formatTimestamp } from '../envelope/timestamp.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { findAttribute } from '../query/attribute-lookup.ts';
import { type AttributePath, parseAttributePath, valuesAt } from '../query/attribute-path.ts';
import { crvs } from './crvs.ts';
import { dr } from './dr.ts';
import { fr } from './fr.ts';
import { ibr } from './ibr.ts';
import type { AttributeDefinition, RecordType, RegistryType } from './registry-type.ts';
import { social } from './social.ts';

const types: readonly RegistryType[] = [social, crvs, ibr, dr, fr];
const recordTypes = types.flatMap((type) =>
  type.recordTypes.map((recordType) => [`${type.name} ${recordType.name}`, recordType] as const),
);

function recordType(type: RegistryType, name: string): RecordType {
  const found = type.recordTypes.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no record type ${name}`);
  return found;
}

test('codes, slugs and record types as protocol.md section 1 and 5 have them', () => {
  expect(types.map(({ code, slugs, recordTypes }) => [code, slugs, recordTypes.map(({ name }) => name)])).toEqual([
    ['ns:org:RegistryType:Social', ['social', 'sr'], ['Person', 'Member', 'Group']],
    ['ns:org:RegistryType:Civil', ['crvs'], ['Person']],
    ['ns:org:RegistryType:IBR', ['ibr'], ['Beneficiary']],
    ['ns:org:RegistryType:DR', ['dr'], ['DisabledPerson']],
    ['ns:org:RegistryType:FR', ['fr'], ['Farmer']],
  ]);
  expect(types.flatMap(({ operations }) => operations.map(({ path }) => path))).toEqual([
    'sync/enrolled',
    'sync/enrollment/updates',
    'sync/disabled',
    'sync/get-disability-support',
    'sync/get-disability-details',
  ]);
  expect(types.filter(({ recordsForm }) => recordsForm === 'object').map(({ name }) => name)).toEqual(['dr']);
});

test('no slug and no code belongs to two registry types', () => {
  const slugs = types.flatMap((type) => type.slugs);
  expect(new Set(slugs).size).toBe(slugs.length);
});

// names of the seeds and of the peers' search attributes (protocol.md section 7, records.md section 12)
const seedNames = [
  ...[
    'birth_date',
    'birthdate',
    'date_of_birth',
    'age',
    'sex',
    'gender',
    'name',
    'given_name',
    'surname',
    'family_name',
  ],
  ...[
    'phone',
    'phone_number',
    'email',
    'is_registrant',
    'is_disabled',
    'has_disability',
    'disability_level',
    'disability_type',
  ],
  ...[
    'requires_assistance',
    'area_id.code',
    'region',
    'district',
    'locality',
    'city',
    'country',
    'postal_code',
    'is_head',
  ],
  ...['household_size', 'marital_status', 'occupation', 'employment_status', 'education_level', 'registration_date'],
  ...[
    'last_updated',
    'death_date',
    'name.surname',
    'name.given_name',
    'person.age',
    'person.has_disability',
    'r.birth_date',
  ],
];
const groupNames = [
  'poverty_score',
  'poverty_score_type',
  'group_size',
  'group_type',
  'is_registrant',
  'area_id.code',
  'region',
  'group.group_size',
];
const memberNames = seedNames.filter((name) => !['is_registrant', 'household_size', 'is_head'].includes(name));

test.each([
  ...seedNames.map((name) => [recordType(social, 'Person'), name] as const),
  ...memberNames.map((name) => [recordType(social, 'Member'), name] as const),
  ...groupNames.map((name) => [recordType(social, 'Group'), name] as const),
  ...['birth_date', 'createdAt', 'deathdate', 'marriage_date', 'birth_place', 'parent1_identifier', 'sex'].map(
    (name) => [recordType(crvs, 'Person'), name] as const,
  ),
  ...[
    'programme_identifier',
    'program_name',
    'enrollment_status',
    'enrolment_date',
    'benefit_type',
    'birth_date',
    'age',
  ].map((name) => [recordType(ibr, 'Beneficiary'), name] as const),
  ...[
    'member.member_identifier',
    'disability_status',
    'disability_level',
    'impairment_type',
    'birth_date',
    'age',
    'name',
  ].map((name) => [recordType(dr, 'DisabledPerson'), name] as const),
  ...[
    'farm_type',
    'crop_type',
    'animal_type',
    'land_size',
    'irrigation',
    'machinery_type',
    'birth_date',
    'group_size',
    'name',
  ].map((name) => [recordType(fr, 'Farmer'), name] as const),
])('%o has the attribute %s', (type, name) => {
  expect(findAttribute(name, { recordType: type })).toBeDefined();
});

test('disability, poverty and income are sensitive, contact data are not', () => {
  const sensitive = (type: RecordType, name: string) =>
    findAttribute(name, { recordType: type })?.definition.sensitive ?? false;
  const person = recordType(social, 'Person');
  for (const name of ['is_disabled', 'disability_level', 'disability_type', 'requires_assistance', 'income_level']) {
    expect(sensitive(person, name), name).toBe(true);
  }
  for (const name of ['phone', 'email', 'birth_date', 'name', 'area_id.code'])
    expect(sensitive(person, name), name).toBe(false);
  expect(sensitive(recordType(social, 'Group'), 'poverty_score')).toBe(true);
  expect(sensitive(recordType(social, 'Group'), 'member_list.is_disabled')).toBe(true);
  expect(sensitive(recordType(dr, 'DisabledPerson'), 'disability_status')).toBe(false);
  expect(sensitive(recordType(dr, 'DisabledPerson'), 'impairment_cause')).toBe(true);
});

const pathsOf = ({ path }: AttributeDefinition): readonly string[] =>
  path === undefined ? [] : typeof path === 'string' ? [path] : path;

/** A value that a record of the attribute's type may hold. */
function sampleOf({ type, codeList }: AttributeDefinition): string | number | boolean {
  if (type === 'code') return Object.keys(codeList?.entries ?? {})[0] ?? 'x';
  if (type === 'date') return '2001-02-03';
  if (type === 'datetime') return formatTimestamp(1_000_000_000_000);
  if (type === 'boolean') return true;
  return type === 'string' ? 'text' : 2;
}

/** A record with a value at a path: one-element lists are left to the reader. */
function recordWith(path: string, value: string | number | boolean): JsonObject {
  const nest = ([step, ...rest]: AttributePath): JsonValue => {
    if (step === undefined) return value;
    const inner = nest(rest);
    const { member, selector } = step;
    if (selector === undefined || !isJsonObject(inner)) return { [member]: inner };
    return { [member]: { ...inner, [selector.member]: selector.value } };
  };
  const record = nest(parseAttributePath(path));
  return isJsonObject(record) ? record : {};
}

describe.each(recordTypes)('%s', (_key, type) => {
  test('every attribute finds the value that its record holds, in the record as it is read', () => {
    for (const [name, definition] of Object.entries(type.attributes)) {
      for (const path of pathsOf(definition)) {
        const sample = sampleOf(definition);
        const { record, warnings } = type.read(recordWith(path, sample));
        expect(warnings, name).toEqual([]);
        expect(valuesAt(record, parseAttributePath(path)), `${name} at ${path}`).toEqual([sample]);
      }
    }
  });

  test('identifiers are found at every identifier path', () => {
    for (const path of type.identifierPaths) {
      const received = recordWith(`${path}.identifier_value`, 'A-1');
      const { record } = type.read(received);
      expect(valuesAt(record, parseAttributePath(path)), path).toEqual([{ identifier_value: 'A-1' }]);
    }
  });

  test('single attributes cross no list', () => {
    for (const [name, definition] of Object.entries(type.attributes)) {
      if (definition.many === true || name === 'requires_assistance' || name.endsWith('.requires_assistance')) continue;
      for (const path of pathsOf(definition)) {
        const { record } = type.read(recordWith(path, sampleOf(definition)));
        expect(JSON.stringify(record), name).not.toContain('[');
      }
    }
  });

  test('attributes on sensitive paths are sensitive', () => {
    const under = (path: string, root: string) =>
      path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`);
    for (const [name, definition] of Object.entries(type.attributes)) {
      const hidden = pathsOf(definition).some((path) => type.sensitivePaths?.some((root) => under(path, root)));
      if (hidden) expect(definition.sensitive, name).toBe(true);
    }
  });
});
