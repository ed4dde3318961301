import type { DciErrorCode } from '../errors.ts';

/** The early seed's codes, which some servers still answer with (protocol.md section 10). */
const earlyCodes: Readonly<Record<string, DciErrorCode>> = {
  ERR_INVALID_QUERY: 'rjct.filter.invalid',
  ERR_INVALID_SIGNATURE: 'err.signature.invalid',
  ERR_EXPIRED_SIGNATURE: 'err.signature.expired',
  ERR_UNAUTHORIZED: 'err.request.unauthorized',
  ERR_NOT_FOUND: 'err.request.not_found',
  ERR_CONSENT_REQUIRED: 'err.request.forbidden',
  ERR_RATE_LIMIT: 'err.request.too_many_requests',
  ERR_INTERNAL: 'err.internal',
};

/**
 * Brings an error code of a peer into the codes of protocol.md: the early seed's `ERR_*` codes are read as the same typed
 * codes (protocol.md section 10). It can stand in a refusal, in the header of a reply and in an item of its message.
 *
 * @param code - the code as received
 * @returns the typed code, or the code as it came when it is none of the early seed's
 */
export function readErrorCode(code: string): string {
  const early = code.trim().toUpperCase();
  return Object.hasOwn(earlyCodes, early) ? (earlyCodes[early] ?? code) : code;
}
