import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { crvs } from '../registry-type/crvs.ts';
import { dr } from '../registry-type/dr.ts';
import { fr } from '../registry-type/fr.ts';
import { ibr } from '../registry-type/ibr.ts';
import type { RecordType } from '../registry-type/registry-type.ts';
import { social } from '../registry-type/social.ts';
import { beneficiarySchema } from './beneficiary.ts';
import { crvsPersonSchema } from './crvs.ts';
import { differences } from './differences.fixtures.ts';
import { disabledPersonSchema } from './disabled-person.ts';
import { farmerSchema } from './farmer.ts';
import { groupSchema } from './group.ts';
import { memberSchema } from './member.ts';
import { peers } from './peers.fixtures.ts';
import type { ReadingCase } from './reading-case.fixtures.ts';
import { socialPersonSchema } from './social.ts';

const schemas: Readonly<Record<string, v.GenericSchema>> = {
  'social Person': socialPersonSchema,
  'social Member': memberSchema,
  'social Group': groupSchema,
  'crvs Person': crvsPersonSchema,
  'ibr Beneficiary': beneficiarySchema,
  'dr DisabledPerson': disabledPersonSchema,
  'fr Farmer': farmerSchema,
};

function recordTypeOf([registry, name]: ReadingCase['type']): RecordType {
  const found = [social, crvs, ibr, dr, fr]
    .find((type) => type.name === registry)
    ?.recordTypes.find((recordType) => recordType.name === name);
  if (found === undefined) throw new Error(`no record type ${registry} ${name}`);
  return found;
}

describe.each([
  ['differences between OpenAPI examples and JSON-LD', differences],
  ['what peers send', peers],
])('%s', (_title, cases) => {
  test.each(cases.map((reading) => [reading.shows, reading] as const))(
    '%s',
    (_shows, { type, received, record, warnings }) => {
      const before = structuredClone(received);
      const read = recordTypeOf(type).read(received);
      expect(read.record).toEqual(record);
      expect(read.warnings.map(({ path }) => path)).toEqual(warnings ?? []);
      expect(received, 'what was received is not changed').toEqual(before);
    },
  );
});

test.each([...differences, ...peers].map((reading) => [reading.shows, reading] as const))(
  'our spelling reads back unchanged and validates: %s',
  (_shows, { type, record, warnings }) => {
    const again = recordTypeOf(type).read(record);
    expect(again.record).toEqual(record);
    if (warnings !== undefined) return;
    expect(again.warnings).toEqual([]);
    expect(v.is(schemas[type.join(' ')] ?? v.never(), record)).toBe(true);
  },
);

test('warnings hold no values of the record', () => {
  const secret = 'SECRET-7261';
  const { warnings } = recordTypeOf(['social', 'Person']).read({
    birth_date: secret,
    sex: secret,
    is_disabled: secret,
    identifier: [secret],
    name: secret,
    household_info: { household_size: secret },
  });
  expect(warnings).toHaveLength(6);
  expect(JSON.stringify(warnings)).not.toContain(secret);
});

test('two spellings of one member: the better one counts, another value stays under its own name', () => {
  const read = recordTypeOf(['social', 'Person']).read({
    gender: 'F',
    sex: 'male',
    birthdate: '1990-01-01',
    birth_date: '01.01.1990',
  });
  expect(read.record).toEqual({ gender: 'F', sex: 'male', birth_date: '1990-01-01' });
  expect(read.warnings.map(({ path }) => path)).toEqual(['sex']);
});

test('a list where one value is expected is kept and reported', () => {
  const read = recordTypeOf(['social', 'Member']).read({
    language_code: ['en', 'es'],
    marital_status: [],
    occupation: ['2'],
  });
  expect(read.record).toEqual({ language_code: ['en', 'es'], occupation: '2' });
  expect(read.warnings.map(({ path }) => path)).toEqual(['language_code']);
});

test('empty lists stay, empty elements go', () => {
  const read = recordTypeOf(['dr', 'DisabledPerson']).read({ disability_support: [{ medical_care: [] }, null, ''] });
  expect(read).toEqual({ record: { disability_support: [{ medical_care: [] }] }, warnings: [] });
});

test('long integers stay exact as text', () => {
  const read = recordTypeOf(['social', 'Person']).read({
    identifier: [{ type: 'UIN', value: 123456789012345678901234567890n }],
  });
  expect(read.record).toEqual({
    identifier: [{ identifier_type: 'UIN', identifier_value: '123456789012345678901234567890' }],
  });
});

test.each<JsonValue>([null, 'text', 5, true, [], [{}]])('%j is no record', (value) => {
  expect(() => recordTypeOf(['fr', 'Farmer']).read(value)).toThrow(DciError);
  expect(() => recordTypeOf(['fr', 'Farmer']).read(value)).toThrow(
    expect.objectContaining({ code: 'err.request.bad', status: 400 }),
  );
});

const allTypes = [social, crvs, ibr, dr, fr].flatMap(({ name, recordTypes }) =>
  recordTypes.map((recordType) => [`${name} ${recordType.name}`, recordType] as const),
);

// member names that mean something, so that random records reach every branch
const names = fc.constantFrom(
  ...[
    'identifier',
    'name',
    'sex',
    'gender',
    'birth_date',
    'address',
    'person',
    'demographic_info',
    'member',
    'relations',
  ],
  ...['member_identifier', 'member_list', 'group', 'programme_identifier', 'programme', 'benefits', 'personal_details'],
  ...['farm_details', 'farming_activities', 'farm_type', 'farmer_id', 'farmer_name', 'place', 'contains_place', 'geo'],
  ...[
    'latitude',
    'is_disabled',
    'disability_info',
    'functional_severity',
    'related_person',
    'related_member',
    'firstName',
  ],
  ...[
    'spdci:sex',
    ':sex',
    '@type',
    'registration_date',
    'group_size',
    'identifier_type',
    'identifier_value',
    'toString',
  ],
);
const anyRecord = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<JsonValue>(
      null,
      '',
      'M',
      '1990-01-01',
      '02.05.2004',
      '2020-01-01T00:00:00',
      '7',
      'employed',
      true,
      0,
      3,
      1.5,
    ),
    fc.bigInt(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.oneof({ weight: 9, arbitrary: names }, { weight: 1, arbitrary: fc.string() }),
    tie('value'),
    {
      maxKeys: 6,
      noNullPrototype: true,
    },
  ),
})).object;

test.each(allTypes)('%s: any object is read, twice is once, and without warnings it validates', (key, recordType) => {
  fc.assert(
    fc.property(anyRecord, (received) => {
      const read = recordType.read(received);
      const again = recordType.read(read.record);
      expect(again.record).toEqual(read.record);
      if (read.warnings.length === 0) {
        expect(again.warnings).toEqual([]);
        const result = v.safeParse(schemas[key] ?? v.never(), read.record);
        expect(result.issues?.map((issue) => v.getDotPath(issue))).toBeUndefined();
      }
    }),
    { numRuns: 300 },
  );
});
