import type { JsonObject } from 'dci-core';
import type { VitalEvent } from '../../events/vital-event.ts';
import type { CivilIdentifier } from '../../identifiers.ts';
import type { LoggedEvent } from '../../log/vital-event-log.ts';
import type { CivilName, CivilPlace } from '../../person/civil-person.ts';
import type { Provenance } from '../../person/find-person.ts';
import type { BirthFacts } from '../../verify/verify-birth.ts';

/** @returns an identifier as it is given to commands */
export function identifierText({ type, value }: CivilIdentifier): string {
  return type === '' ? value : `${type}:${value}`;
}

/** @returns a name in one piece */
export function nameText(name: CivilName | undefined): string {
  const { prefix, givenName, secondName, surname, suffix } = name ?? {};
  return [prefix, givenName, secondName, surname, suffix].filter((part) => part !== undefined).join(' ');
}

/** @returns a place with those around it */
export function placeText(place: CivilPlace | undefined): string {
  const parts: string[] = [];
  for (let level = place; level !== undefined; level = level.containedIn) {
    const text = level.name ?? level.addressLine ?? level.code;
    if (text !== undefined) parts.push(text);
  }
  return parts.join(', ');
}

/** @returns a time as RFC 3339 in whole seconds */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

const identifierView = ({ type, value }: CivilIdentifier): JsonObject => ({
  identifier_type: type,
  identifier_value: value,
});

/** @returns identifiers for `--json` */
export function identifierViews(identifiers: readonly CivilIdentifier[]): readonly JsonObject[] {
  return identifiers.map(identifierView);
}

/** @returns a place for `--json` */
export function placeView(place: CivilPlace | undefined): JsonObject | undefined {
  if (place === undefined) return undefined;
  const { name, code, addressLine, containedIn } = place;
  return { name, code, address_line: addressLine, contained_in_place: placeView(containedIn) };
}

/** @returns where an answer is from, for `--json` */
export function provenanceView({ source, askedAt, evidence }: Provenance): JsonObject {
  return {
    source,
    asked_at: askedAt,
    sender_id: evidence.senderId,
    key_id: evidence.keyId,
    verified: evidence.verified,
    message_id: evidence.messageId,
  };
}

/** @returns where an answer is from, in a line */
export function provenanceLine({ source, evidence }: Provenance): string {
  const { verified, senderId, keyId, algorithm } = evidence;
  return verified ? `${source}: signature valid (${senderId}, key ${keyId}, ${algorithm})` : `${source}: NOT SIGNED`;
}

/** @returns a birth for `--json` */
export function birthView({ birthDate, brn, name, sex, birthPlace, parents, identifiers }: BirthFacts): JsonObject {
  return {
    birth_date: birthDate,
    brn,
    name: name && {
      surname: name.surname,
      given_name: name.givenName,
      second_name: name.secondName,
      maiden_name: name.maidenName,
      prefix: name.prefix,
      suffix: name.suffix,
    },
    sex,
    birth_place: placeView(birthPlace),
    parents: identifierViews(parents),
    identifier: identifierViews(identifiers),
  };
}

/** @returns a vital event for `--json` */
export function eventView(event: VitalEvent): JsonObject {
  return {
    event_type: event.type,
    date: event.date,
    registration_number: event.registrationNumber,
    source: event.source,
    record: event.record,
  };
}

/** @returns an event of the log for `--json`: never whose it is */
export function loggedView(event: LoggedEvent): JsonObject {
  const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : isoTime(at));
  return {
    id: event.id,
    event_type: event.type,
    source: event.source,
    state: event.state,
    outcome: event.outcome,
    fields: event.fields,
    reason: event.reason,
    attempts: event.attempts,
    round: event.round,
    received_at: time(event.receivedAt),
    changed_at: time(event.changedAt),
    retry_at: time(event.retryAt),
    leased_until: time(event.leasedUntil),
    has_record: event.content?.record !== undefined,
  };
}
