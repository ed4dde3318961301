import { crvs, dr, fr, ibr, type JsonObject, type RegistryType, social } from 'dci-core';

/** What queries of these tests ask for, beside the record that holds it. */
export interface GeneratedPerson {
  readonly uin: string;
  readonly surname: string;
  readonly given: string;
  readonly sex: 'male' | 'female';
  /** No two are the same. */
  readonly birth: string;
}

/** A registry with its records, and the persons in them in the same order. */
export interface GeneratedRegistry {
  readonly type: RegistryType;
  readonly recordType: string;
  readonly records: readonly JsonObject[];
}

const surnames = ['Anders', 'Banda', 'Chan', 'Dube', 'Evans', 'Fofana', 'Garcia'];
const givenNames = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'];
const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** Persons that differ by arithmetic, not by chance. */
export const persons: readonly GeneratedPerson[] = Array.from({ length: 60 }, (_, index) => ({
  uin: `UIN-${index}`,
  surname: surnames[(index * 3) % surnames.length] ?? '',
  given: givenNames[(index * 2) % givenNames.length] ?? '',
  sex: index % 3 === 0 ? 'male' : 'female',
  birth: `${1940 + ((index * 17) % 70)}-${twoDigits(1 + (index % 12))}-${twoDigits(1 + (index % 28))}`,
}));

const identifierOf = ({ uin }: GeneratedPerson): JsonObject => ({
  '@type': 'Identifier',
  identifier_type: 'UIN',
  identifier_value: uin,
});

const demographicsOf = (person: GeneratedPerson): JsonObject => ({
  identifier: [identifierOf(person)],
  name: { '@type': 'Name', given_name: person.given, surname: person.surname },
  sex: person.sex,
  birth_date: person.birth,
});

const memberOf = (person: GeneratedPerson): JsonObject => ({
  member_identifier: [identifierOf(person)],
  demographic_info: demographicsOf(person),
});

const typed = (context: string, type: string, record: JsonObject): JsonObject => ({
  '@context': `https://schema.spdci.org/${context}`,
  '@type': type,
  ...record,
});

const registration = { registration_date: '2023-01-10T00:00:00Z' };

/** The same persons in all five registries. */
export const registries: readonly GeneratedRegistry[] = [
  {
    type: social,
    recordType: 'Person',
    records: persons.map((person) => typed('core/v1', 'Person', demographicsOf(person))),
  },
  {
    type: crvs,
    recordType: 'Person',
    records: persons.map((person) => typed('extensions/crvs/v1', 'CRVS_Person', demographicsOf(person))),
  },
  {
    type: ibr,
    recordType: 'Beneficiary',
    records: persons.map((person) =>
      typed('extensions/ibr/v1', 'Beneficiary', {
        assistance_unit: '1',
        member: memberOf(person),
        programme_identifier: { programme_identifier: 'P1', programme_name: 'Cash Transfer' },
        enrollment_date: '2024-02-01',
      }),
    ),
  },
  {
    type: dr,
    recordType: 'DisabledPerson',
    records: persons.map((person) =>
      typed('extensions/dr/v1', 'PWD_Person', {
        personal_details: memberOf(person),
        disability_status: '1',
        ...registration,
      }),
    ),
  },
  {
    type: fr,
    recordType: 'Farmer',
    records: persons.map((person) =>
      typed('extensions/fr/v1', 'Farmer_Person', {
        farmer_personal_details: memberOf(person),
        farm_type: '1',
        ...registration,
      }),
    ),
  },
];
