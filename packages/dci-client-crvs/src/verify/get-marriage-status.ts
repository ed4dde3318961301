import { lastPossibleToday } from '../days.ts';
import type { CivilIdentifier } from '../identifiers.ts';
import { type FindPersonOptions, findPersonOf, type LookupOptions, type Provenance } from '../person/find-person.ts';
import { registrationNumber } from '../person/registration-number.ts';
import { type MaritalFacts, maritalStatusOf } from './marital-status.ts';

/** The answer of {@link getMarriageStatus}. */
export type MarriageStatus =
  | ({
      readonly status: 'known';
      /** Days of all marriages and divorces, in order. */
      readonly marriageDates: readonly string[];
      readonly divorceDates: readonly string[];
      /** Marriage registration number; absent also where the record has several and none was asked for. */
      readonly mrn?: string;
      /** Identifiers of spouses, present or former, where the registry gives them. */
      readonly spouses: readonly CivilIdentifier[];
      readonly provenance: Provenance;
    } & MaritalFacts)
  /** The person is known, and nothing that can be read is said of marriages. That does not mean unmarried. */
  | { readonly status: 'unknown'; readonly provenance: Provenance }
  | { readonly status: 'person_unknown'; readonly provenance: Provenance }
  /** Several people under one identifier. */
  | { readonly status: 'ambiguous'; readonly count: number; readonly provenance: Provenance };

/**
 * Asks for the marital status of a person.
 *
 * @param options - client, time, registry type
 * @param identifier - of the person
 * @param lookup - consent, legal basis, signal
 * @returns the answer
 * @throws DciError with a `ClientFailure` as cause when there is no answer to trust
 */
export async function getMarriageStatus(
  options: FindPersonOptions,
  identifier: CivilIdentifier,
  lookup?: LookupOptions,
): Promise<MarriageStatus> {
  const found = await findPersonOf('Marriage', options, identifier, lookup);
  const { provenance } = found;
  if (found.kind === 'none') return { status: 'person_unknown', provenance };
  if (found.kind === 'several') return { status: 'ambiguous', count: found.count, provenance };
  const { person } = found;
  const facts = maritalStatusOf(person, lastPossibleToday(options.clock));
  if (facts === undefined) return { status: 'unknown', provenance };
  const mrn = registrationNumber(person, 'MRN', identifier);
  return {
    status: 'known',
    ...facts,
    marriageDates: person.marriageDates,
    divorceDates: person.divorceDates,
    ...(mrn !== undefined && { mrn }),
    spouses: person.spouses,
    provenance,
  };
}
