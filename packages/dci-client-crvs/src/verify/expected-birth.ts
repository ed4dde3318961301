import { DciError, type RegistryType, sexCategory } from 'dci-core';
import { checkDay } from '../days.ts';
import { type CivilIdentifier, checkIdentifier, foldIdentifierValue, sameIdentifier } from '../identifiers.ts';
import type { CivilPerson, CivilPlace } from '../person/civil-person.ts';
import { compareNames, type NameComparison, type NameInput, nameWords } from '../person/name-comparison.ts';

/** What a caller knows of a birth and wants to have confirmed. All members are optional. */
export interface ExpectedBirth {
  /** `YYYY-MM-DD` */
  readonly birthDate?: string;
  /** In parts, or in one piece in any order. */
  readonly name?: NameInput;
  /** Code or label: `female`, `F`. */
  readonly sex?: string;
  /** Birth registration number. */
  readonly brn?: string;
  /** Name, code or address of the place, or of one around it. */
  readonly birthPlace?: string;
  readonly parents?: readonly CivilIdentifier[];
}

/** A field that is compared. */
export type ComparedField = 'birth_date' | 'name' | 'sex' | 'brn' | 'birth_place' | 'parents';

/** How a field compares; only a name can match in part. */
export type FieldComparison = NameComparison;

/** The comparison of every field that the caller gave. */
export type FieldComparisons = Readonly<Partial<Record<ComparedField, FieldComparison>>>;

/**
 * Checks what a caller expects, before anything is asked.
 *
 * @param expected - what the caller gave
 * @throws DciError `err.request.bad` for a date that is none, an unknown sex, or a text without content
 */
export function checkExpectedBirth(expected: ExpectedBirth): void {
  const { birthDate, sex, brn, name, birthPlace, parents = [] } = expected;
  if (birthDate !== undefined) checkDay(birthDate, 'birthDate');
  if (sex !== undefined && sexCategory.toCode(sex) === undefined) throw bad('sex', 'is not a known code or label');
  if (brn !== undefined && foldIdentifierValue(brn) === '') throw bad('brn', 'is empty');
  if (name !== undefined && compareNames(name, name) === 'not_stated') throw bad('name', 'holds no word');
  if (birthPlace !== undefined && nameWords(birthPlace).length === 0) throw bad('birthPlace', 'holds no word');
  for (const parent of parents) checkIdentifier(parent);
}

/**
 * Compares what a caller expects with what the registry says.
 *
 * @param expected - what the caller gave, checked
 * @param person - what the registry says
 * @param registryType - knows the spellings of identifier types
 * @returns a comparison for each field that the caller gave
 */
export function compareBirth(
  expected: ExpectedBirth,
  person: CivilPerson,
  registryType: RegistryType,
): FieldComparisons {
  const { birthDate, name, sex, brn, birthPlace, parents = [] } = expected;
  return {
    ...(birthDate !== undefined && { birth_date: compared(person.birthDate, (day) => birthDate.startsWith(day)) }),
    ...(name !== undefined && { name: person.name === undefined ? 'not_stated' : compareNames(name, person.name) }),
    ...(sex !== undefined && {
      sex: compared(person.sex === 'unknown' ? undefined : person.sex, (code) => code === sexCategory.toCode(sex)),
    }),
    ...(brn !== undefined && { brn: compareNumbers(brn, person) }),
    ...(birthPlace !== undefined && { birth_place: compared(person.birthPlace, (place) => isAt(birthPlace, place)) }),
    ...(parents.length > 0 && { parents: compareParents(parents, person, registryType) }),
  };
}

function compared<T>(stated: T | undefined, agrees: (stated: T) => boolean): FieldComparison {
  if (stated === undefined) return 'not_stated';
  return agrees(stated) ? 'match' : 'mismatch';
}

function compareNumbers(brn: string, { identifiers }: CivilPerson): FieldComparison {
  const stated = identifiers.filter(({ type }) => type === 'BRN');
  return compared(stated.length === 0 ? undefined : stated, (numbers) =>
    numbers.some(({ value }) => foldIdentifierValue(value) === foldIdentifierValue(brn)),
  );
}

/** A parent of whom the registry has an identifier of another type only is not stated. */
function compareParents(
  expected: readonly CivilIdentifier[],
  { parents }: CivilPerson,
  registryType: RegistryType,
): FieldComparison {
  const results = expected.map((parent): FieldComparison => {
    const comparable = parents.filter(({ type }) => sameIdentifier({ ...parent, type }, parent, registryType));
    return compared(comparable.length === 0 ? undefined : comparable, (stated) =>
      stated.some((identifier) => sameIdentifier(identifier, parent, registryType)),
    );
  });
  if (results.includes('mismatch')) return 'mismatch';
  return results.includes('not_stated') ? 'not_stated' : 'match';
}

/** Whether one level of the place has all words that are expected, or the expectation has all of its. */
function isAt(expected: string, place: CivilPlace): boolean {
  const wanted = nameWords(expected);
  for (let level: CivilPlace | undefined = place; level !== undefined; level = level.containedIn) {
    for (const text of [level.name, level.code, level.addressLine]) {
      const words = nameWords(text ?? '');
      if (words.length === 0) continue;
      if (wanted.every((word) => words.includes(word)) || words.every((word) => wanted.includes(word))) return true;
    }
  }
  return false;
}

function bad(path: string, fault: string): DciError {
  return new DciError('err.request.bad', `${path} ${fault}`, { path });
}
