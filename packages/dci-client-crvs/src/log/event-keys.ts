import { canonicalJson, crvs, type RegistryType } from 'dci-core';
import type { RejectedEvent } from '../events/fold-events.ts';
import type { NotificationReference, VitalEvent } from '../events/vital-event.ts';
import { identityKeys } from '../identifiers.ts';
import type { NewVitalEvent } from './vital-event-log.ts';

/**
 * Makes the entry of an event. It is unique by identifier, type and day, across data sources: two registries that tell of one
 * death tell one event. An event without identifiers is nobody's, and an error from the beginning.
 *
 * @param event - the event
 * @param registryType - knows the spellings of identifier types; `crvs` when absent
 * @returns the entry
 */
export function newVitalEvent(event: VitalEvent, registryType: RegistryType = crvs): NewVitalEvent {
  const { type, date, source, record, notification, identifiers } = event;
  const entry = { type, source, content: { date, record, ...(notification !== undefined && { notification }) } };
  const keys = identityKeys(identifiers, registryType).map((key) => `${type} ${date} ${key}`);
  if (keys.length > 0) return { ...entry, keys };
  return { ...entry, keys: [`${type} ${date} ${canonicalJson(record)}`], rejection: 'no_identifier' };
}

/**
 * Makes the entry of what no event can be made of, so that somebody sees it.
 *
 * @param rejected - what came
 * @param source - code of the data source
 * @param notification - what it came with
 * @param position - among what came with it
 * @returns the entry
 */
export function newRejectedEvent(
  { type, reason, record }: RejectedEvent,
  source: string,
  notification: NotificationReference,
  position: number,
): NewVitalEvent {
  return {
    keys: [`rejected ${source} ${notification.id} ${position}`],
    type: /^[\w:.-]{1,64}$/.test(type) ? type : 'unknown',
    source,
    content: { notification, ...(record !== undefined && { record }) },
    rejection: reason,
  };
}
