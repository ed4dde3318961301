import * as v from 'valibot';
import { optionalRequestStatusSchema, type RequestStatus } from '../codes/status.ts';
import { idSchema, jsonObjectSchema, objectOf, optionalIdSchema, optionalTextSchema } from '../envelope/fields.ts';
import type { JsonObject } from '../json/value.ts';

const itemSchema = objectOf({
  /** The `reference_id` of the event, search or subscription that arrived. */
  reference_id: idSchema,
  timestamp: optionalTextSchema,
  status: optionalRequestStatusSchema,
  status_reason_code: optionalTextSchema,
  status_reason_message: optionalTextSchema,
});

/**
 * The message that confirms what arrived, for example the events of a notification (seeds; the standard's files know
 * receipts only as `receipt_information` of a status reply, which is read too).
 */
export const receiptRequestSchema = v.pipe(
  objectOf({
    transaction_id: idSchema,
    subscription_code: optionalTextSchema,
    receipt_request: v.optional(v.array(itemSchema)),
    receipt_information: v.optional(objectOf({ beneficiaries: v.optional(v.array(jsonObjectSchema)) })),
  }),
  v.check(
    ({ receipt_request, receipt_information }) => receipt_request !== undefined || receipt_information !== undefined,
    'must hold receipt_request or receipt_information',
  ),
);

/** The message that confirms what arrived. */
export type ReceiptRequest = v.InferOutput<typeof receiptRequestSchema>;

/** The answer to one confirmation. */
export interface ReceiptResponseItem extends JsonObject {
  readonly reference_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
  readonly status_reason_message?: string;
}

/** The message of a reply to a receipt as this project writes it. */
export interface ReceiptResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly receipt_response: readonly ReceiptResponseItem[];
}

/** A reply to a receipt as peers send it. */
export const receiptResponseSchema = objectOf({
  transaction_id: optionalIdSchema,
  correlation_id: optionalIdSchema,
  receipt_response: v.optional(
    v.pipe(
      v.nullable(
        v.array(
          objectOf({
            reference_id: optionalTextSchema,
            timestamp: optionalTextSchema,
            status: optionalRequestStatusSchema,
            status_reason_message: optionalTextSchema,
          }),
        ),
      ),
      v.transform((items) => items ?? []),
    ),
    null,
  ),
});

/** A reply to a receipt as it was read. */
export type ReceivedReceiptResponse = v.InferOutput<typeof receiptResponseSchema>;
