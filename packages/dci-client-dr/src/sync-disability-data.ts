import type { Clock } from 'dci-core';
import { DciError } from 'dci-core';
import { askRecords } from './ask-records.ts';
import { type AnswerCache, checkMaxAge, type KnownAnswer } from './cache/answer-cache.ts';
import { failureReason } from './call-failure.ts';
import type { DisabilityFinding } from './disability-finding.ts';
import type { DisabilitySource, LookupOptions } from './disability-source.ts';
import { findingOf, freshAnswers, knownAnswers } from './disability-status.ts';
import type { SeverityThreshold } from './functional-scores.ts';
import { type RegistrantIdentifier, type RegistrantReference, readRegistrant } from './registrant.ts';

/** What became of the registrants so far; `done` is the sum of the five others. */
export interface SyncCounts {
  readonly done: number;
  /** Something is known that was not known before, or is different now. */
  readonly updated: number;
  /** The registry says what it said before. */
  readonly unchanged: number;
  /** The registry has no record of them that we may see. */
  readonly noRecord: number;
  /** Not asked for, because what is known is younger than `maxAge`. */
  readonly fresh: number;
  /** Not answered for, at least not by all their identifiers. What was known of them stays, with its age. */
  readonly failed: number;
}

/** A registrant that the registry did not answer for. */
export interface SyncFailure {
  /** Place among the registrants, from 0. */
  readonly index: number;
  /** Kind of a `ClientFailure`, for example `timeout` or `rejected`; `error` for an input that cannot be asked for. */
  readonly kind: string;
  /** Code of the error. */
  readonly code: string;
}

/** What a synchronisation came to. */
export interface SyncReport extends SyncCounts {
  /** Code of the data source. */
  readonly source: string;
  /** The first 1,000 failures; `failed` counts all. */
  readonly failures: readonly SyncFailure[];
  /**
   * Why it ended before all registrants were done: the caller's signal, or messages that failed one after another. The
   * same call again goes on from there: those who were done are `fresh` then.
   */
  readonly stopped?: 'aborted' | 'failures';
}

/** How many registrants are synchronised. */
export interface SyncOptions extends LookupOptions {
  /** Seconds: who is known by an answer that is not older is not asked for. Absent: as the service says. */
  readonly maxAge?: number;
  /** Messages that are under way at once; absent: 2. */
  readonly concurrency?: number;
  /** Registrants that one message asks for; absent: 25, at most 100. */
  readonly batchSize?: number;
  /** Messages that fail altogether, one after another, before the rest is left for another time; absent: 3. */
  readonly maxFailedBatches?: number;
  /** Called after each message. */
  readonly onProgress?: (counts: SyncCounts) => void;
}

/** What a synchronisation works with. */
export interface SyncContext {
  readonly source: DisabilitySource;
  readonly clock: Clock;
  readonly answers: AnswerCache;
  /** Seconds, where the call says nothing. */
  readonly maxAge: number;
  readonly threshold: SeverityThreshold;
}

const mostFailures = 1_000;

interface Item {
  readonly index: number;
  readonly reference: RegistrantReference;
}

type Outcome = 'updated' | 'unchanged' | 'noRecord' | 'fresh' | { readonly error: DciError };

/**
 * Fetches what the registry knows of many registrants into the cache, several in one message. Registrants are taken from
 * the iterable as they are needed, so that there may be more than fit into memory.
 *
 * @param context - registry, cache, time
 * @param registrants - whom to ask for
 * @param options - greatest age, batches, signal, progress
 * @returns counts; a failure of the registry is counted, not thrown
 * @throws DciError `err.configuration.invalid` without a cache, `err.request.bad` for an option that cannot be used;
 *   what the cache or the iterable throws
 */
