import type { RegistryType } from 'dci-core';
import { distinctIdentifiers, foldIdentifierValue } from '../identifiers.ts';
import type { CivilName, CivilPerson } from './civil-person.ts';
import { nameWords } from './name-comparison.ts';

/**
 * Joins records that speak of one person. Some registries hold a record for each event, so that one identifier finds a birth
 * record and a death record. Records that contradict one another are of several people, whatever identifier they share.
 *
 * @param persons - what records under one identifier say
 * @param registryType - knows the spellings of identifier types
 * @returns the person, or `undefined` when there is none or the records are of several
 */
export function mergePersons(persons: readonly CivilPerson[], registryType: RegistryType): CivilPerson | undefined {
  const [first, ...rest] = persons;
  if (first === undefined) return undefined;
  let merged = first;
  for (const person of rest) {
    if (!canBeOne(merged, person)) return undefined;
    merged = join(merged, person, registryType);
  }
  return merged;
}

function canBeOne(one: CivilPerson, other: CivilPerson): boolean {
  const differs = <T>(first: T | undefined, second: T | undefined): boolean =>
    first !== undefined && second !== undefined && first !== second;
  if (differs(one.birthDate, other.birthDate) || differs(one.deathDate, other.deathDate)) return false;
  const sexes = [one.sex, other.sex];
  if (!sexes.includes('unknown') && differs(one.sex, other.sex)) return false;
  for (const type of ['BRN', 'DRN']) {
    const [first, second] = [numbersOf(one, type), numbersOf(other, type)];
    if (first.length > 0 && second.length > 0 && !first.some((number) => second.includes(number))) return false;
  }
  return sameGivenName(one.name, other.name);
}

function numbersOf({ identifiers }: CivilPerson, type: string): readonly string[] {
  return identifiers.filter((identifier) => identifier.type === type).map(({ value }) => foldIdentifierValue(value));
}

/** Surnames change with marriage, given names do not; where either is not there, some word must be the same. */
function sameGivenName(one: CivilName | undefined, other: CivilName | undefined): boolean {
  if (one === undefined || other === undefined) return true;
  const given = ({ givenName, secondName }: CivilName): readonly string[] =>
    nameWords(`${givenName ?? ''} ${secondName ?? ''}`);
  const all = (name: CivilName): readonly string[] => [
    ...given(name),
    ...nameWords(`${name.surname ?? ''} ${name.maidenName ?? ''}`),
  ];
  const haveGiven = given(one).length > 0 && given(other).length > 0;
  const [first, second] = haveGiven ? [given(one), given(other)] : [all(one), all(other)];
  return first.length === 0 || second.length === 0 || first.some((word) => second.includes(word));
}

function join(one: CivilPerson, other: CivilPerson, registryType: RegistryType): CivilPerson {
  const known = (sex: CivilPerson['sex']): boolean => sex !== undefined && sex !== 'unknown';
  return {
    ...other,
    ...one,
    ...(!known(one.sex) && other.sex !== undefined && { sex: other.sex }),
    ...(one.maritalStatus !== other.maritalStatus && maritalStatusOfLater(one, other)),
    identifiers: distinctIdentifiers([...one.identifiers, ...other.identifiers], registryType),
    marriageDates: [...new Set([...one.marriageDates, ...other.marriageDates])].sort(),
    divorceDates: [...new Set([...one.divorceDates, ...other.divorceDates])].sort(),
    parents: distinctIdentifiers([...one.parents, ...other.parents], registryType),
    spouses: distinctIdentifiers([...one.spouses, ...other.spouses], registryType),
    unreadable: [...new Set([...one.unreadable, ...other.unreadable])],
  };
}

/** Of two records that state a marital status, the one that knows of the later event counts. */
function maritalStatusOfLater(one: CivilPerson, other: CivilPerson): Pick<CivilPerson, 'maritalStatus'> {
  const latest = ({ marriageDates, divorceDates }: CivilPerson): string =>
    [...marriageDates, ...divorceDates].sort().at(-1) ?? '';
  const status =
    one.maritalStatus === undefined || (other.maritalStatus !== undefined && latest(other) > latest(one))
      ? other.maritalStatus
      : one.maritalStatus;
  return status === undefined ? {} : { maritalStatus: status };
}
