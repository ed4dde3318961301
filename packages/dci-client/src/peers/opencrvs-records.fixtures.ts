import { lucia, type PeerPerson, people, tomas } from './people.fixtures.ts';
import type { Json } from './plain-json.fixtures.ts';

/** Kinds of civil events that the peer has. */
export type CivilEvent = 'birth' | 'death' | 'marriage';

/** Versions of the API, by the year in which they came. */
export type CivilGeneration = '2023' | '2024' | '2025' | '2026';

/** A registered event. */
export interface CivilRow {
  readonly event: CivilEvent;
  readonly identifiers: Readonly<Record<string, string>>;
  readonly createdAt: string;
  /** Date of the event that is searchable; a death has none. */
  readonly birthDate?: string;
  readonly person: PeerPerson;
}

/** Spelling of the records: until 2024 in camel case, later as the standard has it. */
export type CivilSpelling = 'camel' | 'snake';

const marriage = { date: '2018-06-02', number: '2026M000001', bride: lucia, groom: tomas };

/** Everything that is registered. */
export const civilRows: readonly CivilRow[] = [
  ...people.map((person): CivilRow => {
    const { uin: UIN, brn: BRN, nationalId: NID } = person;
    const identifiers = { UIN, BRN, NID, OPENCRVS_RECORD_ID: `record-${person.brn}` };
    return { event: 'birth', identifiers, createdAt: person.registeredAt, birthDate: person.birthDate, person };
  }),
  ...people
    .filter(({ deathDate }) => deathDate !== undefined)
    .map((person): CivilRow => {
      const { uin: UIN, nationalId: NID } = person;
      const identifiers = { UIN, DRN: person.brn.replace('B', 'D'), NID };
      return { event: 'death', identifiers, createdAt: person.registeredAt, person };
    }),
  {
    event: 'marriage',
    identifiers: { UIN: marriage.bride.uin, MRN: marriage.number, NID: marriage.bride.nationalId },
    createdAt: marriage.bride.registeredAt,
    person: marriage.bride,
  },
];

/** Identifier types of the generations of the API. */
const idTypes: Readonly<Record<'until2025' | 'from2026', readonly string[]>> = {
  until2025: ['BRN', 'DRN', 'MRN', 'NID', 'OPENCRVS_RECORD_ID'],
  from2026: ['UIN', 'BRN', 'DRN'],
};

/** The identifier types that a generation of the API knows. */
export const idTypesOf = (generation: CivilGeneration): readonly string[] =>
  idTypes[generation === '2026' ? 'from2026' : 'until2025'];

/** The identifiers of a row that a record shows, each with its type. */
type ShownIdentifiers = readonly (readonly [type: string, value: string])[];

const shown = (identifiers: CivilRow['identifiers'], generation: CivilGeneration): ShownIdentifiers =>
  Object.entries(identifiers).filter(
    ([type]) => type !== 'OPENCRVS_RECORD_ID' && (type === 'MRN' || idTypesOf(generation).includes(type)),
  );

const place = {
  '@type': 'Place',
  address: 'Central Clinic',
  containedInPlace: 'DISTRICT_01',
  additionalType: 'HEALTH_FACILITY',
};

function camelRecord({ event, person }: CivilRow, identifiers: ShownIdentifiers): Json {
  const named = {
    identifier: identifiers.map(([name, identifier]) => ({ name, identifier })),
    givenName: person.givenName,
    familyName: person.surname,
  };
  if (event === 'marriage') {
    const { givenName, surname: familyName } = marriage.groom;
    const relations = [{ '@type': 'spdci:Groom', givenName, familyName }];
    return { ...named, marriagedate: marriage.date, marriagePlace: place, relations };
  }
  const born = { ...named, birthDate: person.birthDate, sex: person.sex, birthPlace: place };
  if (event === 'death') return { ...born, deathDate: person.deathDate, deathPlace: place };
  const mother = { '@type': 'spdci:Mother', identifier: [{ name: 'NID', identifier: '3000000001' }], givenName: 'Eva' };
  return { ...born, relations: [mother] };
}

function snakeRecord({ event, person }: CivilRow, identifiers: ShownIdentifiers): Json {
  const named = {
    identifier: identifiers.map(([identifier_type, identifier_value]) => ({
      identifier_type,
      identifier_value,
    })),
    name: { given_name: person.givenName, surname: person.surname },
  };
  if (event === 'marriage') return { ...named, marriage_date: marriage.date };
  const born = { ...named, birth_date: person.birthDate, sex: person.sex };
  return event === 'death' ? { ...born, death_date: person.deathDate } : born;
}

/** The record of a row, with the identifiers of a version of the system, in its spelling. */
export function civilRecord(row: CivilRow, generation: CivilGeneration, spelling: CivilSpelling): Json {
  const identifiers = shown(row.identifiers, generation);
  return spelling === 'camel' ? camelRecord(row, identifiers) : snakeRecord(row, identifiers);
}
