import type {
  AsyncHandle,
  CallbackHandler,
  CallOptions,
  DciClient,
  SubscribeReply,
  UnsubscribeReply,
} from 'dci-client';
import { type Clock, crvs, DciError, type Logger, opencrvsDialects, type RegistryType } from 'dci-core';
import { eventHandler } from './events/event-handler.ts';
import { type EventPage, type EventQuery, eventPages, searchEvents } from './events/search-events.ts';
import { type EventSubscription, subscribeEvents, unsubscribeEvents } from './events/subscribe-events.ts';
import type { VitalEvent } from './events/vital-event.ts';
import type { CivilIdentifier } from './identifiers.ts';
import { createEventProcessor, type ProcessorSettings, type VitalEventProcessor } from './log/event-processor.ts';
import { memoryVitalEventLog } from './log/memory-log.ts';
import type { VitalEventLog } from './log/vital-event-log.ts';
import type { LookupOptions, RecordsBy } from './person/find-person.ts';
import type { EventSink } from './sink/event-sink.ts';
import { checkDeath, type DeathCheck } from './verify/check-death.ts';
import type { ExpectedBirth } from './verify/expected-birth.ts';
import { getMarriageStatus, type MarriageStatus } from './verify/get-marriage-status.ts';
import { type BirthVerification, verifyBirth } from './verify/verify-birth.ts';

/** What {@link crvsService} works with. */
export interface CrvsServiceOptions {
  /** Client of the civil registry. */
  readonly client: DciClient;
  readonly clock: Clock;
  /** Applies vital events. Absent: events can be searched and subscribed to, and the application's own handler gets them. */
  readonly sink?: EventSink;
  /** Log of vital events. Absent: in memory. */
  readonly log?: VitalEventLog;
  /** Gets codes and counts, never personal data. */
  readonly logger?: Logger;
  /** Absent: `crvs` of dci-core. */
  readonly registryType?: RegistryType;
  /** Absent: `event` for a client of a dialect of OpenCRVS, else `person`. */
  readonly recordsBy?: RecordsBy;
  /** `later`: notifications are logged only, and something else calls `process`; default `at-once`. */
  readonly processing?: 'at-once' | 'later';
  /** Time of attempts, and between them. */
  readonly settings?: ProcessorSettings;
}

/** Questions to a civil registry, and its events. Every method that asks throws a `DciError` with a `ClientFailure` as cause. */
export interface CrvsService {
  /** Code of the data source. */
  readonly source: string;
  /**
   * Verifies a birth, as {@link verifyBirth}.
   *
   * @param identifier - of the person
   * @param expected - what the caller knows
   * @param options - consent, legal basis, signal
   * @returns the answer
   * @throws DciError when there is no answer to trust
   */
  verifyBirth(
    identifier: CivilIdentifier,
    expected?: ExpectedBirth,
    options?: LookupOptions,
  ): Promise<BirthVerification>;
  /**
   * Checks whether a death is recorded, as {@link checkDeath}.
   *
   * @param identifier - of the person
   * @param options - consent, legal basis, signal
   * @returns the answer; `not_recorded` never means that the person lives
   * @throws DciError when there is no answer to trust
   */
  checkDeath(identifier: CivilIdentifier, options?: LookupOptions): Promise<DeathCheck>;
  /**
   * Asks for the marital status, as {@link getMarriageStatus}.
   *
   * @param identifier - of the person
   * @param options - consent, legal basis, signal
   * @returns the answer
   * @throws DciError when there is no answer to trust
   */
  getMarriageStatus(identifier: CivilIdentifier, options?: LookupOptions): Promise<MarriageStatus>;
  /**
   * Searches vital events of some days, as {@link searchEvents}.
   *
   * @param query - event type, days, page
   * @returns one page
   * @throws DciError when there is no answer to trust
   */
  searchEvents(query: EventQuery): Promise<EventPage>;
  /**
   * Searches vital events, page after page, while they are iterated.
   *
   * @param query - event type, days, and the page to begin with
   * @returns the pages, at least one
   * @throws DciError as {@link searchEvents}, from the iterator
   */
  eventPages(query: EventQuery): AsyncIterable<EventPage>;
  /**
   * The same, event by event.
   *
   * @param query - as {@link eventPages}
   * @returns the events of all pages
   * @throws DciError as {@link searchEvents}, from the iterator
   */
  events(query: EventQuery): AsyncIterable<VitalEvent>;
  /**
   * Subscribes to vital events, as {@link subscribeEvents}.
   *
   * @param subscription - event types and filter
   * @returns a handle; its result tells the codes
   * @throws DciError when the registry did not acknowledge
   */
  subscribeEvents(subscription: EventSubscription): Promise<AsyncHandle<SubscribeReply>>;
  /**
   * Ends subscriptions.
   *
   * @param codes - their codes
   * @param options - the caller's signal
   * @returns a handle
   * @throws DciError when the registry did not acknowledge
   */
  unsubscribeEvents(codes: readonly string[], options?: CallOptions): Promise<AsyncHandle<UnsubscribeReply>>;
  /** The log of vital events. */
  readonly log: VitalEventLog;
  /** Logs and applies vital events; there with a sink only. */
  readonly processor?: VitalEventProcessor;
  /** Turns notifications into vital events, under the name that {@link subscribeEvents} gives; there with a sink only. */
  readonly handler?: CallbackHandler;
}

/**
 * Makes the service of one civil registry.
 *
 * @param options - client, time, and a sink where events are applied
 * @returns the service
 * @throws DciError `err.configuration.invalid` when the client asks a registry of another type
 */
export function crvsService(options: CrvsServiceOptions): CrvsService {
  const { client, clock, sink, log = memoryVitalEventLog(), logger, registryType = crvs, settings } = options;
  if (client.registry !== registryType.name) {
    throw new DciError('err.configuration.invalid', `the data source is no registry of type ${registryType.name}`);
  }
  const { recordsBy = hasRecordsOfEvents(client) ? 'event' : 'person' } = options;
  const asked = { client, clock, registryType, recordsBy };
  const processor =
    sink === undefined
      ? undefined
      : createEventProcessor({ log, sink, clock, registryType, ...(logger !== undefined && { logger }), ...settings });
  const handler =
    processor === undefined
      ? undefined
      : eventHandler({ source: client.source, processor, processing: options.processing ?? 'at-once' });
  return {
    source: client.source,
    verifyBirth: (identifier, expected, lookup) => verifyBirth(asked, identifier, expected, lookup),
    checkDeath: (identifier, lookup) => checkDeath(asked, identifier, lookup),
    getMarriageStatus: (identifier, lookup) => getMarriageStatus(asked, identifier, lookup),
    searchEvents: (query) => searchEvents(asked, query),
    eventPages: (query) => eventPages(asked, query),
    events: async function* (query) {
      for await (const { events } of eventPages(asked, query)) yield* events;
    },
    subscribeEvents: (subscription) => subscribeEvents(asked, subscription),
    unsubscribeEvents: (codes, call) => unsubscribeEvents(client, codes, call),
    log,
    ...(processor !== undefined && { processor }),
    ...(handler !== undefined && { handler }),
  };
}

function hasRecordsOfEvents({ dialect }: DciClient): boolean {
  return opencrvsDialects.some(({ name }) => name === dialect);
}
