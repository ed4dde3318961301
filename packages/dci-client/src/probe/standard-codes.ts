import {
  type HeaderReasonCode,
  replyActionOf,
  requestActions,
  requestStatuses,
  type SearchReasonCode,
  type StandardErrorCode,
} from 'dci-core';

const keysOf = <K extends string>(record: Readonly<Record<K, true>>): ReadonlySet<string> =>
  new Set(Object.keys(record));

/** Codes of an acknowledgement (OpenAPI v1.0.0, `Error.code`). */
export const errorCodes = keysOf<StandardErrorCode>({
  'err.request.bad': true,
  'err.request.unauthorized': true,
  'err.request.forbidden': true,
  'err.request.not_found': true,
  'err.request.timeout': true,
  'err.request.too_many_requests': true,
  'err.version.not_supported': true,
  'err.sender_id.invalid': true,
  'err.sender_uri.invalid': true,
  'err.receiver_id.invalid': true,
  'err.signature.missing': true,
  'err.signature.invalid': true,
  'err.encryption.invalid': true,
  'err.service.unavailable': true,
});

/** Reason codes of a header (OpenAPI v1.0.0, `MsgHeaderStatusReasonCode`). */
export const headerReasonCodes = keysOf<HeaderReasonCode>({
  'rjct.version.invalid': true,
  'rjct.message_id.duplicate': true,
  'rjct.message_ts.invalid': true,
  'rjct.action.invalid': true,
  'rjct.action.not_supported': true,
  'rjct.total_count.invalid': true,
  'rjct.total_count.limit_exceeded': true,
  'rjct.errors.too_many': true,
});

/** Reason codes of a search item (OpenAPI v1.0.0, `SearchStatusReasonCode`). */
export const searchReasonCodes = keysOf<SearchReasonCode>({
  'rjct.reference_id.invalid': true,
  'rjct.reference_id.duplicate': true,
  'rjct.timestamp.invalid': true,
  'rjct.search_criteria.invalid': true,
  'rjct.filter.invalid': true,
  'rjct.sort.invalid': true,
  'rjct.pagination.invalid': true,
  'rjct.search.too_many_records_found': true,
});

/** Statuses of messages and items (OpenAPI v1.0.0, `RequestStatus`). */
export const statuses: ReadonlySet<string> = new Set(requestStatuses);

/** Actions of requests and replies, for texts: what is none of them is not repeated. */
export const actions: ReadonlySet<string> = new Set([...requestActions, ...requestActions.map(replyActionOf)]);

/** Codes of known families outside of the standard's lists (protocol.md sections 4 and 10; dialects.md): a text may name them. */
export const familiarCodes: ReadonlySet<string> = new Set([
  ...['err.auth.missing_header', 'err.auth.invalid_format', 'err.auth.invalid_token', 'err.auth.sender_mismatch'],
  ...['err.sender.unknown', 'err.signature.expired', 'err.signature.not_yet_valid'],
  ...['rjct.search.not_supported', 'rjct.action.not_supported', 'REQ-VAL-001'],
  ...['ERR_INVALID_QUERY', 'ERR_INVALID_SIGNATURE', 'ERR_EXPIRED_SIGNATURE', 'ERR_UNAUTHORIZED', 'ERR_NOT_FOUND'],
  ...['ERR_CONSENT_REQUIRED', 'ERR_RATE_LIMIT', 'ERR_INTERNAL'],
]);
