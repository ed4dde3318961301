import { DciError, type DciErrorCode, type VerificationFailure, verificationError } from 'dci-core';

/** What was wrong with a reply that came, but is not an answer to our request. */
export type ProtocolFault =
  /** The address answered with a redirect, which is never followed. */
  | 'redirect'
  /** Not `application/json`. */
  | 'content_type'
  /** Larger than the limit. */
  | 'too_large'
  /** The connection broke off in the middle of the body. */
  | 'truncated'
  /** Not JSON that `readJson` accepts. */
  | 'malformed'
  /** No envelope, or one whose header or message is not as the standard has it. */
  | 'envelope'
  /** The header names another party as its sender. */
  | 'other_sender'
  /** The header names another party than us as its receiver, or none. */
  | 'not_addressed_to_us'
  /** The action is not the reply to ours. */
  | 'action'
  /** The message is encrypted, and this client did not ask for that. */
  | 'encrypted'
  /** It answers another transaction. */
  | 'other_transaction'
  /** It answers items that were not asked, or leaves some unanswered. */
  | 'other_items'
  /** A record cannot be read as one of its type. */
  | 'record'
  /** The token endpoint answered with something that is no token. */
  | 'token';

/**
 * Why a call failed, by cause. Texts of the peer stand only here, because they can hold personal data;
 * the message of the error never repeats them.
 */
export type ClientFailure =
  /** The peer answered, and did not accept the request. Refusals need no signature: they give nothing away. */
  | {
      readonly kind: 'refused';
      /** HTTP status. */
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
  | { readonly kind: 'protocol'; readonly fault: ProtocolFault; readonly path?: string };

const kinds: readonly string[] = ['refused', 'rejected', 'unreachable', 'timeout', 'signature', 'protocol'];

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
];

const codesByStatus: Readonly<Record<number, DciErrorCode>> = {
  401: 'err.request.unauthorized',
  403: 'err.request.forbidden',
  404: 'err.request.not_found',
  408: 'err.request.timeout',
  429: 'err.request.too_many_requests',
};

const faultTexts: Readonly<Record<ProtocolFault, string>> = {
  redirect: 'The address answers with a redirect; redirects are not followed.',
  content_type: 'The reply is not JSON by its content type.',
  too_large: 'The reply is larger than the limit.',
  truncated: 'The reply broke off before its end.',
  malformed: 'The reply is not acceptable JSON.',
  envelope: 'The reply is not an envelope as the standard has it.',
  other_sender: 'The reply names another sender than the party asked.',
  not_addressed_to_us: 'The reply is not addressed to this party.',
  action: 'The action of the reply does not answer the request.',
  encrypted: 'The reply is encrypted; an unencrypted one was asked for.',
  other_transaction: 'The reply belongs to another transaction.',
  other_items: 'The reply does not answer exactly the items that were asked.',
  record: 'A record of the reply cannot be read as one of its type.',
  token: 'The token endpoint answered without a usable token.',
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
  return kinds.includes(String(cause.kind)) ? (cause as ClientFailure) : undefined;
}

function codeOf(peerCode: string | undefined): DciErrorCode | undefined {
  return passedOn.find((code) => code === peerCode);
}

/**
 * The error for a request that the peer did not accept.
 *
 * @param refusal - HTTP status, and what the body said
 * @param retryAfter - seconds from `Retry-After`
 */
export function refused(
  refusal: { readonly status: number; readonly peerCode?: string; readonly peerMessage?: string },
  retryAfter?: number,
): DciError {
  const { status, peerCode } = refusal;
  const code =
    codeOf(peerCode) ?? codesByStatus[status] ?? (status >= 500 ? 'err.service.unavailable' : 'err.request.bad');
  const cause: ClientFailure = { kind: 'refused', ...refusal };
  return new DciError(code, `The request was refused with HTTP status ${status}.`, {
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
