import type { NotifiedEvent } from 'dci-client';
import type { EventSource, FoldedEvents } from './fold-events.ts';
import { foldEvents } from './fold-events.ts';
import type { NotificationReference } from './vital-event.ts';

/**
 * Finds the vital events that a notification tells (protocol.md section 9).
 *
 * @param event - a notified event of a `dci-client`
 * @param options - time and registry type
 * @returns the events of all its records, and what no event can be made of
 */
export function foldNotification(
  event: NotifiedEvent,
  options: Pick<EventSource, 'clock' | 'registryType'>,
): FoldedEvents {
  const { id, source, eventType, records, timestamp, subscriptionCode, referenceId } = event;
  const notification: NotificationReference = {
    id,
    ...(subscriptionCode !== undefined && { subscriptionCode }),
    ...(referenceId !== undefined && { referenceId }),
  };
  if (records.length === 0) return { events: [], rejected: [{ type: eventType, reason: 'no_record' }] };
  const folded = records.map((record) =>
    foldEvents(record, { ...options, source, notification }, eventType, timestamp),
  );
  return {
    events: folded.flatMap(({ events }) => events),
    rejected: folded.flatMap(({ rejected }) => rejected),
  };
}