export async function syncDisabilityData(
  context: SyncContext,
  registrants: Iterable<RegistrantReference> | AsyncIterable<RegistrantReference>,
  options: SyncOptions = {},
): Promise<SyncReport> {
  if (context.answers.cache === undefined) {
    throw new DciError('err.configuration.invalid', 'data can be synchronised only into a cache', { path: 'cache' });
  }
  const maxAge = checkMaxAge(options.maxAge ?? context.maxAge);
  const concurrency = readCount(options.concurrency ?? 2, 'concurrency', 16);
  const batchSize = readCount(options.batchSize ?? 25, 'batchSize', 100);
  const maxFailedBatches = readCount(options.maxFailedBatches ?? 3, 'maxFailedBatches', 1_000_000);

  const counts = { done: 0, updated: 0, unchanged: 0, noRecord: 0, fresh: 0, failed: 0 };
  const failures: SyncFailure[] = [];
  let failedInARow = 0;
  let stopped: SyncReport['stopped'];
  const mayGoOn = (): boolean => {
    if (options.signal?.aborted) stopped = 'aborted';
    else if (failedInARow >= maxFailedBatches) stopped = 'failures';
    return stopped === undefined;
  };
  const count = (index: number, outcome: Outcome): void => {
    counts.done += 1;
    if (typeof outcome === 'string') {
      counts[outcome] += 1;
      return;
    }
    counts.failed += 1;
    if (failures.length < mostFailures) failures.push({ index, ...failureReason(outcome.error) });
  };

  const batches = batchesOf(registrants, batchSize);
  const work = async (): Promise<void> => {
    while (mayGoOn()) {
      const { value: batch, done } = await batches.next();
      if (done === true || !mayGoOn()) return;
      try {
        const { outcomes, isFailed } = await syncBatch(context, batch, maxAge, options);
        for (const [index, outcome] of outcomes) count(index, outcome);
        if (isFailed !== undefined) failedInARow = isFailed ? failedInARow + 1 : 0;
      } catch (error) {
        if (options.signal?.aborted) continue;
        throw error;
      }
      options.onProgress?.({ ...counts });
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    await batches.return?.(undefined);
  }
  failures.sort((one, other) => one.index - other.index);
  return { ...counts, source: context.source.source, failures, ...(stopped !== undefined && { stopped }) };
}

async function* batchesOf(
  registrants: Iterable<RegistrantReference> | AsyncIterable<RegistrantReference>,
  size: number,
): AsyncGenerator<readonly Item[], undefined> {
  let batch: Item[] = [];
  let index = 0;
  for await (const reference of registrants) {
    batch.push({ index, reference });
    index += 1;
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
  return undefined;
}

/** A registrant of a batch that has to be asked for. */
interface Wanted {
  readonly index: number;
  readonly identifiers: readonly RegistrantIdentifier[];
  readonly before: readonly (KnownAnswer | undefined)[];
}

async function syncBatch(
  context: SyncContext,
  batch: readonly Item[],
  maxAge: number,
  options: LookupOptions,
): Promise<{
  readonly outcomes: readonly (readonly [index: number, outcome: Outcome])[];
  /** Whether nothing was answered; absent: nothing was asked. */
  readonly isFailed?: boolean;
}> {
  const outcomes: (readonly [number, Outcome])[] = [];
  const wanted: Wanted[] = [];
  for (const { index, reference } of batch) {
    const identifiers = readOrRefuse(reference);
    if (identifiers instanceof DciError) {
      outcomes.push([index, { error: identifiers }]);
      continue;
    }
    const before = await context.answers.read(identifiers);
    if (freshAnswers(before, maxAge, context.clock.now()) === undefined) wanted.push({ index, identifiers, before });
    else outcomes.push([index, 'fresh']);
  }
  if (wanted.length === 0) return { outcomes };
  const asked = await askRecords(
    context,
    wanted.flatMap(({ identifiers }) => identifiers),
    options,
  );
  await context.answers.write(knownAnswers(asked, context.threshold));
  let position = 0;
  for (const { index, identifiers, before } of wanted) {
    const own = asked.slice(position, position + identifiers.length);
    position += identifiers.length;
    const failed = own.find((answer) => answer.kind === 'failed');
    const outcome =
      failed?.kind === 'failed'
        ? { error: failed.error }
        : outcomeOf(findingOf(knownAnswers(own, context.threshold)), before);
    outcomes.push([index, outcome]);
  }
  return { outcomes, isFailed: asked.every(({ kind }) => kind === 'failed') };
}

function readOrRefuse(reference: RegistrantReference): readonly RegistrantIdentifier[] | DciError {
  try {
    return readRegistrant(reference);
  } catch (error) {
    if (error instanceof DciError) return error;
    throw error;
  }
}

function outcomeOf(finding: DisabilityFinding | undefined, before: readonly (KnownAnswer | undefined)[]): Outcome {
  if (finding === undefined) return 'noRecord';
  const earlier = findingOf(before.flatMap((answer) => answer ?? []));
  return earlier !== undefined && JSON.stringify(earlier) === JSON.stringify(finding) ? 'unchanged' : 'updated';
}

function readCount(value: number, path: string, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new DciError('err.request.bad', `${path} must be a whole number from 1 to ${most}`, { path });
}
