import { cultures } from '../names/cultures.ts';
import { ageOn, type Day, dateOf, dayOf, timestampOf, yearsInDays } from './calendar.ts';
import { dwellingOf, educationOf, limitationsOf, needsAssistance, povertyScoreOf, workOf } from './circumstances.ts';
import { composeFamily } from './composition.ts';
import { emailOf, phoneNumberOf } from './contact.ts';
import type { Draws } from './draws.ts';
import type { Kin } from './family-tree.ts';
import { farmOf } from './farm.ts';
import { birthRegistrationNumber, householdId, namedUuid, nationalId, uin } from './identifiers.ts';
import { nameFamily } from './naming.ts';
import { COUNTRY_CODE, type Region, regions } from './places.ts';
import type { Home, Household, Kinship, Marriage, Person, PersonName, Relative } from './population.ts';

const OFFICE_OPENS = 8 * 3600;
const OFFICE_CLOSES = 17 * 3600;
const BIRTHS_REGISTERED_SINCE = 1998;
const FARMER_MOST_AGE = 80;
/** Share of rural and of urban households with a farm. */
const FARMING = { rural: 0.98, urban: 0.38 };

/** Where a household stands in the population. */
export interface HouseholdPlace {
  readonly number: number;
  /** Running number of its first person. */
  readonly firstPerson: number;
  readonly size: number;
  /** Draws of this household alone. */
  readonly draws: Draws;
  /** Prefix of the names from which UUIDs are made. */
  readonly seed: string;
  readonly today: Day;
}

function homeOf(draws: Draws, region: Region): Home {
  const districtIndex = draws.weighted(
    region.districts.map((_, index) => [index, region.districts.length + 1 - index]),
  );
  const district = region.districts[districtIndex] ?? draws.pick(region.districts);
  const localityIndex = draws.weighted(district.localities.map((_, index) => [index, index === 0 ? 5 : 2]));
  const rural = draws.chance(localityIndex === 0 ? region.rural / 2 : Math.min(0.95, region.rural * 1.4));
  const coordinate = (centre: number): number =>
    Math.round((centre + draws.integer(-4500, 4500) / 10_000) * 10_000) / 10_000;
  return {
    regionCode: region.code,
    districtCode: district.code,
    locality: district.localities[localityIndex] ?? draws.pick(district.localities),
    addressLine: region.addressLine(draws.integer(1, 240), draws.pick(region.streets)),
    postalCode: `${region.code.slice(-2)}${districtIndex + 1}${localityIndex}${draws.integer(0, 9)}`,
    countryCode: COUNTRY_CODE,
    rural,
    latitude: coordinate(region.latitude),
    longitude: coordinate(region.longitude),
  };
}

/** Everyone in the family, those in the household first, then the relatives that hang on them. */
function withRelatives(present: readonly Kin[]): Kin[] {
  const all = [...present];
  for (const person of all) {
    for (const relative of [person.mother, person.father, person.spouse]) {
      if (relative && !all.includes(relative)) all.push(relative);
    }
  }
  return all;
}

function kinshipOf(person: Kin, everyone: readonly Kin[]): Kinship {
  const position = (relative: Kin | undefined): number | undefined =>
    relative === undefined ? undefined : everyone.indexOf(relative);
  const [mother, father, spouse] = [position(person.mother), position(person.father), position(person.spouse)];
  return {
    ...(mother !== undefined && { mother }),
    ...(father !== undefined && { father }),
    ...(spouse !== undefined && { spouse }),
  };
}

function marriagesOf(everyone: readonly Kin[]): Marriage[] {
  return everyone.flatMap((person, husband) =>
    person.sex === 'male' && person.spouse && person.married !== undefined
      ? [{ husband, wife: everyone.indexOf(person.spouse), date: dateOf(person.married) }]
      : [],
  );
}

/** Lets at most one person die after registration, and never the head. */
function drawDeath(
  draws: Draws,
  family: readonly Kin[],
  registered: readonly Day[],
  today: Day,
): ReadonlyMap<Kin, Day> {
  for (const [position, person] of family.entries()) {
    const age = ageOn(person.birth, today);
    const risk = age < 50 ? 0.01 : age < 65 ? 0.06 : age < 80 ? 0.14 : 0.28;
    if (position === 0 || !draws.chance(risk)) continue;
    const children = family.filter(({ mother, father }) => mother === person || father === person);
    const from = Math.max(
      today - yearsInDays(6),
      (registered[position] ?? today) + 30,
      ...children.map((child) => child.birth),
    );
    if (from > today - 5) continue;
    if (person.spouse?.present) person.spouse.status = 'widowed';
    return new Map([[person, draws.integer(from, today - 5)]]);
  }
  return new Map();
}

