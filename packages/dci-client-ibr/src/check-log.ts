import type { DoubtReason, DuplicationStatus, SourceOutcome } from './duplication.ts';
import type { EnrollmentState, ProgrammeReference } from './enrollment.ts';
import type { RegistrantIdentifier } from './registrant.ts';

/** What a source said, without anything that it wrote freely. */
export interface LoggedSource {
  readonly source: string;
  readonly status: SourceOutcome['status'];
  /** For example `timeout`, `rejected rjct.filter.invalid`; empty when it answered everything. */
  readonly failures: readonly string[];
}

/** An enrolment that was found. */
export interface LoggedMatch {
  readonly level: 'confirmed' | 'possible';
  readonly source: string;
  readonly programme: ProgrammeReference;
  readonly state: EnrollmentState;
  readonly enrolledOn?: string;
  readonly doubts: readonly DoubtReason[];
}

/** A check, when it is done. */
export interface NewDuplicationCheck {
  /** Unix milliseconds. */
  readonly at: number;
  /** Who asked, in the caller's words. */
  readonly askedBy?: string;
  /** Programme in which somebody was to be enrolled. */
  readonly programme?: string;
  /** Stores keep a keyed hash of each, and nothing else of the person. */
  readonly identifiers: readonly RegistrantIdentifier[];
  readonly status: DuplicationStatus;
  readonly complete: boolean;
  readonly sources: readonly LoggedSource[];
  readonly matches: readonly LoggedMatch[];
}

/**
 * What a caseworker found: it is the same person, enrolled already; it is another person or an enrolment that does not
 * stand in the way; both enrolments may stand.
 */
export type CheckVerdict = 'duplicate' | 'no_duplicate' | 'permitted';

/** All verdicts. */
export const checkVerdicts: readonly CheckVerdict[] = ['duplicate', 'no_duplicate', 'permitted'];

/** A decision on a check. */
export interface CheckDecision {
  readonly verdict: CheckVerdict;
  /** Who decided. */
  readonly by: string;
  readonly note?: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A check as it is kept. */
export interface LoggedCheck extends Omit<NewDuplicationCheck, 'identifiers'> {
  readonly checkId: string;
  /** Keyed hashes of the identifiers, hexadecimal; equal for one identifier as long as the log keeps its key. */
  readonly identifierHashes: readonly string[];
  /** In the order in which they were taken; the last one counts. */
  readonly decisions: readonly CheckDecision[];
}

/** Which checks are wanted; all conditions must hold. */
export interface CheckQuery {
  /** Checks that asked for this identifier. */
  readonly identifier?: RegistrantIdentifier;
  readonly status?: DuplicationStatus;
  /** Checks of this caller. */
  readonly askedBy?: string;
  /** Checks that found something, or were incomplete, and that nobody decided on. */
  readonly undecided?: boolean;
  /** Unix milliseconds, included. */
  readonly since?: number;
  /** Unix milliseconds, not included. */
  readonly until?: number;
  /** Absent: 100; at most 1,000. */
  readonly limit?: number;
}

/**
 * Keeps what was checked, by whom, and what was decided. Port; contract test in `dci-client-ibr/testing`. Nothing of a
 * person lies in it in clear.
 */
export interface DuplicationCheckLog {
  /**
   * Keeps a check; durable when the promise resolves.
   *
   * @param check - the check
   * @returns its id
   */
  record(check: NewDuplicationCheck): Promise<string>;
  /** @returns the check; `undefined` when there is none */
  find(checkId: string): Promise<LoggedCheck | undefined>;
  /** @returns checks, the latest first */
  list(query?: CheckQuery): Promise<readonly LoggedCheck[]>;
  /**
   * Adds the decision of a caseworker. An earlier one stays on record.
   *
   * @param checkId - the check
   * @param verdict - what was found
   * @param by - who decided
   * @param note - why
   * @returns the check with its decisions
   * @throws DciError `err.request.not_found` when there is no such check; `err.request.bad` without `by`
   */
  resolve(checkId: string, verdict: CheckVerdict, by: string, note?: string): Promise<LoggedCheck>;
  /**
   * Removes checks that are older than a time, with their decisions.
   *
   * @param before - Unix milliseconds
   * @returns how many
   */
  forget(before: number): Promise<number>;
}

/** Checks on which a caseworker is to decide. */
export const statusesToDecide: readonly DuplicationStatus[] = ['confirmed', 'possible', 'incomplete'];

const [fewestListed, mostListed] = [1, 1_000];

/**
 * @param limit - as asked for
 * @returns the number of checks to list
 */
export function listLimit(limit = 100): number {
  return Math.min(Math.max(Math.trunc(limit), fewestListed), mostListed);
}
