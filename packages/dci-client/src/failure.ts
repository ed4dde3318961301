import {
  DciError,
  type DciErrorCode,
  type DialectCall,
  readErrorCode,
  type VerificationFailure,
  verificationError,
} from 'dci-core';
import { faultTexts, type ProtocolFault } from './protocol-fault.ts';

export type { ProtocolFault } from './protocol-fault.ts';

/**
 * Why a call failed, by cause. Texts of the peer stand only here, because they can hold personal data;
 * the message of the error never repeats them.
 */
export type ClientFailure = FailureCause & {
  /**
   * Names a request that is answered by callback and that the registry may have accepted in spite of the failure: its
   * transaction stays open, and a search can be resumed by it.
   */
  readonly transactionId?: string;
};

/** The cause of a failure, without what may come of it. */
export type FailureCause =
  /** The peer answered, and did not accept the request. Refusals need no signature: they give nothing away. */
  | {
      readonly kind: 'refused';
      /** HTTP status; 0 for a request that was refused before this handle of it was made. */
      readonly status: number;
      /** The peer's precise code, as sent. */
      readonly peerCode?: string;
      readonly peerMessage?: string;
    }
  /** The verified reply rejects this item. */
  | {
      readonly kind: 'rejected';
      readonly referenceId: string;
      /** `rjct.*` code, as sent. */
      readonly peerCode?: string;
      readonly peerMessage?: string;
    }
  /** No connection, or it broke before an answer. */
  | {
      readonly kind: 'unreachable';
      /** Code of the operating system or of the TLS library, for example `ECONNREFUSED`. */
      readonly systemCode?: string;
    }
  /** No complete answer within the time allowed. */
  | { readonly kind: 'timeout'; readonly seconds: number }
  /** The reply is not signed, or not by the peer. */
  | { readonly kind: 'signature'; readonly reason: VerificationFailure }
  /** The reply is not an answer to our request. */
  | { readonly kind: 'protocol'; readonly fault: ProtocolFault; readonly path?: string }
  /** The dialect of the registry does not know the call; nothing was sent. */
  | { readonly kind: 'unsupported'; readonly call: DialectCall };

const kinds: Readonly<Record<ClientFailure['kind'], true>> = {
  refused: true,
  rejected: true,
  unreachable: true,
  timeout: true,
  signature: true,
  protocol: true,
  unsupported: true,
};

/** Codes of a peer that are passed on as the code of the error. */
const passedOn: readonly DciErrorCode[] = [
  'err.request.bad',
  'err.request.unauthorized',
  'err.request.forbidden',
  'err.request.not_found',
  'err.request.timeout',
  'err.request.too_many_requests',
  'err.version.not_supported',
  'err.sender_id.invalid',
  'err.sender_uri.invalid',
  'err.receiver_id.invalid',
  'err.signature.missing',
  'err.signature.invalid',
  'err.signature.expired',
  'err.signature.not_yet_valid',
  'err.encryption.invalid',
  'err.service.unavailable',
  'err.auth.missing_header',
  'err.auth.invalid_format',
  'err.auth.invalid_token',
  'err.auth.sender_mismatch',
  'err.sender.unknown',
  'rjct.version.invalid',
  'rjct.message_id.duplicate',
  'rjct.message_ts.invalid',
  'rjct.action.invalid',
  'rjct.action.not_supported',
  'rjct.total_count.invalid',
  'rjct.total_count.limit_exceeded',
  'rjct.errors.too_many',
  'rjct.reference_id.invalid',
  'rjct.reference_id.duplicate',
  'rjct.timestamp.invalid',
  'rjct.search_criteria.invalid',
  'rjct.filter.invalid',
  'rjct.sort.invalid',
  'rjct.pagination.invalid',
  'rjct.search.too_many_records_found',
  'rjct.notify_types.invalid',
  'rjct.notify_details.invalid',
  'rjct.person_id.invalid',
  'rjct.event.already_subscribed',
  'rjct.subscription_code.invalid',
  'rjct.requester.invalid',
  'rjct.event.already_unsubscribed',
];

const codesByStatus: Readonly<Record<number, DciErrorCode>> = {
  401: 'err.request.unauthorized',
  403: 'err.request.forbidden',
  404: 'err.request.not_found',
  408: 'err.request.timeout',
  429: 'err.request.too_many_requests',
};

/**
 * Tells why a call of the client failed.
 *
 * @param error - what was thrown
 * @returns the cause, or `undefined` when the error does not come from a call
 */
export function clientFailure(error: unknown): ClientFailure | undefined {
  const cause = error instanceof DciError ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('kind' in cause)) return undefined;
  return Object.hasOwn(kinds, String(cause.kind)) ? (cause as ClientFailure) : undefined;
}

/**
 * Tells whether a registry does not have a call at all, so that another call may be made in its place.
 *
 * @param failure - why a call failed
 * @returns true when the dialect does not know the call, or the registry refuses it as unknown
 */
