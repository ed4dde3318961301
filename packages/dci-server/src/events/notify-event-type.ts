import type { RegistryType } from 'dci-core';

/** Where a notification says what happened, or an answer to a subscription what is subscribed to. */
export interface WrittenEventType {
  /** The standard's member; it has one text for what may be several. */
  readonly reg_event_type?: string;
  /** A member beside it, as OpenSPP has it: for what the standard's list lacks, such as `UPDATE`. */
  readonly event_type?: string;
}

/**
 * Writes the type of an event so that the notification validates against the standard's file of the registry
 * (dialects.md section 1, table of contradictions). The standard does not require `reg_event_type`, and its lists lack most
 * of what happens to a record.
 *
 * @param registryType - the registry, with its list
 * @param eventType - code of the event type
 * @returns the member that carries it
 */
export function writeEventType({ notifyEventTypes }: RegistryType, eventType: string): WrittenEventType {
  return inList(notifyEventTypes, eventType);
}

/**
 * Writes the event types of a subscription so that the answer validates against the standard's file of the registry.
 *
 * @param registryType - the registry, with its list
 * @param eventTypes - codes of event types
 * @returns the member that carries them
 */
export function writeSubscribedTypes(
  { subscriptionEventTypes }: RegistryType,
  eventTypes: readonly string[],
): WrittenEventType {
  return inList(subscriptionEventTypes, eventTypes.join(','));
}

function inList(list: readonly string[] | undefined, text: string): WrittenEventType {
  return list?.includes(text) === false ? { event_type: text } : { reg_event_type: text };
}
