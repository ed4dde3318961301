import { setImmediate as nextTurn } from 'node:timers/promises';
import { DciError, isJsonObject, type JsonObject, resolveEventType, resolveRecordType } from 'dci-core';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { NewEvent } from '../stores/events.ts';
import { judgeEvent } from './judge-event.ts';
import { type EventWork, rememberSenders } from './match-events.ts';

/** Subscriptions judged in one turn of the event loop. */
const turnBatch = 500;

/** Something that happened, as an application tells it. */
export interface PublishedEvent {
  /** Name of the registry type, for example `social`. */
  readonly registry: string;
  /** An event type of the registry, in any spelling. */
  readonly eventType: string;
  /** A record type of the registry, in any spelling. */
  readonly recordType: string;
  /** The whole record after the event, in the registry's spelling. */
  readonly record: JsonObject;
  /** Unique in the registry: an event that is told twice is sent once. Absent: it is told only once. */
  readonly eventId?: string;
  /** Unix milliseconds at which it happened. Default: now. */
  readonly at?: number;
}

/** What became of a {@link PublishedEvent}. */
export interface PublishedResult {
  readonly eventId: string;
  /** False: no subscription wants it, so that nothing of it was stored. */
  readonly isStored: boolean;
}

/**
 * Keeps only the events that some subscription wants and some subscriber may see, so that no record is stored for nobody
 * and an import of a million records makes no million jobs. Consent is asked for later.
 *
 * @param events - events of one registry
 * @param registry - the registry
 * @param work - subscriptions, senders, time
 * @returns those that are wanted
 */
export async function keepWanted(
  events: readonly NewEvent[],
  registry: ServedRegistry,
  work: Pick<EventWork, 'subscriptions' | 'directory' | 'clock'>,
): Promise<readonly NewEvent[]> {
  const subscribers = rememberSenders(work.directory);
  const now = work.clock.now();
  const wanted: NewEvent[] = [];
  let judged = 0;
  for (const event of events) {
    for (const active of await work.subscriptions.of(registry.type.name, event.eventType)) {
      judged += 1;
      if (judged % turnBatch === 0) await nextTurn();
      const subscriber = await subscribers(active.subscription.senderId);
      if (subscriber === undefined || judgeEvent(event, active, { registry, subscriber, now }) === undefined) continue;
      wanted.push(event);
      break;
    }
  }
  return wanted;
}

/**
 * Takes an event that an application tells of (protocol.md section 9). It is stored durably when the promise resolves, and
 * sent to subscribers as an event of the change feed is.
 *
 * @param published - what happened
 * @param work - registries and stores
 * @param newId - makes an event id
 * @returns its id, and whether anyone wants it
 * @throws DciError `err.request.bad` for a registry, event type or record type that this server does not have
 */
export async function publishEvent(
  published: PublishedEvent,
  work: EventWork,
  newId: () => string,
): Promise<PublishedResult> {
  const registry = work.registries.find(({ type }) => type.name === published.registry);
  if (registry === undefined) throw unknown('registry');
  const eventType = resolveEventType(registry.type, published.eventType);
  if (eventType === undefined) throw unknown('eventType');
  const recordType = resolveRecordType(registry.type, published.recordType);
  if (recordType === undefined) throw unknown('recordType');
  if (!isJsonObject(published.record)) {
    throw new DciError('err.request.bad', 'the record of an event must be an object', { path: 'record' });
  }
  const now = work.clock.now();
  const event: NewEvent = {
    registry: registry.type.name,
    // Apart from the ids of the change feed.
    eventId: `published:${published.eventId ?? newId()}`,
    eventType,
    recordType: recordType.name,
    record: published.record,
    at: published.at ?? now,
    storedAt: now,
  };
  const wanted = await keepWanted([event], registry, work);
  if (wanted.length > 0) await work.events.add(wanted);
  return { eventId: event.eventId.slice('published:'.length), isStored: wanted.length > 0 };
}

function unknown(member: string): DciError {
  return new DciError('err.request.bad', `the ${member} of an event is not one of this server`, { path: member });
}
