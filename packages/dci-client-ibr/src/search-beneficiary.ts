import type { ReplyEvidence, SearchCriteria, SearchOptions } from 'dci-client';
import { type Beneficiary, DciError, type JsonObject, type JsonValue } from 'dci-core';
import { readBeneficiary } from './beneficiary-record.ts';
import { type Enrollment, enrollmentsOf, statusCodes } from './enrollment.ts';
import { recordType } from './questions.ts';
import { type RegistrantIdentifier, readIdentifier } from './registrant.ts';
import { type BeneficiarySource, chooseSources } from './source.ts';

/** Which beneficiaries are wanted; all conditions must hold, and there must be one. */
export interface BeneficiaryCriteria extends Omit<SearchOptions, 'recordType'> {
  readonly identifier?: RegistrantIdentifier;
  /** Identifier of a programme. */
  readonly programme?: string;
  readonly programmeName?: string;
  readonly state?: keyof typeof statusCodes;
  /** First day of enrolment, `2026-01-31`. */
  readonly enrolledFrom?: string;
  /** Last day of enrolment. */
  readonly enrolledTo?: string;
  readonly surname?: string;
  readonly givenName?: string;
  /** `2001-12-31`. */
  readonly birthDate?: string;
}

/** What a search for beneficiaries can be given. */
export interface SearchBeneficiaryOptions {
  /** Codes of the sources to search, one after the other; absent: all. */
  readonly sources?: readonly string[];
  /** Ends the search; the iterator then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A beneficiary, and who says so. */
export interface FoundBeneficiary {
  /** Code of the source. */
  readonly source: string;
  /** Values that are not what the standard says are left out. */
  readonly beneficiary: Beneficiary;
  readonly enrollments: readonly Enrollment[];
  /** The record as the client read it. */
  readonly record: JsonObject;
  readonly evidence: ReplyEvidence;
}

/**
 * Searches beneficiaries, page after page while they are iterated. A source that fails does not end the search: the
 * others are read first, and then the iterator throws, so that a part never looks like the whole.
 *
 * @param criteria - conditions, or a search as a client takes it
 * @param options - sources and signal
 * @param sources - the sources of the service
 * @returns the beneficiaries
 * @throws DciError from the iterator: `err.request.bad` without a condition; the failure of the first source that failed
 */
export async function* searchBeneficiary(
  criteria: BeneficiaryCriteria | SearchCriteria,
  options: SearchBeneficiaryOptions,
  sources: readonly BeneficiarySource[],
): AsyncGenerator<FoundBeneficiary, void, undefined> {
  const search = 'queryType' in criteria ? { recordType, ...criteria } : searchOf(criteria);
  const failures: unknown[] = [];
  for (const source of chooseSources(sources, options.sources)) {
    try {
      for await (const { records, evidence } of source.pages(search, options)) {
        for (const received of records) {
          const { record, beneficiary } = readBeneficiary(received);
          const enrollments = enrollmentsOf(record);
          yield { source: source.source, beneficiary, enrollments, record: received, evidence };
        }
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function searchOf(criteria: BeneficiaryCriteria): SearchCriteria {
  const { sort, page, consent, authorize } = criteria;
  const common = {
    recordType,
    ...(sort !== undefined && { sort }),
    ...(page !== undefined && { page }),
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
  };
  const identifier = criteria.identifier === undefined ? undefined : readIdentifier(criteria.identifier);
  const conditions = conditionsOf(criteria);
  if (identifier !== undefined && conditions.length === 0) {
    const { type, value } = identifier;
    return { ...common, queryType: 'idtype-value', query: { type, value } };
  }
  if (identifier !== undefined) {
    conditions.push({ attribute: `identifier.${identifier.type}`, operator: '=', value: identifier.value });
  }
  if (conditions.length === 0) throw new DciError('err.request.bad', 'there is nothing to search for');
  return { ...common, queryType: 'expression', query: { seq: conditions } };
}

function conditionsOf(criteria: BeneficiaryCriteria): JsonValue[] {
  const { programme, programmeName, state, enrolledFrom, enrolledTo, surname, givenName, birthDate } = criteria;
  const all: readonly (readonly [attribute: string, operator: string, value: string | undefined])[] = [
    ['programme_identifier', '=', programme],
    ['programme_name', '=', programmeName],
    ['enrollment_status', '=', state === undefined ? undefined : statusCodes[state]],
    ['enrollment_date', '>=', enrolledFrom],
    ['enrollment_date', '<=', enrolledTo],
    ['surname', '=', surname],
    ['given_name', '=', givenName],
    ['birth_date', '=', birthDate],
  ];
  return all.flatMap(([attribute, operator, value]) => (value === undefined ? [] : [{ attribute, operator, value }]));
}
