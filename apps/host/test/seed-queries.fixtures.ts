import type { JsonValue } from 'dci-core';
import { generatePopulation } from '../demo/population/generate.ts';
import type { Household, Person } from '../demo/population/population.ts';

/** A person with the household it lives in. */
export interface Registrant {
  readonly person: Person;
  readonly household: Household;
}

/** One query of the seeds, and a scan of the population that says in other words what it must find. */
export interface SeedQuery {
  /** Which seed, and what it is there for. */
  readonly source: string;
  readonly queryType: 'idtype-value' | 'expression' | 'predicate';
  readonly query: JsonValue;
  readonly recordType?: 'Person' | 'Group';
  /** Persons that it must find; for groups, the heads of the households. */
  matches(registrant: Registrant): boolean;
}

/** The demo's households, made anew and independently of any store. */
export const households: readonly Household[] = [...generatePopulation()];

/** The demo's persons. */
export const registrants: readonly Registrant[] = households.flatMap((household) =>
  household.people.map((person) => ({ person, household })),
);

const someone = registrants[4321]?.person;
if (someone?.nationalId === undefined) throw new Error('the demo population has changed: choose another person');

const region = ({ household }: Registrant): string => household.home.regionCode;
const worst = ({ person }: Registrant): number => Math.max(0, ...person.limitations.map(({ severity }) => severity));
/** The Washington Group's cut-off: a lot of difficulty, or more, in one domain. */
const isDisabled = (registrant: Registrant): boolean => worst(registrant) >= 3;

/** Whole years on a day, counted by the calendar. */
function ageOn(today: string, birthDate: string): number {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number);
  const [thisYear = 0, thisMonth = 0, thisDay = 0] = today.split('-').map(Number);
  const hadBirthday = thisMonth > month || (thisMonth === month && thisDay >= day);
  return thisYear - year - (hadBirthday ? 0 : 1);
}

const today = (): string => new Date().toISOString().slice(0, 10);
const condition = (attribute: string, operator: string, value: JsonValue): JsonValue => ({
  attribute,
  operator,
  value,
});
const nameHas =
  (text: string) =>
  ({ person }: Registrant) =>
    [person.name.given, person.name.second, person.name.family].some((part) =>
      part?.toLowerCase().includes(text.toLowerCase()),
    );

/** Every query that the seeds show, on values that the demo data holds. */
export const seedQueries: readonly SeedQuery[] = [
  {
    source: 'details: idtype-value by UIN',
    queryType: 'idtype-value',
    query: { type: 'UIN', value: someone.uin },
    matches: ({ person }) => person.uin === someone.uin,
  },
  {
    source: 'details (early): idtype-value by the URI of the national id',
    queryType: 'idtype-value',
    query: { type: 'urn:gov:national-id', value: someone.nationalId },
    matches: ({ person }) => person.nationalId === someone.nationalId,
  },
  {
    source: 'details: seq of two conditions, bare',
    queryType: 'expression',
    query: { seq: [condition('birth_date', '>=', '1990-01-01'), condition('sex', '=', 'female')] },
    matches: ({ person }) => person.birthDate >= '1990-01-01' && person.sex === 'female',
  },
  {
    source: 'details (early): females born in 1990',
    queryType: 'expression',
    query: {
      expression: {
        seq: [
          condition('birth_date', '>=', '1990-01-01'),
          condition('birth_date', '<=', '1990-12-31'),
          condition('sex', '=', 'female'),
        ],
      },
    },
    matches: ({ person }) => person.birthDate.startsWith('1990-') && person.sex === 'female',
  },
  {
    source: 'details (early): registrants of region 1 or 2',
    queryType: 'expression',
    query: {
      expression: {
        or: [
          { seq: [condition('area_id.code', '=', 'REGION_01')] },
          { seq: [condition('area_id.code', '=', 'REGION_02')] },
        ],
      },
    },
    matches: (registrant) => ['REGION_01', 'REGION_02'].includes(region(registrant)),
  },
  {
    source: 'details (early): disabled, and severe or in need of assistance',
    queryType: 'expression',
    query: {
      expression: {
        seq: [
          condition('is_disabled', '=', true),
          {
            or: [
              { seq: [condition('disability_level', '>=', 3)] },
              { seq: [condition('requires_assistance', '=', true)] },
            ],
          },
        ],
      },
    },
    matches: (registrant) => isDisabled(registrant) && (worst(registrant) >= 3 || registrant.person.requiresAssistance),
  },
  {
    source: 'details: or_ inside a seq',
    queryType: 'expression',
    query: {
      seq: [
        condition('sex', '=', 'male'),
        { or_: [condition('birth_date', '<', '1950-01-01'), condition('birth_date', '>=', '2020-01-01')] },
      ],
    },
    matches: ({ person }) =>
      person.sex === 'male' && (person.birthDate < '1950-01-01' || person.birthDate >= '2020-01-01'),
  },
  ...(
    [
      ['=', condition('sex', '=', 'male'), ({ person }: Registrant) => person.sex === 'male'],
      ['>', condition('age', '>', 18), ({ person }: Registrant) => ageOn(today(), person.birthDate) > 18],
      ['<', condition('age', '<', 65), ({ person }: Registrant) => ageOn(today(), person.birthDate) < 65],
      ['>=', condition('birth_date', '>=', '2020-01-01'), ({ person }: Registrant) => person.birthDate >= '2020-01-01'],
      ['<=', condition('birth_date', '<=', '2020-12-31'), ({ person }: Registrant) => person.birthDate <= '2020-12-31'],
      [
        'in',
        condition('area_id.code', 'in', ['REGION_01', 'REGION_02']),
        (registrant: Registrant) => ['REGION_01', 'REGION_02'].includes(region(registrant)),
      ],
      ['contains', condition('name', 'contains', 'John'), nameHas('John')],
      ['contains, Latin', condition('name', 'contains', 'mar'), nameHas('mar')],
      ['contains, Cyrillic', condition('name', 'contains', 'ОВ'), nameHas('ОВ')],
    ] as const
  ).map(
    ([operator, query, matches]): SeedQuery => ({
      source: `details (early): operator ${operator}`,
      queryType: 'expression',
      query: { seq: [query] },
      matches,
    }),
  ),
  {
    source: 'details: CEL predicate',
    queryType: 'predicate',
    query: 'person.age >= 18 && person.has_disability == true',
    matches: (registrant) => ageOn(today(), registrant.person.birthDate) >= 18 && isDisabled(registrant),
  },
  {
    source: 'overview: beneficiaries by region for a dashboard',
    queryType: 'expression',
    query: { seq: [condition('is_registrant', '=', true), condition('area_id.code', '=', 'REGION_01')] },
    matches: (registrant) => region(registrant) === 'REGION_01',
  },
  {
    source: 'standard (openapi): $and over a group, on values of the demo',
    queryType: 'expression',
    recordType: 'Group',
    query: {
      type: 'ns:org:QueryType:expression',
      value: {
        expression: {
          collection: 'Group',
          query: {
            $and: [{ poverty_score: { $lt: 25 } }, { region: { $eq: 'REGION_03' } }, { group_size: { $lt: 5 } }],
          },
        },
      },
    },
    matches: ({ person, household }) =>
      household.people[0] === person &&
      household.povertyScore < 25 &&
      household.home.regionCode === 'REGION_03' &&
      household.people.filter(({ deathDate }) => deathDate === undefined).length < 5,
  },
];
