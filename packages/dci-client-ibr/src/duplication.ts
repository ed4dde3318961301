import type { ReplyEvidence } from 'dci-client';
import type { Beneficiary, JsonObject } from 'dci-core';
import type { Enrollment, ProgrammeReference } from './enrollment.ts';
import type { RegistrantIdentifier } from './registrant.ts';
import type { Contradiction } from './same-person.ts';
import type { SourceFailure } from './source.ts';

/**
 * What a check came to. `confirmed`: a source has an active enrolment under an identifier of the registrant. `possible`:
 * a source has something that a person must look at. `incomplete`: nothing was found, and not every source answered
 * every question. `no_match`: every source answered every question, and has nothing.
 */
export type DuplicationStatus = (typeof duplicationStatuses)[number];

/** All statuses of a check. */
export const duplicationStatuses = ['no_match', 'possible', 'confirmed', 'incomplete'] as const;

/** Why a match is possible only. */
export type DoubtReason =
  | Contradiction
  /** The enrolment has ended, or its holder is dead. */
  | 'enrollment_ended'
  | 'enrollment_suspended'
  | 'enrollment_status_unknown'
  /** The record does not show the identifier under which the registry found it. */
  | 'identifier_not_shown'
  /** Found by name and birth date, under no identifier that is known. */
  | 'demographic';

/** What speaks for a match: the identifier in the record, the registry's word that it matches, or name and birth date. */
export type MatchBasis = 'identifier' | 'registry' | 'demographic';

/** An enrolment that a source has of the registrant, or of somebody who may be. */
export interface DuplicationMatch {
  readonly level: 'confirmed' | 'possible';
  /** Code of the source that has it. */
  readonly source: string;
  readonly enrollment: Enrollment;
  /** Whether it is in the programme that the check named; absent when it named none. */
  readonly sameProgramme?: boolean;
  readonly basis: MatchBasis;
  /** Identifiers of the registrant under which it was found. */
  readonly identifiers: readonly RegistrantIdentifier[];
  /** Empty for a confirmed match. */
  readonly doubts: readonly DoubtReason[];
  readonly beneficiary: Beneficiary;
  /** The record as the client read it. */
  readonly record: JsonObject;
  /** Who said so: the verified reply. */
  readonly evidence: ReplyEvidence;
}

/** A programme in which enrolments were found. */
export interface MatchedProgramme extends ProgrammeReference {
  /** The better of its matches. */
  readonly level: 'confirmed' | 'possible';
  /** Codes of the sources that have it. */
  readonly sources: readonly string[];
}

/** What a source said to one question. */
export interface QuestionOutcome {
  /** The identifier asked for; absent for the question by name and birth date. */
  readonly identifier?: RegistrantIdentifier;
  /** `failed`: the answer is not whole, whatever came of it. */
  readonly status: 'match' | 'no_match' | 'failed';
  readonly failure?: SourceFailure;
}

/** What a source said. */
export interface SourceOutcome {
  /** Code of the source. */
  readonly source: string;
  /** Whether it answered all questions, some, or none. */
  readonly status: 'answered' | 'partial' | 'failed';
  /** One for each question, in the order asked. */
  readonly questions: readonly QuestionOutcome[];
}

/** The result of a check. */
export interface DuplicationResult {
  readonly status: DuplicationStatus;
  /** Whether every source answered every question. */
  readonly complete: boolean;
  /** Confirmed ones first. */
  readonly matches: readonly DuplicationMatch[];
  /** Enrolments that were found and do not count, because the check excluded their programmes. */
  readonly excluded: readonly DuplicationMatch[];
  /** Programmes of the matches. */
  readonly programmes: readonly MatchedProgramme[];
  /** One for each source of the service. */
  readonly sources: readonly SourceOutcome[];
  /** RFC 3339. */
  readonly checkedAt: string;
  /** Names the check in the log; absent for a service without one. */
  readonly checkId?: string;
}

/**
 * Tells whether somebody may be enrolled as far as the sources know: every source answered for every identifier, and
 * none has a match. Decides by the answers alone, so that it stays true of whatever a result is made into.
 *
 * @param result - the result of a check
 * @returns false when anything was found, or anything failed
 */
export function isClear(result: Pick<DuplicationResult, 'matches' | 'sources'>): boolean {
  const { matches, sources } = result;
  return (
    matches.length === 0 &&
    sources.length > 0 &&
    sources.every(({ questions }) => questions.length > 0 && questions.every(({ status }) => status === 'no_match'))
  );
}
