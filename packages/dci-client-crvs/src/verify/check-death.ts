import { lastPossibleToday } from '../days.ts';
import type { CivilIdentifier } from '../identifiers.ts';
import type { CivilPlace } from '../person/civil-person.ts';
import { type FindPersonOptions, findPersonOf, type LookupOptions, type Provenance } from '../person/find-person.ts';
import { registrationNumber } from '../person/registration-number.ts';

/** The answer of {@link checkDeath}. */
export type DeathCheck =
  | {
      readonly status: 'recorded';
      /** `YYYY-MM-DD`; absent where the registry has a death registration number and no date that can be read. */
      readonly deathDate?: string;
      /** Death registration number. */
      readonly drn?: string;
      readonly deathPlace?: CivilPlace;
      readonly provenance: Provenance;
    }
  /** The person is known, and no death is recorded. That says nothing of whether the person lives. */
  | { readonly status: 'not_recorded'; readonly provenance: Provenance }
  /** The registry does not know the person. That says nothing of whether the person lives. */
  | { readonly status: 'person_unknown'; readonly provenance: Provenance }
  /** The record must be looked at by somebody. */
  | {
      readonly status: 'ambiguous';
      /** `implausible_date`: in the future, or before the birth. */
      readonly reason: 'several_persons' | 'unreadable_date' | 'implausible_date';
      readonly provenance: Provenance;
    };

/**
 * Checks whether a death is recorded.
 *
 * @param options - client, time, registry type
 * @param identifier - of the person
 * @param lookup - consent, legal basis, signal
 * @returns the answer; that no death is recorded never means that the person lives
 * @throws DciError with a `ClientFailure` as cause when there is no answer to trust
 */
export async function checkDeath(
  options: FindPersonOptions,
  identifier: CivilIdentifier,
  lookup?: LookupOptions,
): Promise<DeathCheck> {
  const found = await findPersonOf('Death', options, identifier, lookup);
  const { provenance } = found;
  if (found.kind === 'none') return { status: 'person_unknown', provenance };
  if (found.kind === 'several') return { status: 'ambiguous', reason: 'several_persons', provenance };
  const { person } = found;
  const { deathDate, deathPlace, birthDate, unreadable } = person;
  const drn = registrationNumber(person, 'DRN', identifier);
  if (deathDate !== undefined && (deathDate > lastPossibleToday(options.clock) || deathDate < (birthDate ?? ''))) {
    return { status: 'ambiguous', reason: 'implausible_date', provenance };
  }
  if (deathDate === undefined && !person.identifiers.some(({ type }) => type === 'DRN')) {
    return unreadable.includes('death_date')
      ? { status: 'ambiguous', reason: 'unreadable_date', provenance }
      : { status: 'not_recorded', provenance };
  }
  return {
    status: 'recorded',
    ...(deathDate !== undefined && { deathDate }),
    ...(drn !== undefined && { drn }),
    ...(deathPlace !== undefined && { deathPlace }),
    provenance,
  };
}
