import type { JsonObject, RecordWarning } from 'dci-core';
import type { ReplyEvidence } from '../search.ts';
import type { ReceivedMessage } from './transactions.ts';

/** One event that a registry notified us of, verified, with its record under the standard's names. */
export interface NotifiedEvent {
  /** Code of the data source. */
  readonly source: string;
  /** Our own id of it; the same however often the notification arrives. */
  readonly id: string;
  readonly subscriptionCode?: string;
  /** What a receipt names it by. */
  readonly referenceId?: string;
  /** Code of the event type in the registry's type; as sent where that has none of the name. */
  readonly eventType: string;
  readonly recordType: string;
  readonly records: readonly JsonObject[];
  readonly warnings: readonly RecordWarning[];
  /** RFC 3339, as sent. */
  readonly timestamp?: string;
  readonly evidence: ReplyEvidence;
}

/** A notification that passed every check. */
export interface VerifiedNotification {
  readonly source: string;
  readonly messageId: string;
  readonly digest: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly subscriptionCode?: string;
  /** Name of the handler of its events. */
  readonly handler?: string;
  /** Whether receipts are to be sent. */
  readonly receipts: boolean;
  /** Who sent them, with the whole message; the same for all. Sealed by stores, and stored once. */
  readonly evidence: ReplyEvidence;
  /** Sealed by stores. */
  readonly events: readonly Omit<NotifiedEvent, 'evidence'>[];
}

/** How far an event is. */
export type NotifiedEventState = 'received' | 'processed' | 'error';

/** An event as it is stored. */
export interface StoredEvent {
  readonly event: NotifiedEvent;
  readonly state: NotifiedEventState;
  readonly handler?: string;
  /** Whether a receipt is to be sent: never for an event without reference id, which none can name. */
  readonly receipts: boolean;
  /** Attempts of the handler that ended. */
  readonly attempts: number;
  /** Code of the last failure, without personal data. */
  readonly reason?: string;
  readonly receiptSent: boolean;
}

/**
 * Keeps notified events until their handler is through. Port; contract test in `dci-client/testing`.
 */
export interface NotificationStore {
  /** @returns the notification of this id that was stored; `undefined` when there is none */
  findMessage(source: string, messageId: string): Promise<ReceivedMessage | undefined>;
  /**
   * Stores a notification and, in a host, requests the work of its handler, in one commit; durable when the promise
   * resolves.
   *
   * @returns what it came to; an event of an id that is stored already is not stored again
   */
  receive(notification: VerifiedNotification): Promise<'stored' | 'duplicate' | 'conflict'>;
  /** @returns the event; `undefined` when there is none */
  find(eventId: string): Promise<StoredEvent | undefined>;
  /**
   * Notes how an attempt ended and, in a host, requests the work of the receipt that is to be sent, in one commit. An
   * event that is processed stays so.
   *
   * @param outcome - what the handler's attempt came to; a reason is a code without personal data
   */
  settle(
    eventId: string,
    outcome: { readonly state: 'processed' } | { readonly state: 'error'; readonly reason: string },
  ): Promise<void>;
  /** Notes that the receipt of an event was accepted. */
  receiptSent(eventId: string): Promise<void>;
  /** @returns events in a state, oldest first */
  list(state: NotifiedEventState, limit: number): Promise<readonly StoredEvent[]>;
  /**
   * Forgets processed events, those that no handler is named for, and the ids of messages all of whose events are forgotten, received before a time; a
   * bounded number at a time.
   *
   * @param before - Unix milliseconds; more than two hours ago, so that no signature of them is still valid
   * @returns how many were removed; 0 when none are left
   */
  forget(before: number): Promise<number>;
}
