import type { JsonObject } from 'dci-core';
import type { Subscription } from '../stores/subscriptions.ts';
import { isoTime } from './sender-view.ts';

/**
 * Shows a subscription without what it filters by, which may name a person.
 *
 * @param subscription - the subscription
 * @returns JSON for `--json`
 */
export function subscriptionView(subscription: Subscription): JsonObject {
  const { startsAt, expiresAt, createdAt, activeAt, endedAt, endedBy, nextDigestAt } = subscription;
  const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : isoTime(at));
  return {
    code: subscription.code,
    state: subscription.state,
    sender_id: subscription.senderId,
    registry: subscription.registry,
    event_types: subscription.eventTypes,
    record_type: subscription.recordType,
    filter_type: subscription.filterType ?? 'none',
    fields: subscription.fields,
    frequency: subscription.frequency ?? 'immediate',
    purpose: subscription.purpose,
    transaction_id: subscription.transactionId,
    correlation_id: subscription.correlationId,
    reference_id: subscription.referenceId,
    created_at: time(createdAt),
    active_at: time(activeAt),
    starts_at: time(startsAt),
    expires_at: time(expiresAt),
    next_digest_at: time(nextDigestAt),
    ended_at: time(endedAt),
    ended_by: endedBy,
  };
}
