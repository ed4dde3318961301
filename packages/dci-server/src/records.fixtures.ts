import type { JsonObject } from 'dci-core';

const identifier = (identifier_type: string, identifier_value: string): JsonObject => ({
  '@type': 'Identifier',
  identifier_type,
  identifier_value,
});

const person = (number: string, given_name: string, surname: string, birth_date: string, sex: string): JsonObject => ({
  identifier: [identifier('UIN', `UIN-${number}`), identifier('NationalID', `NID-${number}`)],
  name: { '@type': 'Name', given_name, surname },
  sex,
  birth_date,
  address: [{ '@type': 'Address', locality: `Town ${number}`, region_code: `REGION_0${number}`, country_code: 'KE' }],
  phone_number: [`+25470000000${number}`],
  registration_date: '2024-01-15T10:30:00Z',
});

const typed = (context: string, type: string, record: JsonObject): JsonObject => ({
  '@context': `https://schema.spdci.org/${context}`,
  '@type': type,
  ...record,
});

const people = [
  person('1', 'Amina', 'Yusuf', '1990-05-15', '2'),
  person('2', 'José', 'Mbeki', '1985-01-01', '1'),
  person('3', '小明', '王', '2010-12-31', '1'),
];

/** Persons of a social registry. */
export const socialPersons: readonly JsonObject[] = people.map((record, index) =>
  typed('core/v1', 'Person', { ...record, is_disabled: index === 1, email: [`person${index + 1}@example.org`] }),
);

/** Groups of a social registry: one household of the first two persons. */
export const socialGroups: readonly JsonObject[] = [
  typed('core/v1', 'Group', {
    group_identifier: [identifier('UIN', 'GROUP-1')],
    group_type: '1',
    group_size: 2,
    poverty_score: 45.5,
    member_list: people.slice(0, 2).map((record, index) => ({
      member_identifier: [identifier('UIN', `UIN-${index + 1}`)],
      demographic_info: record,
      is_disabled: index === 1,
    })),
  }),
];

/** Persons of a civil register; the second has died. */
export const crvsPersons: readonly JsonObject[] = people.map((record, index) =>
  typed('extensions/crvs/v1', 'CRVS_Person', index === 1 ? { ...record, death_date: '2020-02-02' } : record),
);

/** Beneficiaries. */
export const beneficiaries: readonly JsonObject[] = people.map((record, index) =>
  typed('extensions/ibr/v1', 'Beneficiary', {
    assistance_unit: '1',
    member: { member_identifier: [identifier('UIN', `UIN-${index + 1}`)], demographic_info: record },
    programme_identifier: { programme_identifier: 'P1', programme_name: 'Cash Transfer' },
    enrollment_date: '2024-02-01',
  }),
);

/** Persons of a disability registry. */
export const disabledPersons: readonly JsonObject[] = people.map((record, index) =>
  typed('extensions/dr/v1', 'PWD_Person', {
    personal_details: { member_identifier: [identifier('UIN', `UIN-${index + 1}`)], demographic_info: record },
    disability_status: '1',
    registration_date: '2023-01-10T00:00:00Z',
  }),
);

/** Farmers. */
export const farmers: readonly JsonObject[] = people.map((record, index) =>
  typed('extensions/fr/v1', 'Farmer_Person', {
    farmer_personal_details: { member_identifier: [identifier('UIN', `UIN-${index + 1}`)], demographic_info: record },
    farm_type: '1',
    registration_date: '2023-01-10T00:00:00Z',
  }),
);
