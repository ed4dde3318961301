import * as v from 'valibot';
import { type AckStatus, ackStatuses } from '../codes/status.ts';
import type { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import { jsonValueSchema, objectOf, optionalTextSchema } from './fields.ts';
import { maxReasonLength } from './reply-header.ts';

/** Why a message was not accepted, as `message.error` of an acknowledgement carries it. */
export interface AckError extends JsonObject {
  readonly code: string;
  readonly message: string;
}

/** The acknowledgement of a message as this project writes it (OpenAPI v1.0.0, `Response`). */
export interface Ack extends JsonObject {
  readonly message: {
    readonly ack_status: AckStatus;
    readonly timestamp: string;
    readonly correlation_id: string;
    readonly error?: AckError;
  };
}

/** A refusal: one body that satisfies both shapes of the standard (protocol.md section 4). */
export interface ErrorReply extends Ack {
  /** The precise code; `message.error` has the nearest one of the standard's list. */
  readonly errors: readonly AckError[];
}

/** What an acknowledgement says beside its status. */
export interface AckOptions {
  /** As `formatTimestamp` writes it. */
  readonly timestamp: string;
  /** Our id of the exchange; a callback returns it. */
  readonly correlationId: string;
}

const ackErrorSchema = objectOf({ code: optionalTextSchema, message: optionalTextSchema });

/**
 * An acknowledgement as peers send it: the standard's `Response`, an `errors` list, `error` beside `message`
 * (OpenCRVS, with a number as code), or an empty object.
 */
export const ackSchema = objectOf({
  message: v.optional(
    objectOf({
      ack_status: v.optional(
        v.pipe(
          v.string(),
          v.transform((text) => text.toUpperCase()),
          v.picklist(ackStatuses, `must be one of ${ackStatuses.join(', ')}`),
        ),
      ),
      timestamp: optionalTextSchema,
      correlation_id: optionalTextSchema,
      error: v.nullish(ackErrorSchema),
    }),
  ),
  error: v.nullish(
    objectOf({
      code: v.optional(
        v.pipe(
          jsonValueSchema,
          v.transform((code) => (typeof code === 'string' || typeof code === 'number' ? String(code) : undefined)),
        ),
      ),
      message: optionalTextSchema,
    }),
  ),
  errors: v.nullish(v.array(ackErrorSchema)),
});

/** An acknowledgement as it was read. */
export type ReceivedAck = v.InferOutput<typeof ackSchema>;

/**
 * Builds the acknowledgement of an accepted (`ACK`) or unwanted (`NACK`) message (protocol.md section 6).
 *
 * @param status - `ACK` or `NACK`; refusals are written by {@link errorReply}
 * @param options - timestamp and correlation id
 * @returns the JSON body
 */
export function ackReply(status: 'ACK' | 'NACK', options: AckOptions): Ack {
  return {
    message: { ack_status: status, timestamp: options.timestamp, correlation_id: options.correlationId },
  };
}

/**
 * Builds the body of a refusal, which satisfies both shapes of the standard (protocol.md section 4).
 *
 * @param error - what went wrong; its text goes to the peer
 * @param options - timestamp and correlation id
 * @returns the JSON body
 */
export function errorReply(error: DciError, options: AckOptions): ErrorReply {
  const message = error.message.slice(0, maxReasonLength);
  return {
    message: {
      ack_status: 'ERR',
      timestamp: options.timestamp,
      correlation_id: options.correlationId,
      error: { code: error.standardCode, message },
    },
    errors: [{ code: error.code, message }],
  };
}
