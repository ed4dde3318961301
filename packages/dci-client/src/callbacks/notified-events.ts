import {
  type CryptoProvider,
  canonicalJson,
  DciError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ReceivedNotifyEvent,
  type ReceivedNotifyRequest,
  type RecordType,
  type RegistryType,
  resolveEventType,
  resolveRecordType,
  resolveRegType,
} from 'dci-core';
import { hashedId } from './hashed-id.ts';
import { objectsOf } from './json-members.ts';
import type { NotifiedEvent } from './notifications.ts';
import type { HeldSubscription } from './subscriptions.ts';

/** What events are read with. */
export interface EventContext {
  /** Code of the data source. */
  readonly source: string;
  readonly registry: RegistryType;
  /** To which they were notified. */
  readonly subscription: Pick<HeldSubscription, 'eventTypes' | 'recordType'> & { readonly code?: string | undefined };
  readonly messageId: string;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
}

/**
 * Reads the events of a notification: event types under the codes of the registry type, records under the standard's names
 * (protocol.md section 9).
 *
 * The id of an event follows from what it is. With a `reference_id`: from source, subscription, reference and content, so
 * that a registry which notifies an event again in another message does not make it happen twice, while one that gives the
 * same reference to different events loses none. An event of two overlapping subscriptions is two, one for the handler of
 * each. Without a reference: from source, message and place.
 *
 * @param message - the notification in the standard's form
 * @param read - the same, read by `notifyRequestSchema`
 * @param context - source, registry, subscription
 * @returns the events
 * @throws DciError `err.request.bad` with the path of an event without type, or of a record that is none
 */
export function readNotifiedEvents(
  message: JsonObject,
  read: ReceivedNotifyRequest,
  context: EventContext,
): readonly Omit<NotifiedEvent, 'evidence'>[] {
  const received = objectsOf(message.notify_event);
  return read.notify_event.map((event, index) => readEvent(event, received[index] ?? {}, index, context));
}

function readEvent(
  event: ReceivedNotifyEvent,
  raw: JsonObject,
  index: number,
  context: EventContext,
): Omit<NotifiedEvent, 'evidence'> {
  const { source, registry, subscription, messageId, crypto } = context;
  const path = `message.notify_event[${index}]`;
  const recordType = recordTypeOf(event, context, path);
  const records = recordsOf(event, raw).map((record) => readRecord(recordType, record, path));
  const { reference_id: referenceId, timestamp } = event;
  const id =
    referenceId === undefined
      ? ['message', source, messageId, String(index)]
      : ['reference', source, subscription.code ?? '', referenceId, canonicalJson(raw)];
  return {
    source,
    id: hashedId(id, crypto),
    ...(subscription.code !== undefined && { subscriptionCode: subscription.code }),
    ...(referenceId !== undefined && { referenceId }),
    eventType: eventTypeOf(event, registry, subscription.eventTypes, path),
    recordType: recordType.name,
    records: records.map(({ record }) => record),
    warnings: records.flatMap(({ warnings }) => warnings),
    ...(timestamp !== undefined && { timestamp }),
  };
}

/** OpenCRVS names the event in `reg_type`. Where nothing tells it, only a subscription to one type of event does. */
function eventTypeOf(
  { data: { reg_event_type: named, reg_type: regType } }: ReceivedNotifyEvent,
  registry: RegistryType,
  subscribed: readonly string[],
  path: string,
): string {
  if (named !== undefined) return resolveEventType(registry, named) ?? named;
  const [only, ...others] = subscribed;
  const told = regType === undefined ? undefined : resolveRegType(regType, [registry])?.eventType;
  const eventType = told ?? (others.length === 0 ? only : undefined);
  if (eventType === undefined) throw badEvent(`${path}.data.reg_event_type`, 'is missing');
  return eventType;
}

function recordTypeOf(
  { data: { reg_record_type: named } }: ReceivedNotifyEvent,
  { registry, subscription }: EventContext,
  path: string,
): RecordType {
  for (const name of [named, subscription.recordType]) {
    const recordType = name === undefined ? undefined : resolveRecordType(registry, name);
    if (recordType !== undefined) return recordType;
  }
  const [first] = registry.recordTypes;
  if (first === undefined) throw badEvent(`${path}.data.reg_record_type`, 'is missing');
  return first;
}

/** In the form that receivers of OpenSPP take, identifiers stand beside the person. */
function recordsOf({ data }: ReceivedNotifyEvent, { person, identifiers }: JsonObject): readonly JsonValue[] {
  const [record, ...others] = data.reg_records;
  if (!isJsonObject(person) || identifiers === undefined || others.length > 0 || !isJsonObject(record)) {
    return data.reg_records;
  }
  return [record.identifier === undefined ? { ...record, identifier: identifiers } : record];
}

function readRecord(recordType: RecordType, record: JsonValue, path: string): ReturnType<RecordType['read']> {
  try {
    return recordType.read(record);
  } catch {
    throw badEvent(`${path}.data.reg_records`, 'holds a record that is none of its type');
  }
}

function badEvent(path: string, text: string): DciError {
  return new DciError('err.request.bad', `${path} ${text}`, { path });
}
