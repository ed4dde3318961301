import type { CallOptions, DciClient, PageOptions, ReplyEvidence, SearchOptions } from 'dci-client';
import { type Clock, DciError, type RecordWarning, type RegistryType } from 'dci-core';
import { checkDay } from '../days.ts';
import { type RecordsBy, unfinished } from '../person/find-person.ts';
import { foldEvents, readVitalEventType } from './fold-events.ts';
import type { VitalEvent, VitalEventType } from './vital-event.ts';

/** Which events are wanted. */
export interface EventQuery extends CallOptions, Pick<SearchOptions, 'consent' | 'authorize'> {
  /** For example `LiveBirth`, `Death`; other spellings are read too. */
  readonly eventType: VitalEventType | (string & {});
  /** Which day counts: that of the event (default), or that of its registration. */
  readonly by?: 'event' | 'registration';
  /** First day, `YYYY-MM-DD`; included. */
  readonly from: string;
  /** Last day; included. */
  readonly to: string;
  /** Where to begin and how large pages are. */
  readonly page?: PageOptions;
}

/** One page of events. */
export interface EventPage {
  readonly events: readonly VitalEvent[];
  /** Records of which no event of that type and time can be made. */
  readonly skipped: number;
  /** Number of all records that match; absent when the registry does not tell. */
  readonly totalCount?: number;
  /** Asks for the next page; absent on the last. */
  readonly next?: PageOptions;
  /** What was tolerated while the records were read. */
  readonly warnings: readonly RecordWarning[];
  readonly evidence: ReplyEvidence;
}

/** What {@link searchEvents} works with. */
export interface SearchEventsOptions {
  readonly client: DciClient;
  readonly clock: Clock;
  readonly registryType: RegistryType;
  /** `event`: the registry holds a record for each event, and is told which. Absent: `person`. */
  readonly recordsBy?: RecordsBy;
}

/**
 * Searches events by their date, in the attribute that the registry type names for the event, for example `birth_date`; or by
 * the date of registration, which is all that OpenCRVS can search.
 *
 * @param options - client, time, registry type
 * @param query - event type, days, page
 * @returns one page of events
 * @throws DciError with a `ClientFailure` as cause when there is no answer to trust; `err.request.bad` for days that are none,
 *   or an event that has no date of its own
 */
export async function searchEvents(options: SearchEventsOptions, query: EventQuery): Promise<EventPage> {
  const { client, clock, registryType, recordsBy } = options;
  const { eventType, by = 'event', from, to, page, consent, authorize, signal } = query;
  const type = readVitalEventType(eventType, registryType);
  const dateOfEvent = registryType.eventTypes.find(({ code }) => code === type)?.attribute;
  if (type === undefined || dateOfEvent === undefined) {
    throw new DciError('err.request.bad', 'events of this type cannot be searched by date', { path: 'eventType' });
  }
  const days = { from: checkDay(from, 'from'), to: checkDay(to, 'to') };
  if (days.from > days.to) throw new DciError('err.request.bad', 'from is after to', { path: 'from' });
  const [recordType] = registryType.recordTypes;
  const result = await client.searchByDateRange(by === 'event' ? dateOfEvent : 'registration_date', days, {
    ...(recordType !== undefined && { recordType: recordType.name }),
    ...(recordsBy === 'event' && { eventType: type }),
    ...(page !== undefined && { page }),
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
    ...(signal !== undefined && { signal }),
  });
  const { records, status, totalCount, next, warnings, evidence } = result;
  if (status !== 'succ') throw unfinished('The registry has not finished its answer.');
  const found = records.map((record) =>
    foldEvents(record, { source: client.source, clock, registryType }, type).events.filter(
      ({ date }) => by === 'registration' || (date >= days.from && date <= days.to),
    ),
  );
  return {
    events: found.flat(),
    skipped: found.filter((events) => events.length === 0).length,
    ...(totalCount !== undefined && { totalCount }),
    ...(next !== undefined && { next }),
    warnings,
    evidence,
  };
}

/**
 * Searches events, page after page, while they are iterated.
 *
 * @param options - client, time, registry type
 * @param query - event type, days, and the page to begin with
 * @returns the pages, at least one
 * @throws DciError as {@link searchEvents}, from the iterator
 */
export async function* eventPages(options: SearchEventsOptions, query: EventQuery): AsyncGenerator<EventPage, void> {
  const asked = new Set<string>();
  let empty = 0;
  for (let { page } = query; ; ) {
    const found = await searchEvents(options, { ...query, ...(page !== undefined && { page }) });
    yield found;
    const { next } = found;
    if (next === undefined) return;
    asked.add(placeOf(page));
    empty = found.events.length === 0 && found.skipped === 0 ? empty + 1 : 0;
    // To end in silence would be to say that there are no further events.
    if (empty > mostEmptyPages || asked.has(placeOf(next))) throw unfinished('The registry leads to the same pages.');
    page = next;
  }
}

/** Pages without a record, but with a next one, that are followed before it is taken for endless. */
const mostEmptyPages = 3;

function placeOf({ cursor, number = 1 }: PageOptions = {}): string {
  return cursor === undefined ? `number ${number}` : `cursor ${cursor}`;
}
