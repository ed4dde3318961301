import { isNotOffered, type ReplyEvidence, type SpecialReply, withinDeadline } from 'dci-client';
import { enrolledResponseSchema, type JsonObject, parseMessage, type ReceivedEnrolledResponse } from 'dci-core';
import { isEnrolled, isProgramme } from './enrollment.ts';
import {
  type EnrollmentOptions,
  type FoundEnrollment,
  findEnrollments,
  type QuestionPorts,
} from './enrollment-status.ts';
import type { LookupOptions } from './lookup.ts';
import { type RegistrantIdentifier, readIdentifier } from './registrant.ts';
import { type BeneficiarySource, chooseSources, type SourceFailure, sourceFailure } from './source.ts';

/** What a question whether somebody is enrolled can be given. */
export interface CheckEnrollmentOptions extends EnrollmentOptions {
  /** Identifier of a programme; absent: in any. */
  readonly programme?: string;
}

/** Whether somebody is enrolled; `unknown` is not `no`. */
export type EnrolledAnswer = 'yes' | 'no' | 'unknown';

/** What one source says. */
export interface SourceEnrolled {
  readonly source: string;
  readonly answer: EnrolledAnswer;
  /** Whether it was asked by its own operation, or by a search because it has none. */
  readonly by: 'enrolled' | 'search';
  /** Why it is unknown; or, beside an answer that was found all the same, what is missing. */
  readonly failure?: SourceFailure;
  /** Of a search: what was found. */
  readonly enrollments?: readonly FoundEnrollment[];
  /** The verified reply of the operation. */
  readonly evidence?: ReplyEvidence;
}

/** Whether somebody is enrolled. */
export interface EnrollmentAnswer {
  /** `yes` when one source says so, `no` when all do, else `unknown`. */
  readonly answer: EnrolledAnswer;
  readonly sources: readonly SourceEnrolled[];
}

/**
 * Asks whether somebody is enrolled (OpenAPI v1.0.0, IBR `sync/enrolled`). A source that does not have this operation is
 * searched.
 *
 * @param given - an identifier
 * @param options - programme, sources, time, signal
 * @param ports - the sources
 * @returns the answer, and what every source said
 * @throws DciError `err.request.bad` for an identifier that is none; the reason of the caller's signal
 */
export async function checkEnrollment(
  given: RegistrantIdentifier,
  options: CheckEnrollmentOptions,
  ports: QuestionPorts,
): Promise<EnrollmentAnswer> {
  const identifier = readIdentifier(given);
  const sources = chooseSources(ports.sources, options.sources);
  const lookup = { timeoutSeconds: options.timeoutSeconds ?? ports.timeoutSeconds, signal: options.signal };
  const answers = await Promise.all(sources.map((source) => askEnrolled(source, identifier, options, lookup)));
  const said = answers.map(({ answer }) => answer);
  const answer = said.includes('yes') ? 'yes' : said.every((one) => one === 'no') ? 'no' : 'unknown';
  return { answer, sources: answers };
}

async function askEnrolled(
  source: BeneficiarySource,
  identifier: RegistrantIdentifier,
  options: CheckEnrollmentOptions,
  lookup: LookupOptions,
): Promise<SourceEnrolled> {
  const { timeoutSeconds, signal } = lookup;
  const said = await withinDeadline(
    timeoutSeconds,
    signal,
    (within) => callEnrolled(source, identifier, options, within),
    () => unknown(source, { kind: 'timeout', seconds: timeoutSeconds }),
  );
  if (said.failure === undefined || !isMissing(said.failure)) return said;
  const { enrollments, failure } = await findEnrollments(source, identifier, options, lookup);
  const { programme } = options;
  const concerned = enrollments.filter((one) => programme === undefined || isProgramme(one.programme, programme));
  const facts = concerned.map(isEnrolled);
  // An enrolment that was found counts also where others may be missing.
  const answer = facts.includes(true) ? 'yes' : failure !== undefined || facts.includes(undefined) ? 'unknown' : 'no';
  return {
    source: source.source,
    answer,
    by: 'search',
    enrollments: concerned,
    ...(failure !== undefined && { failure }),
  };
}

/** Whether the source has no such operation; nothing was decided then, so a search may be tried. */
function isMissing(failure: SourceFailure): boolean {
  return (
    (failure.kind === 'unsupported' || failure.kind === 'refused' || failure.kind === 'rejected') &&
    isNotOffered(failure)
  );
}

async function callEnrolled(
  source: BeneficiarySource,
  identifier: RegistrantIdentifier,
  options: CheckEnrollmentOptions,
  signal: AbortSignal,
): Promise<SourceEnrolled> {
  let reply: SpecialReply;
  try {
    reply = await source.call('enrolled', enrolledRequest(identifier, options), { signal });
  } catch (error) {
    return unknown(source, sourceFailure(error));
  }
  return { ...readEnrolled(source, reply), evidence: reply.evidence };
}

/** With a programme in the words of the standard's own example; else typed, so that a number of another type is none. */
function enrolledRequest(
  { type, value }: RegistrantIdentifier,
  { programme, consent, authorize }: CheckEnrollmentOptions,
): JsonObject {
  const query =
    programme === undefined
      ? { query_type: 'idtype-value', query: { type, value } }
      : {
          query_type: 'expression',
          query: {
            person_identifier: { eq: value },
            'programme_identifier.program.programme_identifier': { eq: programme },
          },
        };
  return {
    enrolled_criteria: {
      ...query,
      ...(consent !== undefined && { consent }),
      ...(authorize !== undefined && { authorize }),
    },
  };
}

function readEnrolled(source: BeneficiarySource, { message, evidence }: SpecialReply): SourceEnrolled {
  const { status, status_reason_code: code } = evidence.header;
  if (status === 'rjct') {
    return unknown(source, { kind: 'rejected', referenceId: '', ...(typeof code === 'string' && { peerCode: code }) });
  }
  const items = readItems(message);
  if (items === undefined) return unknown(source, { kind: 'protocol', fault: 'envelope', path: 'message' });
  const answered = items.filter((item) => item.status === undefined || item.status === 'succ');
  const said = answered.map(({ enrolled_status }) => enrolled_status);
  if (said.includes('yes')) return { source: source.source, answer: 'yes', by: 'enrolled' };
  const other = items.find((item) => !answered.includes(item));
  if (other !== undefined) {
    return unknown(
      source,
      other.status === 'rjct' ? { kind: 'rejected', referenceId: other.reference_id ?? '' } : { kind: 'pending' },
    );
  }
  // An item that says neither, and no item at all, are no answer.
  const isDecided = said.length > 0 && said.every((one) => one === 'no');
  return { source: source.source, answer: isDecided ? 'no' : 'unknown', by: 'enrolled' };
}

function readItems(message: JsonObject): ReceivedEnrolledResponse['enrolled_response'] | undefined {
  try {
    return parseMessage(enrolledResponseSchema, message, 'message').enrolled_response;
  } catch {
    return undefined;
  }
}

function unknown(source: BeneficiarySource, failure: SourceFailure): SourceEnrolled {
  return { source: source.source, answer: 'unknown', by: 'enrolled', failure };
}
