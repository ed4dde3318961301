import { type Clock, crvs, type JsonObject, type RegistryType, resolveEventType } from 'dci-core';
import { lastPossibleToday, readDay } from '../days.ts';
import type { CivilPerson } from '../person/civil-person.ts';
import { readCivilPerson } from '../person/read-civil-person.ts';
import { registrationNumber } from '../person/registration-number.ts';
import { maritalStatusOf } from '../verify/marital-status.ts';
import {
  type EventRejection,
  type NotificationReference,
  type VitalEvent,
  type VitalEventOrigin,
  type VitalEventType,
  vitalEventTypes,
} from './vital-event.ts';

/** Where records come from. */
export interface EventSource {
  /** Code of the data source. */
  readonly source: string;
  readonly clock: Clock;
  /** `crvs` when absent. */
  readonly registryType?: RegistryType;
  readonly notification?: NotificationReference;
}

/** Part of a record that no event can be made of. */
export interface RejectedEvent {
  /** Code of the event type; as the registry sent it where it is none of ours. */
  readonly type: string;
  readonly reason: EventRejection;
  readonly record?: JsonObject;
}

/** What came of a record. */
export interface FoldedEvents {
  /** In the order birth, marriages and divorces by day, death. */
  readonly events: readonly VitalEvent[];
  readonly rejected: readonly RejectedEvent[];
}

/** Events that a record can be read for, with the member that has their dates. */
const dated = {
  LiveBirth: 'birth_date',
  Marriage: 'marriage_date',
  Divorce: 'divorce_date',
  Death: 'death_date',
} as const satisfies Partial<Record<VitalEventType, string>>;

type DatedType = keyof typeof dated;

const datedTypes: readonly DatedType[] = ['LiveBirth', 'Marriage', 'Divorce', 'Death'];

/** Changes of a record as a whole: every event that the record has may be new. */
const wholeRecord: readonly string[] = ['REGISTER', 'UPDATE'];

/**
 * Brings the name of an event type into the registry type's spelling.
 *
 * @param text - for example `BIRTH`, `live_birth`, `ocrvs:registry_type:birth`
 * @param registryType - `crvs` when absent
 * @returns the vital event, or `undefined` when it is none
 */
export function readVitalEventType(text: string, registryType: RegistryType = crvs): VitalEventType | undefined {
  const code = resolveEventType(registryType, text);
  return vitalEventTypes.find((type) => type === code);
}

/**
 * Makes an event of what it is stored as.
 *
 * @param origin - type, day and record
 * @param clock - the time: events in the future do not decide a marital status
 * @param registryType - `crvs` when absent
 * @returns the event, with all that follows from the record
 */
export function readVitalEvent(origin: VitalEventOrigin, clock: Clock, registryType: RegistryType = crvs): VitalEvent {
  return withFacts(origin, readCivilPerson(origin.record, registryType), lastPossibleToday(clock));
}

/**
 * Finds the events that a record speaks of (records.md section 4: they are all views of one person).
 *
 * @param record - a record under the standard's names
 * @param from - where it comes from
 * @param eventType - what the registry says it is about: one event, or with `REGISTER`, `UPDATE` or none all that the
 *   record has
 * @param fallbackDay - day of events that have none in a record, for example the notification's
 * @returns the events, and what no event can be made of
 */
export function foldEvents(
  record: JsonObject,
  from: EventSource,
  eventType?: string,
  fallbackDay?: string,
): FoldedEvents {
  const { source, clock, registryType = crvs, notification } = from;
  const code = eventType === undefined ? undefined : (resolveEventType(registryType, eventType) ?? eventType);
  const type = vitalEventTypes.find((known) => known === code);
  if (code !== undefined && type === undefined && !wholeRecord.includes(code)) {
    return { events: [], rejected: [{ type: code, reason: 'event_type_not_supported', record }] };
  }
  const person = readCivilPerson(record, registryType);
  const today = lastPossibleToday(clock);
  const events: VitalEvent[] = [];
  const rejected: RejectedEvent[] = [];
  const take = (each: VitalEventType, days: readonly string[], missing: EventRejection | undefined): void => {
    if (missing !== undefined) rejected.push({ type: each, reason: missing, record });
    for (const date of days) {
      if (date > today) rejected.push({ type: each, reason: 'date_in_future', record });
      else
        events.push(
          withFacts({ type: each, date, source, record, ...(notification && { notification }) }, person, today),
        );
    }
  };
  for (const each of type === undefined ? datedTypes : [type]) {
    const days = daysOf(each, person, fallbackDay);
    const isUnreadable = isDated(each) && person.unreadable.includes(dated[each]);
    const isMissing = days.length === 0 && type !== undefined;
    take(each, days, isUnreadable ? 'unreadable_date' : isMissing ? 'no_date' : undefined);
  }
  return { events: inOrder(events), rejected };
}

function isDated(type: VitalEventType): type is DatedType {
  return type in dated;
}

function daysOf(type: VitalEventType, person: CivilPerson, fallbackDay: string | undefined): readonly string[] {
  const one = (day: string | undefined): readonly string[] => (day === undefined ? [] : [day]);
  switch (type) {
    case 'LiveBirth':
      return one(person.birthDate);
    case 'Death':
      return one(person.deathDate);
    case 'Marriage':
      return person.marriageDates;
    case 'Divorce':
      return person.divorceDates;
    case 'FetalDeath':
      return one(person.deathDate ?? readDay(fallbackDay ?? ''));
    case 'Adoption':
      return one(readDay(fallbackDay ?? ''));
  }
}

function withFacts(origin: VitalEventOrigin, person: CivilPerson, today: string): VitalEvent {
  const { identifiers } = person;
  const facts = <T extends VitalEventType>(type: T, number?: 'BRN' | 'DRN' | 'MRN') => {
    const registration = number === undefined ? undefined : registrationNumber(person, number);
    return {
      ...origin,
      type,
      identifiers,
      person,
      ...(registration !== undefined && { registrationNumber: registration }),
    };
  };
  switch (origin.type) {
    case 'LiveBirth':
      return { ...facts(origin.type, 'BRN'), ...(person.birthPlace && { place: person.birthPlace }) };
    case 'Death':
      return { ...facts(origin.type, 'DRN'), ...(person.deathPlace && { place: person.deathPlace }) };
    case 'Marriage':
    case 'Divorce': {
      const marital = maritalStatusOf(person, today) ?? {
        maritalStatus: origin.type === 'Marriage' ? 'M' : 'D',
        since: origin.date,
      };
      return {
        ...facts(origin.type, 'MRN'),
        maritalStatus: marital.maritalStatus,
        ...(marital.since !== undefined && { maritalStatusSince: marital.since }),
        spouses: person.spouses,
      };
    }
    default:
      return facts(origin.type);
  }
}

const firstToLast: readonly VitalEventType[] = ['LiveBirth', 'FetalDeath', 'Adoption', 'Marriage', 'Divorce', 'Death'];

function inOrder(events: readonly VitalEvent[]): readonly VitalEvent[] {
  const place = ({ type }: VitalEvent): number =>
    type === 'Divorce' ? firstToLast.indexOf('Marriage') : firstToLast.indexOf(type);
  return events.toSorted((one, other) => place(one) - place(other) || (one.date < other.date ? -1 : 1));
}
