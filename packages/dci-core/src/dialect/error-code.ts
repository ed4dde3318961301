import type { DciErrorCode } from '../errors.ts';

/** Codes outside the standard's lists that peers answer with → the typed codes of protocol.md. */
const foreignCodes: Readonly<Record<string, DciErrorCode>> = {
  // The early seed's (protocol.md section 10).
  ERR_INVALID_QUERY: 'rjct.filter.invalid',
  ERR_INVALID_SIGNATURE: 'err.signature.invalid',
  ERR_EXPIRED_SIGNATURE: 'err.signature.expired',
  ERR_UNAUTHORIZED: 'err.request.unauthorized',
  ERR_NOT_FOUND: 'err.request.not_found',
  ERR_CONSENT_REQUIRED: 'err.request.forbidden',
  ERR_RATE_LIMIT: 'err.request.too_many_requests',
  ERR_INTERNAL: 'err.internal',
  // OpenG2P (dialects.md section 2).
  'REQ-VAL-001': 'err.request.bad',
  // OpenSPP's documents (dialects.md section 3).
  'RJCT.SEARCH.NOT_SUPPORTED': 'rjct.search_criteria.invalid',
};

const statusCodes: Readonly<Record<string, DciErrorCode>> = {
  400: 'err.request.bad',
  401: 'err.request.unauthorized',
  403: 'err.request.forbidden',
  404: 'err.request.not_found',
  405: 'err.request.bad',
  408: 'err.request.timeout',
  413: 'err.request.bad',
  415: 'err.request.bad',
  422: 'err.request.bad',
  429: 'err.request.too_many_requests',
  500: 'err.internal',
  501: 'rjct.action.not_supported',
  503: 'err.service.unavailable',
};

/**
 * Brings an error code of a peer into the codes of protocol.md: the early seed's `ERR_*` codes are read as the same typed
 * codes (protocol.md section 10), and so are an HTTP status (OpenCRVS), `err.<status>` (OpenSPP) and OpenG2P's own. Such a
 * code stands in a refusal, in the header of a reply or in an item of its message.
 *
 * @param code - the code as received
 * @returns the typed code, or the code as it came when it is none of these
 */
export function readErrorCode(code: string): string {
  const [, status = ''] = /^(?:err\.)?(\d{3})$/i.exec(code.trim()) ?? [];
  const folded = code.trim().toUpperCase();
  if (Object.hasOwn(foreignCodes, folded)) return foreignCodes[folded] ?? code;
  return Object.hasOwn(statusCodes, status) ? (statusCodes[status] ?? code) : code;
}
