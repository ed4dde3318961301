import * as v from 'valibot';

/** Status of a message or item: received, pending, succeeded, rejected (OpenAPI v1.0.0, `RequestStatus`). */
export type RequestStatus = 'rcvd' | 'pdng' | 'succ' | 'rjct';

/** All values of {@link RequestStatus}. */
export const requestStatuses: readonly RequestStatus[] = ['rcvd', 'pdng', 'succ', 'rjct'];

/** Status of an acknowledgement (OpenAPI v1.0.0, `Response.message.ack_status`). */
export type AckStatus = 'ACK' | 'NACK' | 'ERR';

/** All values of {@link AckStatus}. */
export const ackStatuses: readonly AckStatus[] = ['ACK', 'NACK', 'ERR'];

/** State of a subscription (OpenAPI v1.0.0, `SubscriptionStatus`). */
export type SubscriptionStatus = 'subscribe' | 'unsubscribe';

/** All values of {@link SubscriptionStatus}. */
export const subscriptionStatuses: readonly SubscriptionStatus[] = ['subscribe', 'unsubscribe'];

/** A status in any case. */
export const requestStatusSchema = v.pipe(
  v.string(),
  v.transform((text) => text.toLowerCase()),
  v.picklist(requestStatuses, `must be one of ${requestStatuses.join(', ')}`),
);

/** A status in any case; absent, `null` and `""` mean that the peer gave none. */
export const optionalRequestStatusSchema = v.optional(
  v.pipe(
    v.nullable(v.string()),
    v.transform((text) => (text === null || text === '' ? undefined : text.toLowerCase())),
    v.optional(v.picklist(requestStatuses, `must be one of ${requestStatuses.join(', ')}`)),
  ),
);
