import * as v from 'valibot';
import { optionalRequestStatusSchema, type RequestStatus, type SubscriptionStatus } from '../codes/status.ts';
import { idSchema, objectOf, optionalIdSchema, optionalTextSchema } from '../envelope/fields.ts';
import type { UnsubscribeReasonCode } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';

const codesSchema = v.pipe(
  v.union([v.array(idSchema), idSchema], 'must be a list of subscription codes'),
  v.transform((codes): readonly string[] => (typeof codes === 'string' ? [codes] : codes)),
  v.check((codes) => codes.length > 0, 'must hold at least one subscription code'),
);

/**
 * The message that ends subscriptions (OpenAPI v1.0.0, `UnSubscribeRequest`); one code may come without a list, and as
 * `subscription_code`, as the client of OpenSPP sends it.
 */
export const unsubscribeRequestSchema = v.pipe(
  objectOf({
    transaction_id: idSchema,
    timestamp: optionalTextSchema,
    subscription_codes: v.optional(codesSchema),
    subscription_code: optionalIdSchema,
  }),
  v.forward(
    v.check(
      ({ subscription_codes, subscription_code }) => (subscription_codes ?? subscription_code) !== undefined,
      'must be a list of subscription codes',
    ),
    ['subscription_codes'],
  ),
  v.transform(({ subscription_codes, subscription_code = '', ...rest }) => ({
    ...rest,
    subscription_codes: subscription_codes ?? [subscription_code],
  })),
);

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
