import type { CallOptions, ClientFailure, DciClient, ReplyEvidence, SearchOptions } from 'dci-client';
import { type Clock, DciError, formatTimestamp, type RegistryType } from 'dci-core';
import type { VitalEventType } from '../events/vital-event.ts';
import { type CivilIdentifier, checkIdentifier, sameIdentifier } from '../identifiers.ts';
import type { CivilPerson } from './civil-person.ts';
import { mergePersons } from './merge-persons.ts';
import { readCivilPerson } from './read-civil-person.ts';

/** What a question about one person can be given. */
export interface LookupOptions extends CallOptions, Pick<SearchOptions, 'consent' | 'authorize'> {}

/** Where an answer is from, and how that is known. */
export interface Provenance {
  /** Code of the data source. */
  readonly source: string;
  /** RFC 3339: when it was asked. */
  readonly askedAt: string;
  /** The verified reply, with the records as received: it holds personal data. */
  readonly evidence: ReplyEvidence;
}

/** What a registry knows under an identifier. */
export type FoundPerson =
  | { readonly kind: 'one'; readonly person: CivilPerson; readonly provenance: Provenance }
  | { readonly kind: 'none'; readonly provenance: Provenance }
  | { readonly kind: 'several'; readonly count: number; readonly provenance: Provenance };

/** What {@link findPerson} works with. */
export interface FindPersonOptions {
  readonly client: DciClient;
  readonly clock: Clock;
  readonly registryType: RegistryType;
  /** `event`: the registry holds a record for each event, and is asked for each kind by itself. Absent: `person`. */
  readonly recordsBy?: RecordsBy;
}

/** Whether a registry has one record for a person, as the standard says, or one for each event, as OpenCRVS has. */
export type RecordsBy = 'person' | 'event';

/**
 * Looks a person up. Only an answer that the registry has finished counts, and only records that carry the identifier, or
 * none at all: a registry that finds children by an identifier of their mother does not answer for her.
 *
 * @param options - client, time, registry type
 * @param identifier - of the person
 * @param lookup - consent, legal basis, signal
 * @param eventType - kind of the records, where the registry holds one for each event
 * @returns the person, if there is exactly one
 * @throws DciError with a `ClientFailure` as cause when there is no answer to trust; `err.request.bad` for an identifier
 *   without type or value
 */
export async function findPerson(
  { client, clock, registryType, recordsBy }: FindPersonOptions,
  identifier: CivilIdentifier,
  lookup: LookupOptions = {},
  eventType?: VitalEventType,
): Promise<FoundPerson> {
  const { type, value } = checkIdentifier(identifier);
  const [recordType] = registryType.recordTypes;
  const askedAt = formatTimestamp(clock.now());
  const result = await client.searchById(type, value, {
    ...lookup,
    ...(recordType !== undefined && { recordType: recordType.name }),
    ...(recordsBy === 'event' && eventType !== undefined && { eventType }),
  });
  const { records, status, totalCount = records.length, next, evidence } = result;
  if (status !== 'succ') throw unfinished('The registry has not finished its answer.');
  if (records.length === 0 && totalCount > 0) throw unfinished('The registry counts records that it does not send.');
  const provenance: Provenance = { source: client.source, askedAt, evidence };
  const persons = records
    .map((record) => readCivilPerson(record, registryType))
    .filter((person) => carries(person, { type, value }, registryType));
  if (next !== undefined || totalCount > records.length) {
    return { kind: 'several', count: Math.max(totalCount, records.length + 1), provenance };
  }
  if (persons.length === 0) return { kind: 'none', provenance };
  // Without identifiers nothing says that two records are of one person.
  const canMerge = persons.length === 1 || persons.every(({ identifiers }) => identifiers.length > 0);
  const person = canMerge ? mergePersons(persons, registryType) : undefined;
  return person === undefined
    ? { kind: 'several', count: persons.length, provenance }
    : { kind: 'one', person, provenance };
}

/**
 * Looks a person up whose event is asked for. Where the registry holds a record for each event and has none of that kind, the
 * birth record tells whether it knows the person at all.
 *
 * @param eventType - the kind of event
 * @param options - client, time, registry type
 * @param identifier - of the person
 * @param lookup - consent, legal basis, signal
 * @returns as {@link findPerson}
 * @throws DciError as {@link findPerson}
 */
export async function findPersonOf(
  eventType: VitalEventType,
  options: FindPersonOptions,
  identifier: CivilIdentifier,
  lookup?: LookupOptions,
): Promise<FoundPerson> {
  const found = await findPerson(options, identifier, lookup, eventType);
  if (found.kind !== 'none' || options.recordsBy !== 'event') return found;
  return await findPerson(options, identifier, lookup, 'LiveBirth');
}

function carries(
  { identifiers, unreadable }: CivilPerson,
  asked: CivilIdentifier,
  registryType: RegistryType,
): boolean {
  if (identifiers.length === 0) return !unreadable.includes('identifier');
  return identifiers.some((identifier) => sameIdentifier(identifier, asked, registryType));
}

/** @returns the error for an answer that is none yet: nothing may be taken from it, nor that there is nothing */
export function unfinished(text: string): DciError {
  const path = 'message.search_response';
  const cause: ClientFailure = { kind: 'protocol', fault: 'envelope', path };
  return new DciError('err.service.unavailable', text, { cause, path });
}
