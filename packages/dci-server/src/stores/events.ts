import type { JsonObject } from 'dci-core';
import type { JobChanges } from 'dci-host';
import type { NewOutgoingMessage } from './outgoing.ts';

/** Something that happened to a record of a registry (protocol.md section 9). */
export interface RegistryEvent {
  /** Ours, growing with every event of any registry. */
  readonly number: number;
  /** Name of the registry type. */
  readonly registry: string;
  /** Unique in its registry: two of the same id are one event. */
  readonly eventId: string;
  /** Code of the event type. */
  readonly eventType: string;
  /** Name of the record type. */
  readonly recordType: string;
  /** The whole record as it was after the event. Kept sealed. */
  readonly record: JsonObject;
  /** Unix milliseconds at which it happened. */
  readonly at: number;
  /** Unix milliseconds at which it was stored. */
  readonly storedAt: number;
}

/** An event about to be stored. */
export type NewEvent = Omit<RegistryEvent, 'number'>;

/** An event that concerns a subscription. */
export interface NotedEvent {
  readonly code: string;
  readonly eventNumber: number;
  /** `reference_id` in the notification, by which a receipt names it. Unique. */
  readonly referenceId: string;
}

/** A notification about to be handed to the delivery, and the events in it. */
export interface NewNotification {
  readonly message: NewOutgoingMessage;
  /** Events of the subscription that `message.subject` names. */
  readonly events: readonly NotedEvent[];
}

/** What matching an event came to. */
export interface EventMatches {
  readonly now: number;
  /** Sent at once. */
  readonly notifications: readonly NewNotification[];
  /** Wait for the digest of their subscription. */
  readonly waiting: readonly NotedEvent[];
  /** Settles the job; in the same commit. */
  readonly jobs: JobChanges;
}

/** A part of a digest. */
export interface DigestPart {
  readonly now: number;
  readonly notifications: readonly NewNotification[];
  /** Waiting events of which nothing may be said any more. */
  readonly dropped: readonly NotedEvent[];
  /** When the next digest of the subscription is due; set with the last part. */
  readonly next?: { readonly code: string; readonly at: number | undefined };
  readonly jobs: JobChanges;
}

/** A step of a change feed: from `since` (absent: the first) to `position`. */
export interface FeedStep {
  readonly registry: string;
  readonly since: string | undefined;
  readonly position: string;
}

/** The events of the registries, and which of them concern which subscription. */
export interface EventStore {
  /** @returns where the change feed of a registry was read up to; `undefined` when it never was */
  position(registry: string): Promise<string | undefined>;
  /**
   * Stores events with a match job each, and the step of the feed that brought them, in one durable commit. An event
   * whose id is there already is left out.
   *
   * @returns false when the feed was read from another position meanwhile; nothing is written then
   */
  add(events: readonly NewEvent[], step?: FeedStep): Promise<boolean>;
  /** @returns the event; `undefined` once it is purged */
  find(number: number): Promise<RegistryEvent | undefined>;
  /**
   * Writes which subscriptions an event concerns, and the notifications, in one durable commit. Subscriptions that are no
   * longer active are left out, and so is what was written before.
   */
  noteMatches(matches: EventMatches): Promise<void>;
  /** @returns the events of a subscription that wait for its digest, oldest first */
  waiting(code: string, limit: number): Promise<readonly NotedEvent[]>;
  /** Writes a part of a digest in one durable commit; nothing of a subscription that is no longer active. */
  noteDigest(part: DigestPart): Promise<void>;
  /** @returns the events of notifications to a party, of those that these references name */
  findReferences(
    senderId: string,
    referenceIds: readonly string[],
  ): Promise<readonly (NotedEvent & { readonly messageId: string })[]>;
  /**
   * Deletes events of which no notification is waiting or under way, then what was noted of them, by which receipts are
   * known; a bounded number at a time (reliability.md SE4).
   *
   * @returns how many rows were deleted; 0 when none are left
   */
  purge(limits: { readonly contentBefore: number; readonly rowsBefore: number }): Promise<number>;
}
