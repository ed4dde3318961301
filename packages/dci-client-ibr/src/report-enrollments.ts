import { isNeverSent, type ReplyEvidence } from 'dci-client';
import {
  type Beneficiary,
  beneficiarySchema,
  DciError,
  enrolledResponseSchema,
  ibr,
  type JsonObject,
  parseMessage,
  type ReceivedEnrolledResponse,
  type RequestStatus,
} from 'dci-core';
import * as v from 'valibot';
import { type BeneficiarySource, chooseSources, type SourceFailure, sourceFailure } from './source.ts';

/** What a report can be given. */
export interface ReportEnrollmentsOptions {
  /** Code of the source to which it goes; needed where the service has several. */
  readonly source?: string;
  /** Beneficiaries a message; absent: 100. */
  readonly batchSize?: number;
  /**
   * Ends the report: what is on its way then may or may not arrive, and the promise rejects with the signal's reason.
   */
  readonly signal?: AbortSignal;
}

/** What became of one beneficiary. */
export interface ReportedEnrollment {
  /**
   * `succ`, `rjct`, or `pdng` and `rcvd` while the registry works on it, as it answered. `refused`: it did not take the
   * message. `unknown`: the message may have arrived, and no answer tells. `not_sent`: a message before it failed.
   */
  readonly status: RequestStatus | 'refused' | 'unknown' | 'not_sent';
  /** The registry's name of the answer. */
  readonly referenceId?: string;
  /** The registry's words; they can hold personal data. */
  readonly text?: string;
}

/** What became of a report. */
export interface EnrollmentReport {
  /** Code of the source. */
  readonly source: string;
  /** Whether every beneficiary was taken (`succ`). */
  readonly complete: boolean;
  /** One for each beneficiary, in their order. */
  readonly outcomes: readonly ReportedEnrollment[];
  /** Why the rest has no answer. */
  readonly failure?: SourceFailure;
  /** The verified replies. */
  readonly evidence: readonly ReplyEvidence[];
}

/** Members that the standard requires of a beneficiary (records.md section 5), but for `benefits`, which may be none. */
const required = ['assistance_unit', 'programme_identifier', 'enrollment_date', 'enrollment_status'] as const;
const [defaultBatch, largestBatch] = [100, 1_000];

/**
 * Tells a registry of enrolments (OpenAPI v1.0.0, IBR `sync/enrollment/updates`). Each beneficiary is sent once: after
 * a failure nothing is sent again, because the registry may have taken what it did not confirm.
 *
 * @param beneficiaries - whole, as the standard has them; `@context`, `@type` and an empty list of benefits are added
 * @param options - source, size of messages, signal
 * @param sources - the sources of the service
 * @returns one outcome for each beneficiary; a failure is in the report
 * @throws DciError `err.request.bad` for a beneficiary that is not as the standard has it, before anything is sent
 */
export async function reportEnrollments(
  beneficiaries: readonly Beneficiary[],
  options: ReportEnrollmentsOptions,
  sources: readonly BeneficiarySource[],
): Promise<EnrollmentReport> {
  const source = receiverOf(sources, options.source);
  const { batchSize = defaultBatch, signal } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > largestBatch) {
    throw bad('batchSize', `must be a whole number from 1 to ${largestBatch}`);
  }
  if (beneficiaries.length === 0) throw bad('beneficiaries', 'must hold at least one beneficiary');
  const records = beneficiaries.map(writtenBeneficiary);
  const outcomes: ReportedEnrollment[] = [];
  const evidence: ReplyEvidence[] = [];
  for (let start = 0; start < records.length; start += batchSize) {
    signal?.throwIfAborted();
    const batch = records.slice(start, start + batchSize);
    const sent = await send(source, batch, signal);
    outcomes.push(...sent.outcomes);
    if (sent.evidence !== undefined) evidence.push(sent.evidence);
    if (sent.failure !== undefined) {
      const rest = records.slice(start + batchSize).map((): ReportedEnrollment => ({ status: 'not_sent' }));
      return {
        source: source.source,
        complete: false,
        outcomes: [...outcomes, ...rest],
        failure: sent.failure,
        evidence,
      };
    }
  }
  return { source: source.source, complete: outcomes.every(({ status }) => status === 'succ'), outcomes, evidence };
}

