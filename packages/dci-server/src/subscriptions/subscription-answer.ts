import {
  type DciError,
  formatTimestamp,
  type RegistryType,
  type SubscribeReasonCode,
  type SubscribeResponseItem,
  type SubscriptionInfo,
} from 'dci-core';
import { writeSubscribedTypes } from '../events/notify-event-type.ts';
import type { Subscription } from '../stores/subscriptions.ts';

const reasonCodes: ReadonlySet<string> = new Set<SubscribeReasonCode>([
  'rjct.reference_id.invalid',
  'rjct.reference_id.duplicate',
  'rjct.timestamp.invalid',
  'rjct.notify_types.invalid',
  'rjct.notify_details.invalid',
  'rjct.person_id.invalid',
  'rjct.event.already_subscribed',
]);

/**
 * Tells of a subscription in an `on-subscribe` callback (OpenAPI v1.0.0, `SubscribeResponse`). One that waits for an
 * operator is `pdng`. `expires` beside the status is not in the standard, which requires no such thing and forbids none.
 *
 * @param subscription - as it is now
 * @param registryType - the registry
 * @param now - Unix milliseconds
 * @returns the answer to the item that asked for it
 */
export function subscriptionAnswer(
  subscription: Subscription,
  registryType: RegistryType,
  now: number,
): SubscribeResponseItem {
  const { state, referenceId } = subscription;
  const frame = { reference_id: referenceId, timestamp: formatTimestamp(now) };
  if (state === 'rejected') {
    return {
      ...frame,
      status: 'rjct',
      status_reason_code: 'rjct.notify_details.invalid',
      status_reason_message: 'the operator of this registry did not approve the subscription',
      subscriptions: [infoOf(subscription, registryType)],
    };
  }
  return {
    ...frame,
    status: state === 'pending' ? 'pdng' : 'succ',
    subscriptions: [infoOf(subscription, registryType)],
    expires: formatTimestamp(subscription.expiresAt),
    ...(subscription.locale === undefined ? {} : { locale: subscription.locale }),
  };
}

/**
 * @param referenceId - of the item
 * @param error - why it is rejected
 * @param now - Unix milliseconds
 * @returns the answer to an item that made no subscription
 */
export function subscriptionRejection(
  referenceId: string,
  error: Pick<DciError, 'code' | 'message'>,
  now: number,
): SubscribeResponseItem {
  return {
    reference_id: referenceId,
    timestamp: formatTimestamp(now),
    status: 'rjct',
    ...(isSubscribeReason(error.code) && { status_reason_code: error.code }),
    status_reason_message: error.message,
  };
}

/**
 * @param code - of an error
 * @returns whether it is one of an item of a subscription
 */
export function isSubscribeReason(code: string): code is SubscribeReasonCode {
  return reasonCodes.has(code);
}

/** The filter is not repeated: it may name a person, and the subscriber knows it. */
function infoOf(subscription: Subscription, registryType: RegistryType): SubscriptionInfo {
  const { code, state, eventTypes, recordType, filterType, frequency, locale } = subscription;
  return {
    version: '1.0.0',
    code,
    status: state === 'active' || state === 'pending' ? 'subscribe' : 'unsubscribe',
    timestamp: formatTimestamp(subscription.endedAt ?? subscription.activeAt ?? subscription.createdAt),
    reg_type: registryType.code,
    ...writeSubscribedTypes(registryType, eventTypes),
    notify_record_type: recordType,
    ...(filterType === undefined ? {} : { filter_type: filterType }),
    ...(frequency === undefined
      ? {}
      : {
          frequency: {
            start_time: formatTimestamp(subscription.startsAt),
            end_time: formatTimestamp(subscription.expiresAt),
            frequency,
          },
        }),
    ...(locale === undefined ? {} : { locale }),
  };
}