/** Draws one household with everything about it. */
export function drawHousehold({ number, firstPerson, size, draws, seed, today }: HouseholdPlace): Household {
  const region = draws.weighted(regions.map((candidate) => [candidate, candidate.weight]));
  const cultureName = draws.weighted(region.cultures);
  const culture = cultures[cultureName];
  const home = homeOf(draws, region);
  const dwelling = dwellingOf(draws, home.rural);
  const family = composeFamily(draws, size, today);
  const everyone = withRelatives(family);
  const names = nameFamily(draws, culture, everyone);

  const time = (day: Day): string => timestampOf(day, draws.integer(OFFICE_OPENS, OFFICE_CLOSES));
  const registeredDay = draws.integer(dayOf('2016-03-01'), today - 60);
  const registeredDays = family.map(({ birth }) =>
    Math.min(today - 2, Math.max(registeredDay, birth + draws.integer(10, 90))),
  );
  const deaths = drawDeath(draws, family, registeredDays, today);
  const headAge = ageOn(family[0]?.birth ?? today, today);
  const farms = headAge <= FARMER_MOST_AGE && draws.chance(home.rural ? FARMING.rural : FARMING.urban);

  const person = (kin: Kin, position: number, name: PersonName): Person => {
    const personNumber = firstPerson + position;
    const death = deaths.get(kin);
    const age = ageOn(kin.birth, death ?? today);
    const birthDate = dateOf(kin.birth);
    const birthYear = Number(birthDate.slice(0, 4));
    const education = educationOf(draws, age, home.rural);
    const limitations = limitationsOf(draws, age);
    const severe = limitations.some(({ severity }) => severity >= 3);
    const registered = registeredDays[position] ?? registeredDay;
    return {
      number: personNumber,
      uuid: namedUuid(`${seed}/person/${personNumber}`),
      uin: uin(personNumber),
      ...(draws.chance(age >= 18 ? 0.93 : age >= 12 ? 0.4 : 0.05) && { nationalId: nationalId(personNumber) }),
      ...(birthYear >= BIRTHS_REGISTERED_SINCE &&
        draws.chance(home.rural ? 0.78 : 0.93) && {
          birthRegistrationNumber: birthRegistrationNumber(personNumber, birthYear),
        }),
      name,
      sex: kin.sex,
      birthDate,
      ...(death !== undefined && { deathDate: dateOf(death) }),
      age,
      ...kinshipOf(kin, everyone),
      maritalStatus: kin.status,
      ...(age >= 14 && draws.chance(age > 75 ? 0.4 : 0.74) && { phoneNumber: phoneNumberOf(personNumber) }),
      ...(age >= 16 && draws.chance(home.rural ? 0.1 : 0.34) && { email: emailOf(draws) }),
      ...(education !== undefined && { education }),
      ...workOf(draws, {
        age,
        sex: kin.sex,
        education,
        farm: farms ? (position === 0 ? 'runs' : 'lives-on') : undefined,
        severe,
      }),
      limitations,
      requiresAssistance: needsAssistance(draws, age, limitations),
      registeredAt: time(registered),
      updatedAt: time(draws.integer(Math.max(registered, death ?? 0) + 1, today - 1)),
    };
  };

  const people = family.map((kin, position) => person(kin, position, names[position] ?? { given: '', family: '' }));
  const relatives: Relative[] = everyone.slice(family.length).map((kin, index) => ({
    name: names[family.length + index] ?? { given: '', family: '' },
    sex: kin.sex,
    birthDate: dateOf(kin.birth),
    ...kinshipOf(kin, everyone),
  }));
  const living = people.filter(({ deathDate }) => deathDate === undefined);
  const dependents = living.filter(({ age, employment }) => age < 15 || employment === 'not-employed');
  return {
    number,
    uuid: namedUuid(`${seed}/household/${number}`),
    householdId: householdId(number),
    culture: cultureName,
    home,
    dwelling,
    people,
    relatives,
    marriages: marriagesOf(everyone),
    povertyScore: povertyScoreOf(draws, {
      size: living.length,
      dependent: dependents.length / living.length,
      headEducation: people[0]?.education,
      rural: home.rural,
      dwelling,
      disabled: living.some(({ limitations }) => limitations.some(({ severity }) => severity >= 3)),
    }),
    ...(farms && { farm: farmOf(draws, firstPerson, home, registeredDay, today) }),
    registeredAt: time(registeredDay),
    updatedAt: time(draws.integer(registeredDay + 1, today - 1)),
  };
}
