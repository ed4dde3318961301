import type { NotifiedEventState } from '../../callbacks/notifications.ts';

/** An event that a registry notified, without its records. */
export interface ListedEvent {
  readonly eventId: string;
  readonly source: string;
  /** Id of the notification. */
  readonly messageId: string;
  readonly eventType: string;
  readonly recordType: string;
  readonly subscriptionCode?: string;
  /** What a receipt names it by. */
  readonly referenceId?: string;
  readonly state: NotifiedEventState;
  /** Absent: nobody handles it. */
  readonly handler?: string;
  /** Attempts of the handler that ended. */
  readonly attempts: number;
  /** Code of the last failure. */
  readonly reason?: string;
  readonly receipt: 'none' | 'due' | 'sent';
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/** Which events are meant. */
export interface EventQuery {
  readonly source?: string;
  readonly state?: NotifiedEventState;
  readonly handler?: string;
  readonly reason?: string;
}

/** Tells operators of notified events, and has them handled again. */
export interface EventList {
  /**
   * @param query - which, and how many at most
   * @returns them, newest first
   */
  list(query: EventQuery & { readonly limit: number }): Promise<readonly ListedEvent[]>;
  /** @returns the event; `undefined` when there is none */
  find(eventId: string): Promise<ListedEvent | undefined>;
  /**
   * Requests the work of events anew that failed, and of receipts that were not sent, with all its attempts.
   *
   * @param query - which; an event that was processed and needs no receipt is not among them
   * @returns how many
   */
  retry(query: Omit<EventQuery, 'state'> & { readonly eventId?: string }): Promise<number>;
}
