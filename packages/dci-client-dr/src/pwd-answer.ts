import { askOffered } from './ask-offered.ts';
import { checkMaxAge } from './cache/answer-cache.ts';
import type { DisabilityStatusName } from './disability-finding.ts';
import type { LookupOptions } from './disability-source.ts';
import {
  type DisabilityStatus,
  findDisabilityStatus,
  findingOf,
  freshAnswers,
  type StatusContext,
} from './disability-status.ts';
import { type RegistrantReference, readRegistrant } from './registrant.ts';
import { askDisabled } from './special-calls.ts';

/** Whether somebody is certified as a person with disability now; `unknown` when the registry says neither. */
export type PwdAnswer = 'yes' | 'no' | 'unknown';

/** What a question whether somebody is disabled can be given. */
export interface PwdOptions extends LookupOptions {
  /** Seconds: a status of the cache that is not older counts as the answer. Absent: the registry is asked. */
  readonly maxAge?: number;
}

/** What the question is put with. */
export interface PwdContext extends StatusContext {
  /** Whether a no of `sync/disabled` counts only when a search finds a record. */
  readonly confirmNo: boolean;
}

/**
 * Asks whether somebody is certified as a person with disability, by `sync/disabled`, or by a search where the registry
 * does not have that call. The answer of the call is yes or no, so that some registries say no to somebody of whom they
 * have no record: a no is confirmed by a search.
 *
 * @param context - registry, cache, time
 * @param reference - the registrant; all its identifiers are asked for
 * @param options - greatest age, signal
 * @returns `no` only when the registry says so or the certification has run out; never for want of a record
 * @throws DciError with a `ClientFailure` as cause when an identifier was not answered for and no other says yes
 */
export async function askPwd(
  context: PwdContext,
  reference: RegistrantReference,
  options: PwdOptions = {},
): Promise<PwdAnswer> {
  const { maxAge, signal } = options;
  const identifiers = readRegistrant(reference);
  if (maxAge !== undefined) {
    const kept = await context.answers.read(identifiers);
    const fresh = freshAnswers(kept, checkMaxAge(maxAge), context.clock.now());
    if (fresh !== undefined) return answerOf(findingOf(fresh)?.status ?? 'unknown');
  }
  const search = (): Promise<DisabilityStatus> => findDisabilityStatus(context, reference, { ...options, maxAge: 0 });
  const offered = await askOffered(
    identifiers,
    (each) => askDisabled(context, each, options).then((said) => ({ said })),
    signal,
  );
  const isOffered = offered.some(({ answer, error }) => answer !== undefined || error !== undefined);
  if (!isOffered) return answerByStatus(await search());
  const said = new Set(offered.map(({ answer }) => answer?.said));
  if (said.has('yes')) return said.has('no') ? 'unknown' : 'yes';
  const failed = offered.find(({ error }) => error !== undefined);
  if (failed?.error !== undefined) throw failed.error;
  if (!said.has('no')) return 'unknown';
  return context.confirmNo ? confirmedNo(await search()) : 'no';
}

/** A registry that has a record, and says no, means it; unless the record says something else, or is not decided. */
function confirmedNo({ status, recordFound, unanswered }: DisabilityStatus): PwdAnswer {
  const [failure] = unanswered;
  if (!recordFound && failure !== undefined) throw failure.error;
  return recordFound && ['not_disabled', 'expired', 'unknown'].includes(status) ? 'no' : 'unknown';
}

/** A yes stands whatever was not answered; a no does not. */
function answerByStatus({ status, unanswered }: DisabilityStatus): PwdAnswer {
  const answer = answerOf(status);
  const [failure] = unanswered;
  if (answer !== 'yes' && failure !== undefined) throw failure.error;
  return answer;
}

function answerOf(status: DisabilityStatusName): PwdAnswer {
  if (status === 'disabled') return 'yes';
  return status === 'not_disabled' || status === 'expired' ? 'no' : 'unknown';
}
