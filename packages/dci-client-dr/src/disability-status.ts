import { type Clock, type DciError, formatTimestamp } from 'dci-core';
import { askRecords, type IdentifierAnswer } from './ask-records.ts';
import { type AnswerCache, ageInSeconds, checkMaxAge, isFresh, type KnownAnswer } from './cache/answer-cache.ts';
import { combineFindings } from './combine-findings.ts';
import type { DisabilityFinding } from './disability-finding.ts';
import type { AnswerEvidence, DisabilitySource, LookupOptions } from './disability-source.ts';
import type { SeverityThreshold } from './functional-scores.ts';
import { judgeRecord } from './judge-record.ts';
import { type RegistrantReference, readRegistrant } from './registrant.ts';

/** An identifier that the registry did not answer for. */
export interface UnansweredIdentifier {
  /** Its type; the value is not repeated. */
  readonly type: string;
  /** `clientFailure` tells the cause. */
  readonly error: DciError;
}

/** What a disability registry knows of a registrant. */
export interface DisabilityStatus extends DisabilityFinding {
  /** False: the registry has no record that we may see. The status is `unknown` then, never `not_disabled`. */
  readonly recordFound: boolean;
  /** Identifiers that the registry did not answer for; what it said of the others stands. */
  readonly unanswered: readonly UnansweredIdentifier[];
  /** Code of the data source. */
  readonly source: string;
  /** RFC 3339: when the registry was asked; of several answers the oldest. */
  readonly asOf: string;
  /** Whether any of it comes from the cache. */
  readonly fromCache: boolean;
  /** Whole seconds since `asOf`. */
  readonly ageSeconds: number;
  /** The verified replies that it is made of. */
  readonly evidence: readonly AnswerEvidence[];
}

/** What a question for a status can be given. */
export interface StatusOptions extends LookupOptions {
  /** Seconds: an answer of the cache that is older is not used; 0 asks always. Absent: as the service says. */
  readonly maxAge?: number;
  /**
   * Whether, when the registry cannot be asked, an answer of the cache counts that is older than `maxAge`, until it
   * expires. `ageSeconds` tells how old it is, and `unanswered` that the registry did not answer. Absent: no.
   */
  readonly staleOnFailure?: boolean;
}

/** What statuses are made with. */
export interface StatusContext {
  readonly source: DisabilitySource;
  readonly clock: Clock;
  readonly answers: AnswerCache;
  /** Seconds, where a question says nothing. */
  readonly maxAge: number;
  readonly threshold: SeverityThreshold;
}

/**
 * Tells what a registry knows of a registrant, from the cache where that is young enough.
 *
 * @param context - registry, cache, time
 * @param reference - the registrant; all its identifiers are asked for
 * @param options - greatest age, signal
 * @returns the status
 * @throws DciError with a `ClientFailure` as cause when the registry answered for none of the identifiers;
 *   `err.request.bad` for a registrant without identifiers
 */
export async function findDisabilityStatus(
  context: StatusContext,
  reference: RegistrantReference,
  options: StatusOptions = {},
): Promise<DisabilityStatus> {
  const identifiers = readRegistrant(reference);
  const maxAge = checkMaxAge(options.maxAge ?? context.maxAge);
  const kept = await context.answers.read(identifiers);
  const fresh = freshAnswers(kept, maxAge, context.clock.now());
  if (fresh !== undefined) return composeStatus(context, fresh, []);

  const asked = await askRecords(context, identifiers, options);
  const known = knownAnswers(asked, context.threshold);
  await context.answers.write(known);
  const unanswered = unansweredOf(asked);
  const stale =
    options.staleOnFailure === true ? kept.filter((answer, index) => isInPlaceOf(answer, asked[index])) : [];
  const answers = [...known, ...stale.flatMap((answer) => answer ?? [])];
  const [failure] = unanswered;
  if (answers.length === 0 && failure !== undefined) throw failure.error;
  return composeStatus(context, answers, unanswered);
}

/**
 * @param kept - what the cache knows, one for each identifier
 * @param maxAge - seconds
 * @param now - Unix milliseconds
 * @returns the answers when all are there and young enough; else all are asked for again, so that they are of one time
 */
export function freshAnswers(
  kept: readonly (KnownAnswer | undefined)[],
  maxAge: number,
  now: number,
): readonly KnownAnswer[] | undefined {
  const fresh = kept.flatMap((answer) => (answer !== undefined && isFresh(answer, maxAge, now) ? [answer] : []));
  return fresh.length === kept.length ? fresh : undefined;
}

/**
 * @param asked - what the registry said
 * @param threshold - from which severity on scores without a status count as a disability
 * @returns what can be kept of it
 */
export function knownAnswers(asked: readonly IdentifierAnswer[], threshold: SeverityThreshold): readonly KnownAnswer[] {
  return asked.flatMap((answer): readonly KnownAnswer[] => {
    if (answer.kind === 'failed') return [];
    const { identifier, records, askedAt: fetchedAt, evidence } = answer;
    const common = { identifier, fetchedAt, evidence, fromCache: false };
    if (records.length === 0) return [common];
    return [{ ...common, finding: combineFindings(records.map((record) => judgeRecord(record, threshold))) }];
  });
}

/**
 * @param asked - what the registry said
 * @returns the identifiers that it did not answer for
 */
export function unansweredOf(asked: readonly IdentifierAnswer[]): readonly UnansweredIdentifier[] {
  return asked.flatMap((answer) =>
    answer.kind === 'failed' ? [{ type: answer.identifier.type, error: answer.error }] : [],
  );
}

/**
 * @param answers - about one registrant
 * @returns what they say together; `undefined` when the registry has no record under any of the identifiers
 */
export function findingOf(answers: readonly Pick<KnownAnswer, 'finding'>[]): DisabilityFinding | undefined {
  const findings = answers.flatMap(({ finding }) => finding ?? []);
  return findings.length === 0 ? undefined : combineFindings(findings);
}

function composeStatus(
  { source, clock }: Pick<StatusContext, 'source' | 'clock'>,
  answers: readonly KnownAnswer[],
  unanswered: readonly UnansweredIdentifier[],
): DisabilityStatus {
  const now = clock.now();
  const asOf = Math.min(now, ...answers.map(({ fetchedAt }) => fetchedAt));
  const finding = findingOf(answers);
  return {
    ...(finding ?? { status: 'unknown', types: [], conflicts: [] }),
    recordFound: finding !== undefined,
    unanswered,
    source: source.source,
    asOf: formatTimestamp(asOf),
    fromCache: answers.some(({ fromCache }) => fromCache),
    ageSeconds: ageInSeconds(asOf, now),
    evidence: distinctEvidence(answers.map(({ evidence }) => evidence)),
  };
}

/**
 * @param evidence - of several answers, some of one reply
 * @returns that of each reply once
 */
export function distinctEvidence(evidence: readonly AnswerEvidence[]): readonly AnswerEvidence[] {
  return [...new Map(evidence.map((each) => [JSON.stringify(each), each])).values()];
}

function isInPlaceOf(kept: KnownAnswer | undefined, asked: IdentifierAnswer | undefined): boolean {
  return kept !== undefined && asked?.kind === 'failed';
}
