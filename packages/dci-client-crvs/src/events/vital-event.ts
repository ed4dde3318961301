import type { JsonObject } from 'dci-core';
import type { CivilIdentifier } from '../identifiers.ts';
import type { CivilPerson, CivilPlace, MaritalStatusCode } from '../person/civil-person.ts';

/** Kinds of vital events, as `crvs.eventTypes` of dci-core names them (records.md section 10). */
export type VitalEventType = 'LiveBirth' | 'Death' | 'FetalDeath' | 'Marriage' | 'Divorce' | 'Adoption';

/** Every {@link VitalEventType}. */
export const vitalEventTypes: readonly VitalEventType[] = [
  'LiveBirth',
  'Death',
  'FetalDeath',
  'Marriage',
  'Divorce',
  'Adoption',
];

/** Names the notification that an event came with. */
export interface NotificationReference {
  /** Our own id of the notified event. */
  readonly id: string;
  readonly subscriptionCode?: string;
  readonly referenceId?: string;
}

/** What an event is made of: everything else follows from it, so that it alone is stored. */
export interface VitalEventOrigin {
  readonly type: VitalEventType;
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Code of the data source. */
  readonly source: string;
  /** The record under the standard's names. */
  readonly record: JsonObject;
  /** Absent for events that a search found. */
  readonly notification?: NotificationReference;
}

interface EventFacts extends VitalEventOrigin {
  /** All identifiers of the person, registration numbers among them. */
  readonly identifiers: readonly CivilIdentifier[];
  /** Number of the registration: BRN, DRN or MRN. */
  readonly registrationNumber?: string;
  readonly person: CivilPerson;
}

/** Somebody was born. */
export interface BirthEvent extends EventFacts {
  readonly type: 'LiveBirth';
  readonly place?: CivilPlace;
}

/** Somebody died. */
export interface DeathEvent extends EventFacts {
  readonly type: 'Death';
  readonly place?: CivilPlace;
}

/** Somebody married or divorced. */
export interface MaritalEvent extends EventFacts {
  readonly type: 'Marriage' | 'Divorce';
  /** What the record as a whole states: events can arrive late and out of order. */
  readonly maritalStatus: MaritalStatusCode;
  /** Day from which on it holds; absent where the registry states the status without one. */
  readonly maritalStatusSince?: string;
  /** Identifiers of spouses, where the registry gives them. */
  readonly spouses: readonly CivilIdentifier[];
}

/** An event that has no date of its own in the standard's record; its date is that of the notification. */
export interface OtherVitalEvent extends EventFacts {
  readonly type: 'FetalDeath' | 'Adoption';
}

/** An event in the life of a person, as a civil registry tells it. */
export type VitalEvent = BirthEvent | DeathEvent | MaritalEvent | OtherVitalEvent;

/** Why no event can be made of what a registry sent. */
export type EventRejection =
  /** The notification has no record. */
  | 'no_record'
  /** The record has no date of the event. */
  | 'no_date'
  /** It has one that is no day of the calendar. */
  | 'unreadable_date'
  | 'date_in_future'
  /** Nothing says whose event it is: it can be searched for, yet not applied. */
  | 'no_identifier'
  /** Neither a vital event nor one that a record can be read for, for example a deletion. */
  | 'event_type_not_supported';
