import { formatTimestamp, type JsonObject } from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import { recordKeysOf } from '../access/record-keys.ts';
import { accessFingerprint } from '../deliver/access-fingerprint.ts';
import { dialectOf } from '../senders/dialect-of.ts';
import type { NewNotification, NotedEvent, RegistryEvent } from '../stores/events.ts';
import type { OutgoingContent, OutgoingMessage } from '../stores/outgoing.ts';
import type { ActiveSubscription } from './active-subscriptions.ts';
import type { AllowedEvent, EventScope } from './judge-event.ts';
import { writeEventType } from './notify-event-type.ts';

/** An event with what its subscriber may see of it. */
export interface NotifiedEvent {
  readonly noted: NotedEvent;
  readonly event: RegistryEvent;
  readonly allowed: AllowedEvent;
}

/**
 * Cuts the record of an event to what its subscriber may read and asked for.
 *
 * @param notified - event and access
 * @param active - the subscription, which may ask for fewer fields
 * @returns the record
 */
export function projectRecord({ event, allowed }: NotifiedEvent, { fields }: ActiveSubscription): JsonObject {
  const readable = allowed.access.project(event.record);
  return fields === undefined ? readable : fields.project(readable);
}

/**
 * Composes a notification (OpenAPI v1.0.0, `NotifyEventRequest`): one record for each event. `transaction_id` is that of
 * the subscriber's own request, by which the standard alone lets it tell its subscriptions apart; `subscription_code` and
 * `notification_id` are OpenSPP's and not in the standard.
 *
 * @param active - the subscription
 * @param events - at least one
 * @param frame - id and time of the message, our own id
 * @param scope - registry and subscriber
 * @returns header and message
 */
export function composeNotification(
  active: ActiveSubscription,
  events: readonly NotifiedEvent[],
  frame: { readonly messageId: string; readonly createdAt: number; readonly senderId: string },
  scope: Pick<EventScope, 'registry' | 'subscriber'>,
): OutgoingContent {
  const { subscription } = active;
  const { registry, subscriber } = scope;
  const { locale = 'eng' } = subscription;
  const header = {
    version: '1.0.0',
    message_id: frame.messageId,
    message_ts: formatTimestamp(frame.createdAt),
    action: 'notify',
    status: 'succ',
    total_count: events.length,
    completed_count: events.length,
    sender_id: frame.senderId,
    receiver_id: subscription.senderId,
    is_msg_encrypted: false,
  };
  const message: JsonObject = {
    transaction_id: subscription.transactionId,
    subscription_code: subscription.code,
    notification_id: frame.messageId,
    notify_event: events.map((notified) => {
      const { event, noted } = notified;
      const { reg_event_type, event_type } = writeEventType(registry.type, event.eventType);
      return {
        reference_id: noted.referenceId,
        timestamp: formatTimestamp(event.at),
        ...(event_type === undefined ? {} : { event_type }),
        data: {
          version: '1.0.0',
          reg_type: registry.type.code,
          ...(reg_event_type === undefined ? {} : { reg_event_type }),
          reg_record_type: event.recordType,
          reg_records: projectRecord(notified, active),
        },
        locale,
      };
    }),
  };
  return {
    header: dialectOf(subscriber.sender).writeHeader(header),
    message,
    disclosures: events.map((notified) => disclosureOf(notified, subscription.purpose, scope)),
  };
}

/**
 * Makes a notification for the delivery.
 *
 * @param active - the subscription
 * @param events - at least one
 * @param frame - id and time of the message, our own id
 * @param scope - registry and subscriber
 * @returns the notification; it is composed again before it is sent when access changed, or always where consent counts
 */
export function newNotification(
  active: ActiveSubscription,
  events: readonly NotifiedEvent[],
  frame: { readonly messageId: string; readonly createdAt: number; readonly senderId: string },
  scope: Pick<EventScope, 'registry' | 'subscriber'>,
): NewNotification {
  const { code, senderId, senderUri, isEncrypted, registry } = active.subscription;
  const numbers = events.map(({ event }) => event.number);
  const fingerprint = accessFingerprint(scope.subscriber, registry);
  return {
    message: {
      messageId: frame.messageId,
      kind: 'notification',
      receiverId: senderId,
      registry,
      action: 'notify',
      subject: code,
      // Each event is in one notification of a subscription only.
      sequence: Math.min(...numbers),
      ...(senderUri === undefined ? {} : { senderUri }),
      isEncrypted,
      source: { events: numbers },
      createdAt: frame.createdAt,
      ...(fingerprint === undefined ? {} : { accessFingerprint: fingerprint }),
      content: composeNotification(active, events, frame, scope),
    },
    events: events.map(({ noted }) => noted),
  };
}

/**
 * @param message - a notification
 * @returns the numbers of its events
 */
export function eventNumbersOf({ source }: Pick<OutgoingMessage, 'source'>): readonly number[] {
  const { events } = source;
  return Array.isArray(events) ? events.filter((number): number is number => typeof number === 'number') : [];
}

function disclosureOf(
  { event, allowed: { access } }: NotifiedEvent,
  purpose: string | undefined,
  { registry, subscriber }: Pick<EventScope, 'registry' | 'subscriber'>,
): Disclosure {
  const { legalBasis } = subscriber.access(registry.type);
  return {
    recordType: event.recordType,
    ...(purpose === undefined ? {} : { purpose }),
    ...(legalBasis === undefined ? {} : { legalBasis }),
    recordKeys: recordKeysOf([event.record], access.recordType, registry.type),
    count: 1,
  };
}
