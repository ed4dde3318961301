import { DciError, type DciErrorCode } from 'dci-core';
import { type ClientFailure, clientFailure, protocolFault } from '../failure.ts';

const PATH = 'authorization';

/** Error codes of RFC 6749 section 5.2 and `temporarily_unavailable`; anything else is not repeated in a text. */
const knownCodes: readonly string[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'temporarily_unavailable',
];

/**
 * The error for a token endpoint that gives no token.
 *
 * @param refusal - HTTP status, and what the body said
 * @param retryAfter - seconds from `Retry-After`
 * @returns an error with the cause `refused` and the path `authorization`
 */
export function tokenRefused(
  refusal: { readonly status: number; readonly peerCode?: string; readonly peerMessage?: string },
  retryAfter?: number,
): DciError {
  const { status, peerCode } = refusal;
  const known = knownCodes.find((code) => code === peerCode);
  const cause: ClientFailure = { kind: 'refused', ...refusal };
  const text = `The token endpoint refused with HTTP status ${status}${known === undefined ? '' : ` (${known})`}.`;
  return new DciError(codeOf(status), text, { cause, path: PATH, ...(retryAfter !== undefined && { retryAfter }) });
}

function codeOf(status: number): DciErrorCode {
  if (status === 429) return 'err.request.too_many_requests';
  return status >= 500 ? 'err.service.unavailable' : 'err.request.unauthorized';
}

/** @returns the error for an answer that holds no token, with the cause `protocol` */
export function noToken(): DciError {
  return atTokenEndpoint(protocolFault('token'));
}

/**
 * Makes clear that it was the token endpoint, and not the registry, with which a call failed.
 *
 * @param error - what a call threw
 * @returns the same failure with the path `authorization`; anything else as it is
 */
export function atTokenEndpoint<T>(error: T): T | DciError {
  const cause = clientFailure(error);
  if (cause === undefined || !(error instanceof DciError) || error.path === PATH) return error;
  return new DciError(error.code, textOf(cause), { cause, path: PATH });
}

function textOf(failure: ClientFailure): string {
  if (failure.kind === 'unreachable') {
    const code = failure.systemCode === undefined ? '' : ` (${failure.systemCode})`;
    return `The token endpoint cannot be reached${code}.`;
  }
  if (failure.kind === 'timeout') return `The token endpoint did not answer within ${failure.seconds} seconds.`;
  if (failure.kind === 'protocol' && failure.fault === 'redirect') {
    return 'The token endpoint answers with a redirect; redirects are not followed.';
  }
  if (failure.kind === 'protocol' && failure.fault === 'too_large')
    return 'The answer of the token endpoint is too large.';
  return 'The token endpoint answered without a usable token.';
}
