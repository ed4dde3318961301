import { type PeerPerson, people, tomas } from './people.fixtures.ts';
import type { Json } from './plain-json.fixtures.ts';

/** Registries of the standard. */
export type StandardRegistry = 'social' | 'crvs' | 'ibr' | 'dr' | 'fr';

/** A row of the registry: what it is searched by, and its record. */
export interface StandardRow {
  readonly identifiers: Readonly<Record<string, string>>;
  /** Attributes by their paths in a person's record, and by short names. */
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly recordType: string;
  readonly record: Json;
}

/** The code of a registry, and the type of the records that it gives when none is asked for. */
export const standardTypes: Readonly<Record<StandardRegistry, { readonly code: string; readonly recordType: string }>> =
  {
    social: { code: 'ns:org:RegistryType:Social', recordType: 'Group' },
    crvs: { code: 'ns:org:RegistryType:Civil', recordType: 'Person' },
    ibr: { code: 'ns:org:RegistryType:IBR', recordType: 'Beneficiary' },
    dr: { code: 'ns:org:RegistryType:DR', recordType: 'DisabledPerson' },
    fr: { code: 'ns:org:RegistryType:FR', recordType: 'Farmer' },
  };

const identifiersOf = (person: PeerPerson): Readonly<Record<string, string>> => ({
  UIN: person.uin,
  NationalID: person.nationalId,
  BRN: person.brn,
});

const personRecord = (person: PeerPerson): Json => ({
  '@type': 'Person',
  identifier: Object.entries(identifiersOf(person)).map(([identifier_type, identifier_value]) => ({
    identifier_type,
    identifier_value,
  })),
  name: { surname: person.surname, given_name: person.givenName },
  sex: person.sex,
  birth_date: person.birthDate,
  address: [{ locality: person.locality, region_code: person.region }],
  ...(person.deathDate !== undefined && { death_date: person.deathDate }),
  registration_date: person.registeredAt,
});

const memberRecord = (person: PeerPerson): Json => ({
  member_identifier: [{ identifier_type: 'UIN', identifier_value: person.uin }],
  demographic_info: personRecord(person),
  is_disabled: person === tomas,
});

const records: Readonly<Record<StandardRegistry, (person: PeerPerson) => Json>> = {
  social: personRecord,
  crvs: personRecord,
  ibr: (person) => ({
    assistance_unit: '1',
    member: memberRecord(person),
    programme_identifier: [{ programme_identifier: 'P-1', programme_name: 'Child grant' }],
    enrollment_date: '2026-01-10',
    enrollment_status: '1',
    benefits: [],
  }),
  dr: (person) => ({
    personal_details: memberRecord(person),
    disability_details: [{ impairment_type: '1', impairment_level: '3' }],
    disability_support: [{ human_assistance: [{ type: '1' }] }],
  }),
  fr: (person) => ({ farmer_personal_details: memberRecord(person), farm_details: [] }),
};

const personRow =
  (registry: StandardRegistry) =>
  (person: PeerPerson): StandardRow => {
    const { givenName, surname, sex, birthDate, locality, region, registeredAt } = person;
    const short = { surname, given_name: givenName, sex, birth_date: birthDate, locality, region_code: region };
    const paths = {
      'name.surname': surname,
      'name.given_name': givenName,
      'address.locality': locality,
      'address.region_code': region,
      registration_date: registeredAt,
    };
    return {
      identifiers: identifiersOf(person),
      attributes: { ...short, ...paths },
      recordType: registry === 'social' ? 'Person' : standardTypes[registry].recordType,
      record: records[registry](person),
    };
  };

const household: StandardRow = {
  identifiers: { HouseholdID: 'HH-1' },
  attributes: { poverty_score: 4.5, group_size: people.length },
  recordType: 'Group',
  record: {
    '@type': 'Group',
    group_identifier: [{ identifier_type: 'HouseholdID', identifier_value: 'HH-1' }],
    group_type: '2',
    poverty_score: 4.5,
    group_size: people.length,
    member_list: people.map(memberRecord),
    registration_date: '2026-01-05T08:00:00Z',
  },
};

/** The rows of a registry: everybody, and in the social registry their household. */
export const standardRows = (registry: StandardRegistry): readonly StandardRow[] => [
  ...people.map(personRow(registry)),
  ...(registry === 'social' ? [household] : []),
];
