import { DciError } from 'dci-core';
import type { StoredEvent } from '../notifications.ts';
import type { HeldSubscription } from '../subscriptions.ts';
import type { ReceivedMessage, StoredTransaction } from '../transactions.ts';
import type { CallbackWorkRequest } from '../work-request.ts';

/** How much the stores in memory hold; what is over makes room first, and what is not is refused with 503. */
export interface MemoryLimits {
  /** Requests that wait for callbacks, or were answered. Default 10,000. */
  readonly transactions: number;
  /** Default 10,000. */
  readonly subscriptions: number;
  /** Notified events, and ids of notifications. Default 10,000 each. */
  readonly events: number;
}

/** The limits that hold where none are set. */
export const defaultMemoryLimits: MemoryLimits = { transactions: 10_000, subscriptions: 10_000, events: 10_000 };

/** What the three stores share, because a callback changes transactions and subscriptions together. */
export interface MemoryState {
  readonly limits: MemoryLimits;
  /** By transaction id, in the order of opening. */
  readonly transactions: Map<string, StoredTransaction>;
  /** By source and `message_id`. */
  readonly callbacks: Map<string, ReceivedMessage>;
  /** By source and code, in the order in which they were first held. */
  readonly subscriptions: Map<string, HeldSubscription>;
  /** By our id, in the order of arrival. */
  readonly events: Map<string, MemoryEvent>;
  /** By source and `message_id`, in the order of arrival. */
  readonly notifications: Map<string, ReceivedMessage>;
  /** Is told of work that follows from what was stored. */
  readonly requested: (work: CallbackWorkRequest) => void;
}

/** An event with what forgetting needs. */
export interface MemoryEvent extends StoredEvent {
  /** Key of the notification that brought it. */
  readonly notification: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/**
 * @param source - code of the data source
 * @param name - `message_id`, or code of a subscription
 * @returns the key of a map
 */
export function keyOf(source: string, name: string): string {
  return JSON.stringify([source, name]);
}

/** @returns the refusal of what does not fit any more; it is worth another attempt later */
export function memoryFull(): DciError {
  return new DciError('err.service.unavailable', 'No more can be stored for the moment.', { retryAfter: 60 });
}

/**
 * Makes room for one more subscription, in place of one that is over.
 *
 * @param state - of the stores
 * @throws DciError `err.service.unavailable` when none is over
 */
export function makeRoomForSubscription({ subscriptions, limits }: MemoryState): void {
  if (subscriptions.size < limits.subscriptions) return;
  const ended = [...subscriptions].find(([, { state }]) => state === 'ended');
  if (ended === undefined) throw memoryFull();
  subscriptions.delete(ended[0]);
}
