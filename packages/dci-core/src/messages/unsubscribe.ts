import * as v from 'valibot';
import { optionalRequestStatusSchema, type RequestStatus, type SubscriptionStatus } from '../codes/status.ts';
import { idSchema, objectOf, optionalIdSchema, optionalTextSchema } from '../envelope/fields.ts';
import type { UnsubscribeReasonCode } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';

/** The message that ends subscriptions (OpenAPI v1.0.0, `UnSubscribeRequest`); one code may come without a list. */
export const unsubscribeRequestSchema = objectOf({
  transaction_id: idSchema,
  timestamp: optionalTextSchema,
  subscription_codes: v.pipe(
    v.union([v.array(idSchema), idSchema], 'must be a list of subscription codes'),
    v.transform((codes): readonly string[] => (typeof codes === 'string' ? [codes] : codes)),
    v.check((codes) => codes.length > 0, 'must hold at least one subscription code'),
  ),
});

/** The message that ends subscriptions. */
export type UnsubscribeRequest = v.InferOutput<typeof unsubscribeRequestSchema>;

/** The message of an `on-unsubscribe` callback as this project writes it (OpenAPI v1.0.0, `UnSubscribeResponse`). */
export interface UnsubscribeResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
  readonly status_reason_code?: UnsubscribeReasonCode;
  readonly status_reason_message?: string;
  readonly subscription_status?: readonly { readonly code: string; readonly status: SubscriptionStatus }[];
}

/** An `on-unsubscribe` message as peers send it. */
export const unsubscribeResponseSchema = objectOf({
  transaction_id: optionalIdSchema,
  correlation_id: optionalIdSchema,
  timestamp: optionalTextSchema,
  status: optionalRequestStatusSchema,
  status_reason_code: optionalTextSchema,
  status_reason_message: optionalTextSchema,
  subscription_status: v.optional(
    v.pipe(
      v.nullable(v.array(objectOf({ code: optionalTextSchema, status: optionalTextSchema }))),
      v.transform((states) => states ?? []),
    ),
    null,
  ),
});

/** An `on-unsubscribe` message as it was read. */
export type ReceivedUnsubscribeResponse = v.InferOutput<typeof unsubscribeResponseSchema>;
