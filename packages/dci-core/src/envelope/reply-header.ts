import { readAction, replyActionOf } from '../codes/action.ts';
import type { RequestStatus } from '../codes/status.ts';
import type { HeaderReasonCode } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import type { RequestHeader } from './request-header.ts';

/** What a reply header says beside what follows from the request. */
export interface ReplyHeaderOptions {
  /** A fresh UUID. */
  readonly messageId: string;
  /** As `formatTimestamp` writes it. */
  readonly timestamp: string;
  /** Our own id; used where the request named no receiver. */
  readonly senderId: string;
  readonly status: RequestStatus;
  /** Number of items of the transaction. */
  readonly totalCount: number;
  /** Number of those that are done. */
  readonly completedCount: number;
  readonly reasonCode?: HeaderReasonCode;
  /** Without personal data; cut off after 999 characters. */
  readonly reasonMessage?: string;
  readonly isEncrypted?: boolean;
  readonly meta?: JsonObject;
}

/** Header of a reply as this project writes it: every member that the standard requires, nothing empty. */
export interface ReplyHeader extends JsonObject {
  readonly version: string;
  readonly message_id: string;
  readonly message_ts: string;
  readonly action: string;
  readonly status: RequestStatus;
  readonly status_reason_code?: HeaderReasonCode;
  readonly status_reason_message?: string;
  readonly total_count: number;
  readonly completed_count: number;
  readonly sender_id: string;
  readonly receiver_id: string;
  readonly is_msg_encrypted: boolean;
  readonly meta?: JsonObject;
}

/** Longest `status_reason_message` and `error.message` (OpenAPI v1.0.0, `maxLength`). */
export const maxReasonLength = 999;

/**
 * Builds the header of a reply or callback (protocol.md section 1): sender and receiver swapped, a fresh message id,
 * the reply's action, absent values left out.
 *
 * @param request - header of the request that is answered
 * @param options - what does not follow from the request
 * @returns the header, in the order of the standard's schema
 */
export function replyHeader(request: RequestHeader, options: ReplyHeaderOptions): ReplyHeader {
  const action = readAction(request.action);
  return {
    version: '1.0.0',
    message_id: options.messageId,
    message_ts: options.timestamp,
    action: action === undefined ? `on-${request.action}` : replyActionOf(action),
    status: options.status,
    ...(options.reasonCode !== undefined && { status_reason_code: options.reasonCode }),
    ...(options.reasonMessage !== undefined && {
      status_reason_message: options.reasonMessage.slice(0, maxReasonLength),
    }),
    total_count: options.totalCount,
    completed_count: options.completedCount,
    sender_id: request.receiver_id ?? options.senderId,
    receiver_id: request.sender_id,
    is_msg_encrypted: options.isEncrypted ?? false,
    ...(options.meta !== undefined && { meta: options.meta }),
  };
}
