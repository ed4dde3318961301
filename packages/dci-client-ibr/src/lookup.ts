import { type ReplyEvidence, type SearchCriteria, type SearchOutcome, withinDeadline } from 'dci-client';
import type { JsonObject } from 'dci-core';
import { type BeneficiarySource, type SourceFailure, sourceFailure } from './source.ts';

/** A record, and the verified reply that it came in. */
export interface ReceivedRecord {
  readonly record: JsonObject;
  readonly evidence: ReplyEvidence;
}

/**
 * What one source said to one question. With a failure the answer is not whole: records that came all the same are
 * records, but none of them, or no further ones, means nothing.
 */
export interface Answer {
  readonly records: readonly ReceivedRecord[];
  readonly failure?: SourceFailure;
}

/** How sources are asked. */
export interface LookupOptions {
  /** For all questions to one source together. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Records a page of the questions; a person has few enrolments. */
export const pageSize = 100;
/** Records to one question. */
const mostRecords = 1_000;

/** An answer while it is made. */
interface Draft {
  readonly records: ReceivedRecord[];
  failure: SourceFailure | undefined;
}

/**
 * Asks one source several questions, in one envelope where the source takes that, and follows every answer to its last
 * page. Whatever goes wrong is in the answers.
 *
 * @param source - the source
 * @param questions - the searches, at least one
 * @param options - time and the caller's signal
 * @returns one answer each, in order
 * @throws the reason of the caller's signal only
 */
export async function askSource(
  source: BeneficiarySource,
  questions: readonly SearchCriteria[],
  options: LookupOptions,
): Promise<readonly Answer[]> {
  const { timeoutSeconds, signal } = options;
  // Until an answer is whole, it counts as one that did not come in time.
  const drafts = questions.map((): Draft => ({ records: [], failure: { kind: 'timeout', seconds: timeoutSeconds } }));
  const pairs = questions.flatMap((criteria, index): Asked[] => {
    const draft = drafts[index];
    return draft === undefined ? [] : [{ criteria, draft }];
  });
  await withinDeadline(
    timeoutSeconds,
    signal,
    (within) => askBatch(source, pairs, within),
    () => undefined,
  );
  // A copy: work that was left behind writes on into its own.
  return drafts.map(({ records, failure }) => ({ records: [...records], ...(failure !== undefined && { failure }) }));
}

interface Asked {
  readonly criteria: SearchCriteria;
  readonly draft: Draft;
}

async function askBatch(source: BeneficiarySource, asked: readonly Asked[], signal: AbortSignal): Promise<void> {
  const criteria = asked.map((one) => one.criteria);
  try {
    const { outcomes, evidence } = await source.searchBatch(criteria, { signal });
    await Promise.all(
      asked.map((one, index) => take(source, one, outcomes[index], evidence, signal).catch(failing(one, signal))),
    );
  } catch (error) {
    const failure = sourceFailure(error);
    if (asked.length > 1 && refusesBatches(failure)) {
      await Promise.all(asked.map((one) => askBatch(source, [one], signal)));
    } else {
      for (const one of asked) failing(one, signal)(error);
    }
  }
}

/** Some peers answer the first item only, or take one a message. Searches change nothing, so asking again is safe. */
function refusesBatches(failure: SourceFailure): boolean {
  if (failure.kind === 'protocol') return failure.fault === 'other_items';
  return (
    (failure.kind === 'refused' || failure.kind === 'rejected') &&
    failure.peerCode?.startsWith('rjct.total_count.') === true
  );
}

/** Once the time is over, that is the reason, and not how the work ended because of it. */
function failing({ draft }: Asked, signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) draft.failure = sourceFailure(error);
  };
}

async function take(
  source: BeneficiarySource,
  { criteria, draft }: Asked,
  outcome: SearchOutcome | undefined,
  evidence: ReplyEvidence,
  signal: AbortSignal,
): Promise<void> {
  let [page, proof] = [outcome, evidence];
  let taken = 0;
  for (;;) {
    const fault = faultOf(page);
    if (fault !== undefined || page === undefined || page.status === 'rjct') {
      draft.failure = fault;
      // A registry that works on the question may send what it has.
      if (page !== undefined && page.status !== 'rjct') draft.records.push(...withEvidence(page.records, proof));
      return;
    }
    draft.records.push(...withEvidence(page.records, proof));
    taken += page.records.length;
    const { next, totalCount, records } = page;
    if (next === undefined || records.length === 0) {
      draft.failure = isWhole(taken, totalCount, records.length) ? undefined : { kind: 'truncated' };
      return;
    }
    if (taken >= mostRecords) {
      draft.failure = { kind: 'too_many', limit: mostRecords };
      return;
    }
    const result = await source.search({ ...criteria, page: next }, { signal });
    [page, proof] = [result, result.evidence];
  }
}

function faultOf(page: SearchOutcome | undefined): SourceFailure | undefined {
  if (page === undefined) return { kind: 'protocol', fault: 'other_items' };
  if (page.status === 'succ') return undefined;
  if (page.status !== 'rjct') return { kind: 'pending' };
  const { referenceId, code, text } = page;
  return {
    kind: 'rejected',
    referenceId,
    ...(code !== undefined && { peerCode: code }),
    ...(text !== undefined && { peerMessage: text }),
  };
}

/** Without a count, a last page that is just full may have others behind it. */
function isWhole(taken: number, totalCount: number | undefined, onLastPage: number): boolean {
  return totalCount === undefined ? onLastPage !== pageSize : taken >= totalCount;
}

function withEvidence(records: readonly JsonObject[], evidence: ReplyEvidence): readonly ReceivedRecord[] {
  return records.map((record) => ({ record, evidence }));
}
