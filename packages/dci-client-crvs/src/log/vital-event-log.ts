import type { JsonObject } from 'dci-core';
import type { EventRejection, NotificationReference, VitalEventOrigin } from '../events/vital-event.ts';
import type { EventOutcome } from '../sink/apply-event.ts';

/** How far an event is. */
export type VitalEventState = 'received' | 'processing' | 'processed' | 'error';

/** Every {@link VitalEventState}. */
export const vitalEventStates: readonly VitalEventState[] = ['received', 'processing', 'processed', 'error'];

/** What a log keeps of an event beside its state. Stores seal it: it holds personal data. */
export interface LoggedContent {
  /** Absent for what no event can be made of. */
  readonly date?: string;
  readonly record?: JsonObject;
  readonly notification?: NotificationReference;
}

/** An event that is to be logged. */
export interface NewVitalEvent {
  /**
   * Name the event: identifier of the person, type and day, once for each identifier that the person has. An event that has
   * one of them in common with a logged one is the same. They hold personal data: stores keep keyed hashes.
   */
  readonly keys: readonly string[];
  /** Code of the event type. */
  readonly type: string;
  /** Code of the data source. */
  readonly source: string;
  readonly content: LoggedContent;
  /** Set where no event can be made of it: it is logged as an error that is never processed. */
  readonly rejection?: EventRejection;
}

/** An event in the log. */
export interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly state: VitalEventState;
  /** Attempts that began, over all rounds. */
  readonly attempts: number;
  /** Grows with every `retry`: names the work that it asks for. */
  readonly round: number;
  /** What came of it; only when processed, and `conflict` in state error. */
  readonly outcome?: EventOutcome;
  /** Names of local fields that the outcome is about. */
  readonly fields: readonly string[];
  /** Code of the last failure, without personal data. */
  readonly reason?: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly changedAt: number;
  /** When an error is tried again by itself; absent: only by `retry`. */
  readonly retryAt?: number;
  /** While processing: until when nobody else takes it up. */
  readonly leasedUntil?: number;
  /** Absent once it is forgotten. */
  readonly content?: LoggedContent;
}

/** An event in the hands of one processor. */
export interface ClaimedEvent {
  /** Its attempts count the one that begins. */
  readonly event: LoggedEvent;
  /** Number of the attempt in its round, from 1. */
  readonly attempt: number;
  /** Grows with every claim: whoever settles with an older one is refused. */
  readonly fence: number;
}

/** What claiming an event came to. */
export type ClaimResult =
  | ({ readonly kind: 'claimed' } & ClaimedEvent)
  /** Somebody works on it, or it is not due. */
  | { readonly kind: 'busy'; readonly until: number }
  /** It is processed, or an error that waits for `retry`. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'missing' };

/** How an attempt ended. */
export type Settlement =
  | { readonly state: 'processed'; readonly outcome: EventOutcome; readonly fields: readonly string[] }
  | {
      readonly state: 'error';
      /** A code, without personal data. */
      readonly reason: string;
      readonly outcome?: 'conflict';
      readonly fields?: readonly string[];
      /** Unix milliseconds; absent: only by `retry`. */
      readonly retryAt?: number;
    };

/** Which events are listed. */
export interface LogQuery {
  readonly state?: VitalEventState;
  readonly type?: string;
  readonly source?: string;
  readonly outcome?: EventOutcome;
  readonly reason?: string;
  /** At most as many; 100 when absent, at most 1,000. */
  readonly limit?: number;
}

/** Which events are tried again: errors, and with `outcome` processed ones. */
export interface RetryQuery extends Pick<LogQuery, 'type' | 'source' | 'reason'> {
  readonly id?: string;
  /** `unknown_person`: also processed events whose person was not registered here. */
  readonly outcome?: 'conflict' | 'unknown_person';
}

/**
 * The log of vital events: what was received, and what became of it. Port; the contract test is `testVitalEventLog` in
 * `dci-client-crvs/testing`. What a promise stands for is durable when it resolves, in stores that are.
 *
 * ```
 * received → processing → processed
 *     ↑          ↓  ↑ (after a crash, when the lease is over)
 *   retry ←──  error
 * ```
 */
export interface VitalEventLog {
  /**
   * Logs events and, in a host, requests their work, in one commit.
   *
   * @param events - the events; several of them may be the same
   * @param now - Unix milliseconds
   * @returns in their order: the id, and whether it was logged before
   */
  receive(
    events: readonly NewVitalEvent[],
    now: number,
  ): Promise<readonly { readonly id: string; readonly isNew: boolean }[]>;
  /**
   * Takes an event up: one that was received, an error that is due, or one whose processor's time is over.
   *
   * @param id - of the event
   * @param now - Unix milliseconds
   * @param leasedUntil - from then on somebody else may take it up
   * @returns what it came to
   */
  claim(id: string, now: number, leasedUntil: number): Promise<ClaimResult>;
  /**
   * Notes how an attempt ended.
   *
   * @param id - of the event
   * @param fence - of the claim
   * @param settlement - how it ended
   * @param now - Unix milliseconds
   * @returns false when somebody else has claimed or settled it meanwhile: nothing was noted
   */
  settle(id: string, fence: number, settlement: Settlement, now: number): Promise<boolean>;
  /**
   * @param now - Unix milliseconds
   * @param limit - at most as many
   * @returns ids of the events that `claim` would give, oldest first
   */
  due(now: number, limit: number): Promise<readonly string[]>;
  /**
   * Puts errors back to `received` and requests their work, in a new round of attempts. Events that no event can be made of, and
   * those whose content is forgotten, stay as they are.
   *
   * @param query - which
   * @param now - Unix milliseconds: of events in processing, those whose lease is over are put back too
   * @returns their ids
   */
  retry(query: RetryQuery, now: number): Promise<readonly string[]>;
  /** @returns the event; `undefined` when there is none */
  find(id: string): Promise<LoggedEvent | undefined>;
  /** @returns events, the last received first */
  list(query: LogQuery): Promise<readonly LoggedEvent[]>;
  /** @returns how many events are in each state */
  counts(): Promise<Readonly<Record<VitalEventState, number>>>;
  /**
   * Forgets what is processed: first what it says, later that it was. While the event is known, a repetition is recognised.
   *
   * @param kept - events that changed last before these times (Unix milliseconds)
   * @returns how many were changed or removed; a bounded number, so call again while it is not 0
   */
  forget(kept: { readonly contentBefore: number; readonly eventsBefore: number }): Promise<number>;
}

/**
 * @param event - an event of the log
 * @returns what it is made of; `undefined` when that is forgotten or never was one
 */
export function originOf({ source, content }: Pick<LoggedEvent, 'source' | 'content'>, type: VitalEventOrigin['type']) {
  if (content?.date === undefined || content.record === undefined) return undefined;
  const { date, record, notification } = content;
  const origin: VitalEventOrigin = { type, date, source, record, ...(notification !== undefined && { notification }) };
  return origin;
}
