import { lastPossibleToday } from '../days.ts';
import type { CivilIdentifier } from '../identifiers.ts';
import type { CivilName, CivilPerson, CivilPlace, SexCode } from '../person/civil-person.ts';
import { type FindPersonOptions, findPerson, type LookupOptions, type Provenance } from '../person/find-person.ts';
import { registrationNumber } from '../person/registration-number.ts';
import {
  type ComparedField,
  checkExpectedBirth,
  compareBirth,
  type ExpectedBirth,
  type FieldComparisons,
} from './expected-birth.ts';

/** What the registry says of a birth. */
export interface BirthFacts {
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  /** Birth registration number; absent also where the record has several and none was asked for. */
  readonly brn?: string;
  readonly name?: CivilName;
  readonly sex?: SexCode;
  readonly birthPlace?: CivilPlace;
  readonly parents: readonly CivilIdentifier[];
  /** All identifiers of the person. */
  readonly identifiers: readonly CivilIdentifier[];
}

/** The answer of {@link verifyBirth}. */
export type BirthVerification =
  /** One person, born on a day that can be read, and nothing that was expected speaks against it. */
  | {
      readonly status: 'verified';
      readonly birth: BirthFacts;
      readonly fields: FieldComparisons;
      /** Fields that were expected and that the registry does not state. */
      readonly unconfirmed: readonly ComparedField[];
      readonly provenance: Provenance;
    }
  /** One person, and at least one field is another, or the registry states none of those that were expected. */
  | {
      readonly status: 'mismatch';
      readonly birth: BirthFacts;
      readonly fields: FieldComparisons;
      readonly mismatched: readonly ComparedField[];
      readonly unconfirmed: readonly ComparedField[];
      readonly provenance: Provenance;
    }
  | {
      readonly status: 'not_found';
      /** `unreadable_birth_date`: there is one, yet it is no day of the calendar, or lies in the future. */
      readonly reason: 'no_person' | 'no_birth_date' | 'unreadable_birth_date';
      readonly provenance: Provenance;
    }
  /** Several people under one identifier. */
  | { readonly status: 'ambiguous'; readonly count: number; readonly provenance: Provenance };

/**
 * Verifies a birth (dci-overview, "CRVS Birth Verification"): asks the registry for the person, and compares what the caller
 * expects with what it says.
 *
 * @param options - client, time, registry type
 * @param identifier - of the person
 * @param expected - what the caller knows; fields that it does not give are not compared
 * @param lookup - consent, legal basis, signal
 * @returns the answer; `verified` only from a finished answer with exactly one person and a birth date
 * @throws DciError with a `ClientFailure` as cause when there is no answer to trust; `err.request.bad` for input that cannot
 *   be compared
 */
export async function verifyBirth(
  options: FindPersonOptions,
  identifier: CivilIdentifier,
  expected: ExpectedBirth = {},
  lookup?: LookupOptions,
): Promise<BirthVerification> {
  checkExpectedBirth(expected);
  const found = await findPerson(options, identifier, lookup, 'LiveBirth');
  const { provenance } = found;
  if (found.kind === 'none') return { status: 'not_found', reason: 'no_person', provenance };
  if (found.kind === 'several') return { status: 'ambiguous', count: found.count, provenance };
  const { person } = found;
  const { birthDate, unreadable } = person;
  if (birthDate === undefined || birthDate > lastPossibleToday(options.clock)) {
    const isStated = birthDate !== undefined || unreadable.includes('birth_date');
    return { status: 'not_found', reason: isStated ? 'unreadable_birth_date' : 'no_birth_date', provenance };
  }
  const birth = birthOf({ ...person, birthDate }, identifier, expected);
  const fields = compareBirth(expected, person, options.registryType);
  const of = (...wanted: readonly string[]): readonly ComparedField[] =>
    comparedFields.filter((field) => wanted.includes(fields[field] ?? ''));
  const mismatched = of('mismatch');
  const unconfirmed = of('not_stated');
  const nothingConfirmed = unconfirmed.length > 0 && of('match', 'partial').length === 0;
  return mismatched.length > 0 || nothingConfirmed
    ? { status: 'mismatch', birth, fields, mismatched, unconfirmed, provenance }
    : { status: 'verified', birth, fields, unconfirmed, provenance };
}

const comparedFields: readonly ComparedField[] = ['birth_date', 'name', 'sex', 'brn', 'birth_place', 'parents'];

function birthOf(
  person: CivilPerson & { readonly birthDate: string },
  asked: CivilIdentifier,
  { brn: expectedBrn }: ExpectedBirth,
): BirthFacts {
  const { birthDate, name, sex, birthPlace, parents, identifiers } = person;
  const brn = registrationNumber(
    person,
    'BRN',
    expectedBrn === undefined ? asked : { type: 'BRN', value: expectedBrn },
  );
  return {
    birthDate,
    ...(brn !== undefined && { brn }),
    ...(name !== undefined && { name }),
    ...(sex !== undefined && { sex }),
    ...(birthPlace !== undefined && { birthPlace }),
    parents,
    identifiers,
  };
}
