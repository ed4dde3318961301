import { lucia, type PeerPerson, people, tomas } from './people.fixtures.ts';
import type { Json } from './plain-json.fixtures.ts';

/** Kinds of civil events that the peer has. */
export type CivilEvent = 'birth' | 'death' | 'marriage';

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
    const identifiers = { BRN: person.brn, NID: person.nationalId, OPENCRVS_RECORD_ID: `record-${person.brn}` };
    return { event: 'birth', identifiers, createdAt: person.registeredAt, birthDate: person.birthDate, person };
  }),
  ...people
    .filter(({ deathDate }) => deathDate !== undefined)
    .map((person): CivilRow => {
      const identifiers = { DRN: person.brn.replace('B', 'D'), NID: person.nationalId };
      return { event: 'death', identifiers, createdAt: person.registeredAt, person };
    }),
  {
    event: 'marriage',
    identifiers: { MRN: marriage.number, NID: marriage.bride.nationalId },
    createdAt: marriage.bride.registeredAt,
    person: marriage.bride,
  },
];

/** The identifier under which the public knows the row, and the national one. */
const shown = (identifiers: CivilRow['identifiers']): readonly (readonly [string, string])[] =>
  Object.entries(identifiers).filter(([name]) => name !== 'OPENCRVS_RECORD_ID');

const place = {
  '@type': 'Place',
  address: 'Central Clinic',
  containedInPlace: 'DISTRICT_01',
  additionalType: 'HEALTH_FACILITY',
};

function camelRecord({ event, identifiers, person }: CivilRow): Json {
  const named = {
    identifier: shown(identifiers).map(([name, identifier]) => ({ name, identifier })),
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

function snakeRecord({ event, identifiers, person }: CivilRow): Json {
  const named = {
    identifier: shown(identifiers).map(([identifier_type, identifier_value]) => ({
      identifier_type,
      identifier_value,
    })),
    name: { given_name: person.givenName, surname: person.surname },
  };
  if (event === 'marriage') return { ...named, marriage_date: marriage.date };
  const born = { ...named, birth_date: person.birthDate, sex: person.sex };
  return event === 'death' ? { ...born, death_date: person.deathDate } : born;
}

/** The record of a row, as a version of the system spells it. */
export const civilRecord = (row: CivilRow, spelling: CivilSpelling): Json =>
  spelling === 'camel' ? camelRecord(row) : snakeRecord(row);
