const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How deliveries are repeated and given up (protocol.md section 6; reliability.md WH1, WH2, WH4, WH5). */
export interface DeliverySettings {
  /** Milliseconds between one attempt and the next: one attempt more than there are delays. */
  readonly delaysMs: readonly number[];
  /** Part of a delay by which it is made shorter or longer. */
  readonly jitter: number;
  /** The longest `Retry-After` that is honoured, in milliseconds. */
  readonly longestRetryAfterMs: number;
  /** Failed calls in a row that open a receiver's breaker. */
  readonly failuresToOpen: number;
  /** How long a breaker stays open at first, in milliseconds; each further time twice as long. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** A receiver that has failed for as long is disabled, in milliseconds. */
  readonly disableAfterMs: number;
  /** Calls to one receiver at a time. */
  readonly callsPerReceiver: number;
  /** Deliveries of one host at a time. */
  readonly concurrency: number;
  /** When a fault of our own (audit, key, records) is tried again, in milliseconds. It is no attempt of the schedule. */
  readonly ownFaultDelayMs: number;
}

/**
 * The settings that hold where none are set. Ten attempts: at once, and after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h,
 * 20 h and 24 h, 75 hours and 35 minutes in all.
 */
export const defaultDeliverySettings: DeliverySettings = {
  delaysMs: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
  jitter: 0.2,
  longestRetryAfterMs: 24 * hour,
  failuresToOpen: 5,
  firstPauseMs: 30 * second,
  longestPauseMs: 30 * minute,
  disableAfterMs: 120 * hour,
  callsPerReceiver: 4,
  concurrency: 64,
  ownFaultDelayMs: 30 * second,
};