export function isNotOffered(failure: ClientFailure | undefined): boolean {
  switch (failure?.kind) {
    case 'unsupported':
      return true;
    case 'refused':
      return [404, 405, 501].includes(failure.status) || failure.peerCode === 'rjct.action.not_supported';
    case 'rejected':
      return failure.peerCode === 'rjct.action.not_supported';
    default:
      return false;
  }
}

function codeOf(peerCode: string | undefined): DciErrorCode | undefined {
  if (peerCode === undefined) return undefined;
  const read = readErrorCode(peerCode);
  // Ours would say that the fault lies here.
  return read === 'err.internal' ? 'err.service.unavailable' : passedOn.find((code) => code === read);
}

/** What a refusal says. */
export interface Refusal {
  /** HTTP status. */
  readonly status: number;
  /** As sent. */
  readonly peerCode?: string;
  readonly peerMessage?: string;
}

/**
 * The error for a request that the peer did not accept.
 *
 * @param refusal - HTTP status, and what the body said
 * @param options - seconds from `Retry-After`; the code as the dialect reads it
 */
export function refused(
  refusal: Refusal,
  { retryAfter, readCode }: { readonly retryAfter?: number | undefined; readonly readCode?: string | undefined } = {},
): DciError {
  const { status, peerCode } = refusal;
  const code =
    codeOf(readCode) ??
    codeOf(peerCode) ??
    codesByStatus[status] ??
    (status >= 500 ? 'err.service.unavailable' : 'err.request.bad');
  const cause: ClientFailure = { kind: 'refused', ...refusal };
  const text = status === 0 ? 'The request was refused.' : `The request was refused with HTTP status ${status}.`;
  return new DciError(code, text, {
    cause,
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

/**
 * The error for an item that a verified reply rejects.
 *
 * @param rejection - the item, and the peer's reason
 */
export function rejected(rejection: {
  readonly referenceId: string;
  readonly peerCode?: string;
  readonly peerMessage?: string;
}): DciError {
  const cause: ClientFailure = { kind: 'rejected', ...rejection };
  const code = codeOf(rejection.peerCode) ?? 'rjct.search_criteria.invalid';
  return new DciError(code, 'The registry rejected the search.', { cause });
}

/** @param systemCode - code of the operating system or of the TLS library */
export function unreachable(systemCode: string | undefined): DciError {
  const cause: ClientFailure = { kind: 'unreachable', ...(systemCode !== undefined && { systemCode }) };
  const text = systemCode === undefined ? '' : ` (${systemCode})`;
  return new DciError('err.service.unavailable', `The registry cannot be reached${text}.`, { cause });
}

/** @param seconds - the time that was allowed */
export function timedOut(seconds: number): DciError {
  const cause: ClientFailure = { kind: 'timeout', seconds };
  return new DciError('err.request.timeout', `The registry did not answer within ${seconds} seconds.`, { cause });
}

/** @param reason - why the signature of the reply is not accepted */
export function badSignature(reason: VerificationFailure): DciError {
  const cause: ClientFailure = { kind: 'signature', reason };
  const { code } = verificationError(reason);
  return new DciError(code, `The signature of the reply is not accepted: ${reason}.`, { cause, path: 'signature' });
}

/**
 * @param fault - what was wrong with the reply
 * @param path - place of the fault in the reply
 */
export function protocolFault(fault: ProtocolFault, path?: string): DciError {
  const cause: ClientFailure = { kind: 'protocol', fault, ...(path !== undefined && { path }) };
  return new DciError('err.service.unavailable', faultTexts[fault], { cause, ...(path !== undefined && { path }) });
}

/**
 * @param call - what the dialect does not know
 * @param dialect - its name
 */
export function unsupported(call: DialectCall, dialect: string): DciError {
  const cause: ClientFailure = { kind: 'unsupported', call };
  return new DciError('rjct.action.not_supported', `The dialect ${dialect} has no call ${call}.`, { cause });
}

/**
 * The error for a request that is answered by callback and got no callback in time.
 *
 * @param seconds - the time that was allowed
 * @param transactionId - the request
 */
export function notAnswered(seconds: number, transactionId: string): DciError {
  const cause: ClientFailure = { kind: 'timeout', seconds, transactionId };
  return new DciError('err.request.timeout', `No callback arrived within ${seconds} seconds.`, { cause });
}

/**
 * Says of a failure that the registry may have accepted the request, so that its callback is still waited for.
 *
 * @param error - of a request that is answered by callback
 * @param transactionId - names it
 * @returns the same error with the id in its cause; what is no failure of a call is returned as it is
 */
export function outcomeUnknown(error: unknown, transactionId: string): unknown {
  const failure = clientFailure(error);
  if (failure === undefined || !(error instanceof DciError)) return error;
  const { code, message, path, retryAfter } = error;
  const cause: ClientFailure = { ...failure, transactionId };
  return new DciError(code, `${message} The request may have been accepted; its callback is still waited for.`, {
    cause,
    ...(path !== undefined && { path }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}
