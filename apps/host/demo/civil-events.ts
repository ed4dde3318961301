import { type Day, dateOf, dayOf, timestampOf, yearsInDays } from './population/calendar.ts';
import { type Draws, drawsFor } from './population/draws.ts';
import { deathRegistrationNumber, marriageRegistrationNumber } from './population/identifiers.ts';
import { type Region, regions } from './population/places.ts';
import { type Household, type Marriage, type Person, REFERENCE_DATE } from './population/population.ts';

/** Where somebody was born or died. */
export interface CivilPlace {
  readonly name: string;
  readonly districtCode: string;
  readonly regionCode: string;
}

/** What the civil registry knows of one registered person. */
export interface CivilEntry {
  readonly person: Person;
  readonly mother?: Person;
  readonly father?: Person;
  readonly birthPlace: CivilPlace;
  readonly death?: { readonly registrationNumber: string; readonly place: CivilPlace };
  /** `YYYY-MM-DD` */
  readonly marriage?: { readonly registrationNumber: string; readonly date: string; readonly divorceDate?: string };
  /** RFC 3339 UTC. */
  readonly registeredAt: string;
  /** RFC 3339 UTC. */
  readonly updatedAt: string;
}

const MARRIAGES_REGISTERED_SINCE = dayOf('1972-01-01');
/** Marriages, with room for those of every person of a household, have running numbers of their own. */
const MARRIAGES_PER_HOUSEHOLD = 32;
const FACILITIES = ['District Hospital', 'Health Centre', 'Maternity Clinic'] as const;
const OFFICE_OPENS = 8 * 3600;
const OFFICE_CLOSES = 16 * 3600;

const today = dayOf(REFERENCE_DATE);

type RegisteredMarriage = NonNullable<CivilEntry['marriage']>;

interface Area {
  readonly locality: string;
  readonly districtCode: string;
  readonly regionCode: string;
}

function areaOf(draws: Draws, region: Region): Area {
  const district = draws.pick(region.districts);
  return { locality: draws.pick(district.localities), districtCode: district.code, regionCode: region.code };
}

function placeIn({ locality, districtCode, regionCode }: Area, facility: string | undefined): CivilPlace {
  return { name: facility === undefined ? locality : `${facility}, ${locality}`, districtCode, regionCode };
}

/** Most are born where they live, the old in another region more often and at home more often. */
function birthPlaceOf(draws: Draws, { home }: Household, { age }: Person): CivilPlace {
  const ownRegion = draws.chance(age < 18 ? 0.95 : 0.8);
  const region = (ownRegion ? regions.find(({ code }) => code === home.regionCode) : undefined) ?? draws.pick(regions);
  const area = ownRegion && draws.chance(0.8) ? home : areaOf(draws, region);
  return placeIn(area, draws.chance(age < 18 ? 0.12 : age < 45 ? 0.35 : 0.7) ? undefined : draws.pick(FACILITIES));
}

/** The day on which a marriage ended that no longer holds: after the last common child. */
function divorceDay(draws: Draws, household: Household, position: number, marriage: Day): Day {
  const births = household.people
    .filter(({ mother, father }) => mother === position || father === position)
    .map(({ birthDate }) => dayOf(birthDate) + 60);
  const earliest = Math.min(Math.max(marriage + yearsInDays(1), ...births), today - 40);
  return draws.integer(earliest, Math.min(today - 40, earliest + yearsInDays(8)));
}

/** Marriages that the household tells of, and those of the widowed and divorced who live alone now. */
function marriageOf(draws: Draws, household: Household, position: number): (Marriage & { index: number }) | undefined {
  const person = household.people[position];
  if (person === undefined || person.maritalStatus === 'never-married') return undefined;
  const index = household.marriages.findIndex(({ husband, wife }) => husband === position || wife === position);
  const known = household.marriages[index];
  if (known !== undefined) return { ...known, index };
  const date = dateOf(Math.min(dayOf(person.birthDate) + draws.integer(yearsInDays(19), yearsInDays(31)), today - 500));
  return { husband: position, wife: position, date, index: household.marriages.length + position };
}

function registeredMarriage(
  household: Household,
  position: number,
  person: Person,
): { readonly marriage: RegisteredMarriage; readonly days: readonly Day[] } | undefined {
  // Its own draws, so that both spouses find the same certificate.
  const own = drawsFor(`civil/marriage/${household.uuid}/${position}`);
  const marriage = marriageOf(own, household, position);
  if (marriage === undefined) return undefined;
  const day = dayOf(marriage.date);
  const shared = drawsFor(`civil/marriage/${household.uuid}/index/${marriage.index}`);
  const isRegistered = shared.chance(household.home.rural ? 0.72 : 0.92);
  if (day < MARRIAGES_REGISTERED_SINCE || !isRegistered) return undefined;
  const number = household.number * MARRIAGES_PER_HOUSEHOLD + marriage.index;
  const registrationNumber = marriageRegistrationNumber(number, Number(marriage.date.slice(0, 4)));
  const recorded = day + shared.integer(0, 20);
  if (person.maritalStatus !== 'divorced') {
    return { marriage: { registrationNumber, date: marriage.date }, days: [recorded] };
  }
  const divorce = divorceDay(shared, household, position, day);
  return {
    marriage: { registrationNumber, date: marriage.date, divorceDate: dateOf(divorce) },
    days: [recorded, divorce + shared.integer(0, 30)],
  };
}

/**
 * Derives what was registered of a household's people: births since 1998 where they were registered, registered
 * marriages and divorces, and deaths. Nobody of whom nothing was registered has an entry.
 *
 * @param household - the household
 * @returns one entry for each of its people who is in the civil registry
 */
export function civilEntriesOf(household: Household): readonly CivilEntry[] {
  const { people } = household;
  return people.flatMap((person, position): CivilEntry[] => {
    const draws = drawsFor(`civil/person/${person.uuid}`);
    const days: Day[] = [];
    if (person.birthRegistrationNumber !== undefined) {
      // The number names the year of the birth, so that is when it was registered.
      const delay = draws.chance(0.9) ? draws.integer(2, 60) : draws.integer(61, 360);
      days.push(Math.min(dayOf(person.birthDate) + delay, dayOf(`${person.birthDate.slice(0, 4)}-12-31`)));
    }
    const married = registeredMarriage(household, position, person);
    days.push(...(married?.days ?? []));
    if (person.deathDate !== undefined) days.push(dayOf(person.deathDate) + draws.integer(1, 21));
    if (days.length === 0) return [];
    const timeOf = (day: Day): string =>
      timestampOf(Math.min(day, today - 1), draws.integer(OFFICE_OPENS, OFFICE_CLOSES));
    const [first, last] = [Math.min(...days), Math.max(...days)];
    const registeredAt = timeOf(first);
    // A parent who lives elsewhere is behind the people of the household, and has no identifier.
    const parent = (other: number | undefined) => (other === undefined ? undefined : people[other]);
    const [mother, father] = [parent(person.mother), parent(person.father)];
    return [
      {
        person,
        ...(mother && { mother }),
        ...(father && { father }),
        birthPlace: birthPlaceOf(draws, household, person),
        ...(person.deathDate !== undefined && {
          death: {
            registrationNumber: deathRegistrationNumber(person.number, Number(person.deathDate.slice(0, 4))),
            place: placeIn(household.home, draws.chance(0.55) ? FACILITIES[0] : undefined),
          },
        }),
        ...(married && { marriage: married.marriage }),
        registeredAt,
        updatedAt: last === first ? registeredAt : timeOf(last),
      },
    ];
  });
}
