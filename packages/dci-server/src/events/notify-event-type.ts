/**
 * The event types that the standard's files allow in `reg_event_type` of a notification (dialects.md section 1, table of
 * contradictions), by name of the registry type. A registry type that is not here has no such list.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  social: ['REGISTER', 'NewHouseHoldMember'],
  ibr: ['enrollement', 'enrollement_status_change'],
  dr: ['REGISTER'],
  fr: ['REGISTER'],
};

/** Where a notification says what happened. */
export interface WrittenEventType {
  /** Member of `data`. */
  readonly reg_event_type?: string;
  /** Member of the event, as OpenSPP has it: for what the standard's list lacks, such as `UPDATE`. */
  readonly event_type?: string;
}

/**
 * Writes the type of an event so that the notification validates against the standard's file of the registry. The
 * standard does not require `reg_event_type`, and its lists lack most of what happens to a record.
 *
 * @param registry - name of the registry type
 * @param eventType - code of the event type
 * @returns the member that carries it
 */
export function writeEventType(registry: string, eventType: string): WrittenEventType {
  const list = Object.hasOwn(allowed, registry) ? allowed[registry] : undefined;
  return list === undefined || list.includes(eventType) ? { reg_event_type: eventType } : { event_type: eventType };
}

/** Where an answer to a subscription says what is subscribed to. */
export interface SubscribedTypes {
  /** The standard has one text for what may be several. */
  readonly reg_event_type?: string;
  /** Where the standard's file does not allow that text. */
  readonly event_type?: string;
}

/**
 * Writes the event types of a subscription so that the answer validates against the standard's file of the registry: that
 * of the disability registry allows `REGISTER` only (dialects.md section 1, table of contradictions).
 *
 * @param registry - name of the registry type
 * @param eventTypes - codes of event types
 * @returns the member that carries them
 */
export function writeSubscribedTypes(registry: string, eventTypes: readonly string[]): SubscribedTypes {
  const text = eventTypes.join(',');
  return registry === 'dr' ? writeEventType(registry, text) : { reg_event_type: text };
}
