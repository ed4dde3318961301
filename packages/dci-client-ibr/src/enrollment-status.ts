import type { ReplyEvidence } from 'dci-client';
import type { Beneficiary, JsonObject } from 'dci-core';
import { readBeneficiary } from './beneficiary-record.ts';
import type { SourceOutcome } from './duplication.ts';
import { type Enrollment, enrollmentsOf } from './enrollment.ts';
import { type Answer, askSource, type LookupOptions } from './lookup.ts';
import { sightOf } from './parties.ts';
import { type Disclosure, identifierSearch } from './questions.ts';
import { type RegistrantIdentifier, readIdentifier } from './registrant.ts';
import { type BeneficiarySource, chooseSources, type SourceFailure } from './source.ts';

/** What questions on one person can be given. */
export interface EnrollmentOptions extends Disclosure {
  /** Codes of the sources to ask; absent: all. */
  readonly sources?: readonly string[];
  /** Time for each source, in seconds; absent: that of the service. */
  readonly timeoutSeconds?: number;
  /** Ends the question; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** An enrolment, and who says so. */
export interface FoundEnrollment extends Enrollment {
  /** Code of the source. */
  readonly source: string;
  /** Whether the record shows the identifier under which it was found; else the registry says that it matches. */
  readonly identifierShown: boolean;
  readonly beneficiary: Beneficiary;
  /** The record as the client read it. */
  readonly record: JsonObject;
  readonly evidence: ReplyEvidence;
}

/** The enrolments of somebody. */
export interface EnrollmentStatusResult {
  /** `none`: every source answered, and has nothing. `incomplete`: nothing was found, and a source failed. */
  readonly status: 'found' | 'none' | 'incomplete';
  /** Whether every source answered, so that there are no others. */
  readonly complete: boolean;
  /** In all programmes, of whatever status. */
  readonly enrollments: readonly FoundEnrollment[];
  readonly sources: readonly SourceOutcome[];
}

/** What questions work with. */
export interface QuestionPorts {
  readonly sources: readonly BeneficiarySource[];
  readonly timeoutSeconds: number;
}

/**
 * Gives all enrolments of somebody, with status, dates and benefits.
 *
 * @param given - an identifier
 * @param options - sources, time, signal
 * @param ports - the sources
 * @returns what was found, and what every source said
 * @throws DciError `err.request.bad` for an identifier that is none; the reason of the caller's signal
 */
export async function getEnrollmentStatus(
  given: RegistrantIdentifier,
  options: EnrollmentOptions,
  ports: QuestionPorts,
): Promise<EnrollmentStatusResult> {
  const identifier = readIdentifier(given);
  const sources = chooseSources(ports.sources, options.sources);
  const lookup = { timeoutSeconds: options.timeoutSeconds ?? ports.timeoutSeconds, signal: options.signal };
  const found = await Promise.all(sources.map((source) => findEnrollments(source, identifier, options, lookup)));
  const enrollments = found.flatMap((one) => one.enrollments);
  const complete = found.every(({ failure }) => failure === undefined);
  return {
    status: enrollments.length > 0 ? 'found' : complete ? 'none' : 'incomplete',
    complete,
    enrollments,
    sources: found.map((one) => outcomeOf(identifier, one)),
  };
}

/** What one source has under an identifier. */
export interface SourceEnrollments {
  readonly source: string;
  readonly enrollments: readonly FoundEnrollment[];
  /** Why that may not be all. */
  readonly failure?: SourceFailure;
}

/**
 * Searches one source for enrolments under an identifier.
 *
 * @param source - the source
 * @param identifier - of somebody
 * @param disclosure - consent and legal basis
 * @param options - time and the caller's signal
 * @returns the enrolments; a failure is in the answer
 * @throws the reason of the caller's signal only
 */
export async function findEnrollments(
  source: BeneficiarySource,
  identifier: RegistrantIdentifier,
  disclosure: Disclosure,
  options: LookupOptions,
): Promise<SourceEnrollments> {
  const [answer] = await askSource(source, [identifierSearch(identifier, disclosure)], options);
  return readAnswer(
    source.source,
    identifier,
    answer ?? { records: [], failure: { kind: 'protocol', fault: 'other_items' } },
  );
}

function readAnswer(source: string, identifier: RegistrantIdentifier, answer: Answer): SourceEnrollments {
  let { failure } = answer;
  const enrollments = answer.records.flatMap(({ record: received, evidence }): readonly FoundEnrollment[] => {
    const { record, beneficiary } = readBeneficiary(received);
    const { shown } = sightOf(beneficiary, identifier);
    if (shown === 'other') {
      failure ??= { kind: 'other_record' };
      return [];
    }
    return enrollmentsOf(record).map((enrollment) => ({
      ...enrollment,
      source,
      identifierShown: shown === 'same',
      beneficiary,
      record: received,
      evidence,
    }));
  });
  return { source, enrollments, ...(failure !== undefined && { failure }) };
}

function outcomeOf(
  identifier: RegistrantIdentifier,
  { source, enrollments, failure }: SourceEnrollments,
): SourceOutcome {
  if (failure !== undefined) {
    return { source, status: 'failed', questions: [{ identifier, status: 'failed', failure }] };
  }
  return {
    source,
    status: 'answered',
    questions: [{ identifier, status: enrollments.length > 0 ? 'match' : 'no_match' }],
  };
}
