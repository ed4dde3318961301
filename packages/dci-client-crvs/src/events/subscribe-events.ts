import type {
  AsyncHandle,
  CallOptions,
  DciClient,
  SubscribeReply,
  SubscriptionCriteria,
  UnsubscribeReply,
} from 'dci-client';
import { DciError, type RegistryType, resolveEventType } from 'dci-core';
import type { VitalEventType } from './vital-event.ts';

/** Which events are subscribed to. */
export interface EventSubscription
  extends CallOptions,
    Pick<SubscriptionCriteria, 'filter' | 'filterType' | 'frequency' | 'expires' | 'consent' | 'authorize'> {
  /** For example `['LiveBirth', 'Death']`; other spellings are read too. */
  readonly eventTypes: readonly (VitalEventType | (string & {}))[];
  /** Name of the handler; absent: that of the service. */
  readonly handler?: string;
  /** Send a receipt for every event that was logged; absent: as the data source says. */
  readonly receipts?: boolean;
}

/** What {@link subscribeEvents} works with. */
export interface SubscribeEventsOptions {
  readonly client: DciClient;
  readonly registryType: RegistryType;
}

/**
 * Names the handler of the notifications of a data source. It stands in stored subscriptions, so it never changes.
 *
 * @param source - code of the data source
 * @returns its name
 */
export function handlerName(source: string): string {
  return `crvs:${source}`;
}

/**
 * Brings the names of event types into the registry type's spelling.
 *
 * @param eventTypes - as a caller gives them
 * @param registryType - knows them
 * @returns their codes, without repetitions
 * @throws DciError `err.request.bad` for none, or one that the registry type does not have
 */
export function checkEventTypes(eventTypes: readonly string[], registryType: RegistryType): readonly string[] {
  if (eventTypes.length === 0) throw new DciError('err.request.bad', 'name an event type', { path: 'eventTypes' });
  const codes = eventTypes.map((text, position) => {
    const code = resolveEventType(registryType, text);
    if (code === undefined) {
      const known = registryType.eventTypes.map((each) => each.code).join(', ');
      throw new DciError('err.request.bad', `no such event type; there are ${known}`, {
        path: `eventTypes[${position}]`,
      });
    }
    return code;
  });
  return [...new Set(codes)];
}

/**
 * Subscribes to events, each kind by itself (protocol.md section 9). Notifications go to the handler of the service.
 *
 * @param options - client, registry type
 * @param subscription - event types, and a filter where not all are wanted
 * @returns a handle, once the registry has acknowledged; its result tells the codes, in the order of the event types
 * @throws DciError with a `ClientFailure` as cause when it did not; `err.request.bad` for an unknown event type
 */
export async function subscribeEvents(
  { client, registryType }: SubscribeEventsOptions,
  { eventTypes, handler = handlerName(client.source), receipts, signal, ...criteria }: EventSubscription,
): Promise<AsyncHandle<SubscribeReply>> {
  const [recordType] = registryType.recordTypes;
  // One for each kind of event: the standard has a text there, and some peers take no list.
  return client.subscribe(
    checkEventTypes(eventTypes, registryType).map((eventType) => ({
      ...criteria,
      eventTypes: eventType,
      ...(recordType !== undefined && { recordType: recordType.name }),
    })),
    { handler, ...(receipts !== undefined && { receipts }), ...(signal !== undefined && { signal }) },
  );
}

/**
 * Ends subscriptions.
 *
 * @param client - of the registry that has them
 * @param codes - their codes
 * @param options - the caller's signal
 * @returns a handle
 * @throws DciError as {@link subscribeEvents}; `err.request.bad` without a code
 */
export async function unsubscribeEvents(
  client: DciClient,
  codes: readonly string[],
  options?: CallOptions,
): Promise<AsyncHandle<UnsubscribeReply>> {
  if (codes.length === 0) throw new DciError('err.request.bad', 'name a subscription', { path: 'codes' });
  return client.unsubscribe([...new Set(codes)], options);
}
