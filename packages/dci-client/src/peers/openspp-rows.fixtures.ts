import { type PeerPerson, people } from './people.fixtures.ts';
import { float, int, type PythonDict, type PythonValue } from './python-json.fixtures.ts';

/** A row of `res.partner`. */
export interface OpensppRow {
  readonly type: 'PERSON' | 'GROUP';
  /** Names under which identifiers are searched: code of the type and its namespace URI. */
  readonly identifiers: readonly { readonly names: readonly string[]; readonly value: string }[];
  /** Search attributes, and fields of Odoo that the seeds search by. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly record: PythonDict;
}

const identifierTypes = {
  uin: ['UIN', 'urn:gov:uin'],
  nationalId: ['NationalID', 'NID', 'urn:gov:national-id'],
  household: ['HouseholdID', 'urn:gov:household-id'],
} as const;

const dateTime = (text: string): string => text.replace('Z', '+00:00').replace('T', ' ').slice(0, 19);

function ageOf(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

function personRecord(person: PeerPerson): PythonDict {
  return {
    identifier: [
      { identifier_type: identifierTypes.nationalId[2], identifier_value: person.nationalId },
      { identifier_type: identifierTypes.uin[1], identifier_value: person.uin },
    ],
    name: { surname: person.surname, given_name: person.givenName },
    sex: person.sex,
    birth_date: person.birthDate,
    ...(person.deathDate !== undefined && { death_date: person.deathDate }),
    address: [{ locality: person.locality, region_code: person.region, country_code: 'XX' }],
    phone_number: ['+10000000'],
    registration_date: person.registeredAt,
    last_updated: person.registeredAt,
  };
}

function personRow(person: PeerPerson, today: string): OpensppRow {
  const { givenName, surname, birthDate, sex, region, locality } = person;
  return {
    type: 'PERSON',
    identifiers: [
      { names: identifierTypes.uin, value: person.uin },
      { names: identifierTypes.nationalId, value: person.nationalId },
    ],
    attributes: {
      name: `${givenName} ${surname}`,
      given_name: givenName,
      surname,
      family_name: surname,
      birth_date: birthDate,
      birthdate: birthDate,
      sex,
      gender: sex,
      phone: '+10000000',
      city: locality,
      locality,
      region,
      country: 'XX',
      'area_id.code': region,
      is_registrant: true,
      is_group: false,
      create_date: dateTime(person.registeredAt),
      write_date: dateTime(person.registeredAt),
      age: ageOf(birthDate, today),
    },
    record: {
      ...personRecord(person),
      household_info: { household_size: int(people.length), is_household_head: false },
    },
  };
}

/** A float with `.0`, which a reader that forgets number lexemes hashes as another number. */
const household: OpensppRow = {
  type: 'GROUP',
  identifiers: [{ names: identifierTypes.household, value: 'HH-1' }],
  attributes: {
    name: 'Household 1',
    is_registrant: true,
    is_group: true,
    poverty_score: 45,
    group_size: people.length,
  },
  record: {
    group_identifier: [{ identifier_type: identifierTypes.household[1], identifier_value: 'HH-1' }],
    group_type: 'Household',
    address: [],
    poverty_score: float(45),
    group_size: int(people.length),
    member_list: people.map((person): PythonValue => {
      const demographic = personRecord(person);
      return {
        member_identifier: demographic.identifier ?? [],
        demographic_info: demographic,
        registration_date: person.registeredAt,
        last_updated: person.registeredAt,
      };
    }),
    registration_date: '2026-01-05T08:00:00Z',
    last_updated: '2026-01-05T08:00:00Z',
  },
};

/**
 * The registrants of the peer.
 *
 * @param today - `2026-04-22`, for ages
 */
export const opensppRows = (today: string): readonly OpensppRow[] => [
  ...people.map((person) => personRow(person, today)),
  household,
];
