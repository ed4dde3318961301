import { type ClientFailure, clientFailure, type ProtocolFault } from 'dci-client';
import { DciError } from 'dci-core';

/** Answers that are one reply, but none that can be used. */
type Unusable = 'unfinished' | 'not_sent' | 'unreadable' | 'other_person' | 'too_many';

const unusable: Readonly<Record<Unusable, readonly [fault: ProtocolFault, text: string]>> = {
  unfinished: ['other_items', 'The registry has not finished its answer.'],
  not_sent: ['other_items', 'The registry counts records that it does not send.'],
  unreadable: ['envelope', 'The reply does not have the form of an answer to this call.'],
  other_person: ['record', 'The registry answered with a record of somebody else.'],
  too_many: ['record', 'The registry answered with more records than one person has.'],
};

/**
 * Makes the error for an answer that says nothing about the person asked for, and is no "no record" either.
 *
 * @param reason - what is wrong with it
 * @returns the error, with the cause `protocol`
 */
export function unusableAnswer(reason: Unusable): DciError {
  const [fault, text] = unusable[reason];
  const path = 'message';
  const cause: ClientFailure = { kind: 'protocol', fault, path };
  return new DciError('err.service.unavailable', text, { cause, path });
}

/**
 * Makes the error for a question that the registry rejects.
 *
 * @param referenceId - of the question
 * @param peerCode - `rjct.*` code, as sent
 * @param peerMessage - the registry's words
 * @returns the error, with the cause `rejected`
 */
export function rejectedQuestion(referenceId: string, peerCode?: string, peerMessage?: string): DciError {
  const cause: ClientFailure = {
    kind: 'rejected',
    referenceId,
    ...(peerCode !== undefined && { peerCode }),
    ...(peerMessage !== undefined && { peerMessage }),
  };
  return new DciError('rjct.search_criteria.invalid', 'The registry rejected the question.', { cause });
}

/**
 * Tells whether a message with several questions may succeed when it is cut in two: some registries take few questions
 * in a message, or one; and a record that cannot be read spoils a reply for all who were asked for in it.
 *
 * @param error - what the call threw
 * @returns whether asking again in smaller messages can help; searches change nothing, so it is safe
 */
export function isWorthSplitting(error: unknown): boolean {
  const failure = clientFailure(error);
  switch (failure?.kind) {
    case undefined:
      return error instanceof DciError && error.code.startsWith('rjct.');
    case 'protocol':
      return ['other_items', 'record', 'too_large'].includes(failure.fault);
    case 'refused':
      return failure.status === 413 || failure.peerCode?.startsWith('rjct.total_count.') === true;
    case 'rejected':
      return failure.peerCode?.startsWith('rjct.total_count.') === true;
    default:
      return false;
  }
}

/**
 * Names why a call failed, without anything that the registry wrote freely.
 *
 * @param error - what the call threw
 * @returns kind and code, for reports and logs
 */
export function failureReason(error: DciError): { readonly kind: string; readonly code: string } {
  return { kind: clientFailure(error)?.kind ?? 'error', code: error.code };
}
