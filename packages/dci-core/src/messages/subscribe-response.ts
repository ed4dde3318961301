import * as v from 'valibot';
import { optionalRequestStatusSchema, type RequestStatus, type SubscriptionStatus } from '../codes/status.ts';
import { jsonValueSchema, objectOf, optionalIdSchema, optionalTextSchema } from '../envelope/fields.ts';
import type { SubscribeReasonCode } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Pagination } from './pagination.ts';

/** A subscription as this project writes it (OpenAPI v1.0.0, `SubscriptionInfo`). */
export interface SubscriptionInfo extends JsonObject {
  readonly version?: string;
  /** What notifications, receipts and `unsubscribe` name it by. */
  readonly code: string;
  readonly status: SubscriptionStatus;
  readonly timestamp: string;
  readonly reg_type?: string;
  readonly reg_event_type?: string;
  /** The standard requires all three members where there is a frequency. */
  readonly frequency?: { readonly start_time: string; readonly end_time: string; readonly frequency: string };
  readonly filter_type?: string;
  readonly filter?: JsonValue;
  readonly notify_record_type?: string;
  readonly locale?: string;
}

/** The answer to one subscription that was asked for. */
export interface SubscribeResponseItem extends JsonObject {
  readonly reference_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
  readonly status_reason_code?: SubscribeReasonCode;
  readonly status_reason_message?: string;
  readonly subscriptions?: readonly SubscriptionInfo[];
  readonly pagination?: Pagination;
  readonly locale?: string;
}

/** The message of an `on-subscribe` callback as this project writes it (OpenAPI v1.0.0, `SubscribeResponse`). */
export interface SubscribeResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly subscribe_response: readonly SubscribeResponseItem[];
}

const receivedInfoSchema = objectOf({
  code: optionalTextSchema,
  status: optionalTextSchema,
  timestamp: optionalTextSchema,
  reg_type: optionalTextSchema,
  reg_event_type: optionalTextSchema,
  frequency: v.optional(jsonValueSchema),
  notify_record_type: optionalTextSchema,
});

const itemSchema = v.pipe(
  objectOf({
    reference_id: optionalTextSchema,
    timestamp: optionalTextSchema,
    status: optionalRequestStatusSchema,
    status_reason_code: optionalTextSchema,
    status_reason_message: optionalTextSchema,
    subscriptions: v.nullish(v.array(receivedInfoSchema)),
    // OpenSPP has the code beside the status
    subscription_code: optionalTextSchema,
    expires: optionalTextSchema,
  }),
  v.transform(({ subscriptions, subscription_code, ...rest }) => ({
    ...rest,
    subscriptions: subscriptions ?? (subscription_code === undefined ? [] : [{ code: subscription_code }]),
  })),
);

/**
 * An answer to a subscription as peers send it: the standard's, OpenSPP's with the code beside the status, and the
 * early seed's with one `subscription_code` and `expires` in place of the list.
 */
export const subscribeResponseSchema = v.pipe(
  objectOf({
    transaction_id: optionalIdSchema,
    correlation_id: optionalIdSchema,
    subscribe_response: v.nullish(v.array(itemSchema)),
    subscription_code: optionalTextSchema,
    expires: optionalTextSchema,
  }),
  v.transform(({ subscribe_response, subscription_code, expires, ...rest }) => ({
    ...rest,
    subscribe_response:
      subscribe_response ??
      (subscription_code === undefined ? [] : [{ expires, subscriptions: [{ code: subscription_code }] }]),
  })),
);

/** An answer to a subscription as it was read. */
export type ReceivedSubscribeResponse = v.InferOutput<typeof subscribeResponseSchema>;
