import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseTimestamp,
  type ReceivedSubscribeResponse,
  type ReceivedUnsubscribeResponse,
  type RegistryType,
  resolveEventType,
  resolveRecordType,
} from 'dci-core';
import { objectsOf, textOf, textsOf } from './json-members.ts';
import type { HeldSubscription } from './subscriptions.ts';
import type { StoredTransaction, SubscriptionChanges } from './transactions.ts';

/**
 * Joins what a callback says of a subscription with what is known of it.
 *
 * @param known - the subscription as it is held; `undefined` when it is not
 * @param told - as the callback has it
 * @returns the subscription: one that we have ended, or are ending, stays so, and one that is active does not become
 *   pending because a callback was late
 */
export function joinHeld(known: HeldSubscription | undefined, told: HeldSubscription): HeldSubscription {
  if (known === undefined) return told;
  if (known.state === 'ending' || known.state === 'ended') return known;
  if (known.state === 'active' && told.state === 'pending') return known;
  return { ...told, since: known.since };
}

type SubscribeItem = ReceivedSubscribeResponse['subscribe_response'][number];

/** A subscription as a registry tells of it: its code at least. */
interface ToldSubscription {
  readonly code?: string | undefined;
  readonly status?: string | undefined;
  readonly reg_event_type?: string | undefined;
  readonly notify_record_type?: string | undefined;
  readonly frequency?: JsonValue | undefined;
}

/**
 * Tells which subscriptions follow from an `on-subscribe` callback (protocol.md section 9): event types and record type as
 * they were asked for, where the request tells, else as the registry repeats them.
 *
 * @param transaction - the `subscribe`
 * @param message - the callback
 * @param registry - type of the registry
 * @param now - Unix milliseconds
 * @returns the changes
 */
export function subscribeChanges(
  transaction: StoredTransaction,
  message: ReceivedSubscribeResponse,
  registry: RegistryType,
  now: number,
): SubscriptionChanges {
  const hold: HeldSubscription[] = [];
  const end: string[] = [];
  for (const item of message.subscribe_response) {
    const criteria = criteriaOf(transaction, item.reference_id);
    for (const info of toldBy(item)) {
      if (info.code === undefined) continue;
      if (item.status === 'rjct' || info.status?.toLowerCase() === 'unsubscribe') {
        end.push(info.code);
        continue;
      }
      const recordType = recordTypeOf(criteria, info, registry);
      const expiresAt = expiryOf(item, info, criteria);
      hold.push({
        code: info.code,
        source: transaction.source,
        transactionId: transaction.transactionId,
        eventTypes: eventTypesOf(criteria, info, registry),
        ...(recordType !== undefined && { recordType }),
        state: item.status === 'pdng' || item.status === 'rcvd' ? 'pending' : 'active',
        ...(transaction.handler !== undefined && { handler: transaction.handler }),
        receipts: transaction.receipts ?? false,
        since: now,
        ...(expiresAt !== undefined && { expiresAt }),
      });
    }
  }
  return { hold, end };
}

/**
 * Tells which subscriptions are over by an `on-unsubscribe` callback: those of the request that the registry does not say
 * to go on. A rejection ends none, save that of one which had ended before.
 *
 * @param transaction - the `unsubscribe`
 * @param message - the callback
 * @param status - `header.status`, where the message has none
 * @returns the changes
 */
export function unsubscribeChanges(
  transaction: StoredTransaction,
  message: ReceivedUnsubscribeResponse,
  status: string | undefined,
): SubscriptionChanges {
  const told = new Map(message.subscription_status.map(({ code, status }) => [code, status?.toLowerCase()]));
  const isRejected = (message.status ?? status) === 'rjct';
  const isOver = !isRejected || message.status_reason_code === 'rjct.event.already_unsubscribed';
  const end = transaction.referenceIds.filter((code) => {
    const state = told.get(code);
    return state === undefined ? isOver : state === 'unsubscribe';
  });
  return { hold: [], end };
}

/**
 * Tells what a `subscribe` asked for, while its answer is still to come.
 *
 * @param transaction - the `subscribe`
 * @param registry - type of the registry
 * @returns event types of all its subscriptions together, handler and receipts
 */
export function subscribedTo(
  { request, handler, receipts }: StoredTransaction,
  registry: RegistryType,
): Pick<HeldSubscription, 'eventTypes' | 'handler' | 'receipts'> {
  const types = objectsOf(request.criteria).flatMap((criteria) => eventTypesOf(criteria, {}, registry));
  return {
    eventTypes: [...new Set(types)],
    ...(handler !== undefined && { handler }),
    receipts: receipts ?? false,
  };
}

/** What was asked under a reference id; an answer that names none can only mean the one subscription that was asked for. */
function criteriaOf({ request, referenceIds }: StoredTransaction, referenceId: string | undefined): JsonObject {
  const place = referenceId === undefined && referenceIds.length === 1 ? 0 : referenceIds.indexOf(referenceId ?? '');
  return objectsOf(request.criteria)[place] ?? {};
}

function eventTypesOf(criteria: JsonObject, info: ToldSubscription, registry: RegistryType): readonly string[] {
  const asked = textsOf(criteria.eventTypes);
  const types = asked.length > 0 ? asked : textsOf(info.reg_event_type);
  return types.map((type) => resolveEventType(registry, type) ?? type);
}

function recordTypeOf(criteria: JsonObject, info: ToldSubscription, registry: RegistryType): string | undefined {
  const name = textOf(criteria.recordType) ?? info.notify_record_type;
  return name === undefined ? undefined : (resolveRecordType(registry, name)?.name ?? name);
}

function expiryOf(item: SubscribeItem, info: ToldSubscription, criteria: JsonObject): number | undefined {
  const ofDigests = isJsonObject(info.frequency) ? info.frequency.end_time : undefined;
  const texts = [item.expires, ofDigests, criteria.expires].flatMap(textsOf);
  return texts.map(parseTimestamp).find((time) => time !== undefined);
}

function toldBy({ subscriptions }: SubscribeItem): readonly ToldSubscription[] {
  return subscriptions;
}