function receiverOf(sources: readonly BeneficiarySource[], code: string | undefined): BeneficiarySource {
  const chosen = chooseSources(sources, code === undefined ? undefined : [code]);
  const [source] = chosen;
  if (source === undefined || chosen.length > 1) throw bad('source', 'must name the registry that is told');
  return source;
}

function writtenBeneficiary(beneficiary: Beneficiary, index: number): JsonObject {
  const root = `beneficiaries[${index}]`;
  const result = v.safeParse(beneficiarySchema, beneficiary);
  if (!result.success) {
    const [issue] = result.issues;
    const path = [root, v.getDotPath(issue)].filter((part) => part !== null).join('.');
    throw bad(path, issue.message);
  }
  const { output } = result;
  for (const member of required) {
    const value = output[member];
    if (value === undefined || (Array.isArray(value) && value.length === 0))
      throw bad(`${root}.${member}`, 'is missing');
  }
  if (output.member === undefined && output.group === undefined) throw bad(root, 'must have a member or a group');
  const [type] = ibr.recordTypes;
  return { '@context': type?.context, '@type': type?.jsonLdType, benefits: [], ...output };
}

interface Sent {
  readonly outcomes: readonly ReportedEnrollment[];
  readonly failure?: SourceFailure;
  readonly evidence?: ReplyEvidence;
}

async function send(
  source: BeneficiarySource,
  beneficiaries: readonly JsonObject[],
  signal: AbortSignal | undefined,
): Promise<Sent> {
  const all = (status: ReportedEnrollment['status']): readonly ReportedEnrollment[] =>
    beneficiaries.map(() => ({ status }));
  try {
    const { message, evidence } = await source.call(
      'enrollment-updates',
      { enrolled_updates: { beneficiaries } },
      signal === undefined ? {} : { signal },
    );
    return { ...readReply(message, evidence, all), evidence };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = sourceFailure(error);
    return { outcomes: all(wasNotTaken(failure) ? 'refused' : 'unknown'), failure };
  }
}

/** Whether the registry certainly took nothing. */
function wasNotTaken(failure: SourceFailure): boolean {
  switch (failure.kind) {
    case 'unsupported':
      return true;
    case 'refused':
      // After an error of the server, or of a gateway before it, nobody knows. A header that rejects comes with 200.
      return failure.status < 500 && failure.status !== 408 && !isRepetition(failure);
    case 'rejected':
      return !isRepetition(failure);
    case 'unreachable':
      return isNeverSent(failure);
    case 'error':
      return failure.code === 'err.configuration.invalid' || failure.code === 'err.request.bad';
    default:
      return false;
  }
}

/** The registry knows the message: it came before, and whatever was answered then was lost. */
function isRepetition(failure: { readonly status?: number; readonly peerCode?: string }): boolean {
  return failure.status === 409 || failure.peerCode === 'rjct.message_id.duplicate';
}

function readReply(
  message: JsonObject,
  { header }: ReplyEvidence,
  all: (status: ReportedEnrollment['status']) => readonly ReportedEnrollment[],
): Sent {
  if (header.status === 'rjct') {
    const code = header.status_reason_code;
    const failure: SourceFailure = {
      kind: 'rejected',
      referenceId: '',
      ...(typeof code === 'string' && { peerCode: code }),
    };
    return { outcomes: all(wasNotTaken(failure) ? 'refused' : 'unknown'), failure };
  }
  const items = readItems(message);
  const unanswered = all('unknown');
  // Answers have names of the registry's own, so only their order tells whose they are.
  if (items === undefined || items.length !== unanswered.length) {
    return { outcomes: unanswered, failure: { kind: 'protocol', fault: 'other_items', path: 'message' } };
  }
  return { outcomes: items.map(outcomeOf) };
}

function readItems(message: JsonObject): ReceivedEnrolledResponse['enrolled_response'] | undefined {
  try {
    return parseMessage(enrolledResponseSchema, message, 'message').enrolled_response;
  } catch {
    return undefined;
  }
}

function outcomeOf(item: ReceivedEnrolledResponse['enrolled_response'][number]): ReportedEnrollment {
  const { status = 'unknown', reference_id: referenceId, status_reason_message: text } = item;
  return {
    status,
    ...(referenceId !== undefined && { referenceId }),
    ...(text !== undefined && { text }),
  };
}

function bad(path: string, fault: string): DciError {
  return new DciError('err.request.bad', `${path} ${fault}`, { path });
}
