/** The error codes of the standard's ACK (OpenAPI v1.0.0, `Error.code`). */
export type StandardErrorCode =
  | 'err.request.bad'
  | 'err.request.unauthorized'
  | 'err.request.forbidden'
  | 'err.request.not_found'
  | 'err.request.timeout'
  | 'err.request.too_many_requests'
  | 'err.version.not_supported'
  | 'err.sender_id.invalid'
  | 'err.sender_uri.invalid'
  | 'err.receiver_id.invalid'
  | 'err.signature.missing'
  | 'err.signature.invalid'
  | 'err.encryption.invalid'
  | 'err.service.unavailable';

/** Reason codes of a message header (OpenAPI v1.0.0, `MsgHeaderStatusReasonCode`). */
export type HeaderReasonCode =
  | 'rjct.version.invalid'
  | 'rjct.message_id.duplicate'
  | 'rjct.message_ts.invalid'
  | 'rjct.action.invalid'
  | 'rjct.action.not_supported'
  | 'rjct.total_count.invalid'
  | 'rjct.total_count.limit_exceeded'
  | 'rjct.errors.too_many';

/** Reason codes of one search item (OpenAPI v1.0.0, `SearchStatusReasonCode`). */
export type SearchReasonCode =
  | 'rjct.reference_id.invalid'
  | 'rjct.reference_id.duplicate'
  | 'rjct.timestamp.invalid'
  | 'rjct.search_criteria.invalid'
  | 'rjct.filter.invalid'
  | 'rjct.sort.invalid'
  | 'rjct.pagination.invalid'
  | 'rjct.search.too_many_records_found';

/** Reason codes of one subscribe item (OpenAPI v1.0.0, `SubscribeStatusReasonCode`). */
export type SubscribeReasonCode =
  | 'rjct.reference_id.invalid'
  | 'rjct.reference_id.duplicate'
  | 'rjct.timestamp.invalid'
  | 'rjct.notify_types.invalid'
  | 'rjct.notify_details.invalid'
  | 'rjct.person_id.invalid'
  | 'rjct.event.already_subscribed';

/** Reason codes of an unsubscribe reply (OpenAPI v1.0.0, `UnSubscribeStatusReasonCode`). */
export type UnsubscribeReasonCode =
  | 'rjct.reference_id.invalid'
  | 'rjct.reference_id.duplicate'
  | 'rjct.timestamp.invalid'
  | 'rjct.subscription_code.invalid'
  | 'rjct.requester.invalid'
  | 'rjct.event.already_unsubscribed';

/** Precise codes of this project that the standard's list lacks (protocol.md section 4). */
export type PreciseErrorCode =
  | 'err.auth.missing_header'
  | 'err.auth.invalid_format'
  | 'err.auth.invalid_token'
  | 'err.auth.sender_mismatch'
  | 'err.sender.unknown'
  | 'err.signature.expired'
  | 'err.signature.not_yet_valid'
  | 'err.configuration.invalid'
  | 'err.key.invalid'
  | 'err.state.conflict'
  | 'err.internal';

/** Every code that a {@link DciError} can carry. */
export type DciErrorCode =
  | StandardErrorCode
  | HeaderReasonCode
  | SearchReasonCode
  | SubscribeReasonCode
  | UnsubscribeReasonCode
  | PreciseErrorCode;

const fixed: Readonly<Partial<Record<DciErrorCode, readonly [status: number, standard: StandardErrorCode]>>> = {
  'err.request.bad': [400, 'err.request.bad'],
  'err.request.unauthorized': [401, 'err.request.unauthorized'],
  'err.request.forbidden': [403, 'err.request.forbidden'],
  'err.request.not_found': [404, 'err.request.not_found'],
  'err.request.timeout': [408, 'err.request.timeout'],
  'err.request.too_many_requests': [429, 'err.request.too_many_requests'],
  'err.version.not_supported': [400, 'err.version.not_supported'],
  'err.sender_id.invalid': [401, 'err.sender_id.invalid'],
  'err.sender_uri.invalid': [400, 'err.sender_uri.invalid'],
  'err.receiver_id.invalid': [403, 'err.receiver_id.invalid'],
  'err.signature.missing': [401, 'err.signature.missing'],
  'err.signature.invalid': [401, 'err.signature.invalid'],
  'err.signature.expired': [401, 'err.signature.invalid'],
  'err.signature.not_yet_valid': [401, 'err.signature.invalid'],
  'err.encryption.invalid': [400, 'err.encryption.invalid'],
  'err.service.unavailable': [503, 'err.service.unavailable'],
  'err.auth.missing_header': [401, 'err.request.unauthorized'],
  'err.auth.invalid_format': [401, 'err.request.unauthorized'],
  'err.auth.invalid_token': [401, 'err.request.unauthorized'],
  'err.auth.sender_mismatch': [403, 'err.sender_id.invalid'],
  'err.sender.unknown': [401, 'err.sender_id.invalid'],
  'err.internal': [500, 'err.service.unavailable'],
  'rjct.message_id.duplicate': [409, 'err.request.bad'],
};

/** What a {@link DciError} is made of. */
export interface DciErrorOptions {
  /** HTTP status, where it differs from the code's own (protocol.md section 4). */
  readonly status?: number;
  /** Place of the fault in the input, for example `message.search_request[0].reference_id`. */
  readonly path?: string;
  /** Seconds after which the caller may try again (`Retry-After`). */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/**
 * The one error class. Its message may be shown to the peer, so it never holds personal data,
 * tokens or keys.
 */
export class DciError extends Error {
  override readonly name = 'DciError';
  readonly code: DciErrorCode;
  /** HTTP status of the refusal. */
  readonly status: number;
  /** The code for `message.error.code`, from the standard's list. */
  readonly standardCode: StandardErrorCode;
  readonly path?: string;
  readonly retryAfter?: number;

  /**
   * @param code - what went wrong
   * @param message - one sentence for the peer's developer
   * @param options - place of the fault, other HTTP status, cause
   */
  constructor(code: DciErrorCode, message: string, options: DciErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const [status, standardCode] = fixed[code] ?? [400, 'err.request.bad'];
    this.code = code;
    this.status = options.status ?? status;
    this.standardCode = standardCode;
    if (options.path !== undefined) this.path = options.path;
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }
}
