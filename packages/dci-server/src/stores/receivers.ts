/** What is known of a party that we call, from how its calls went. Without a record all went well. */
export interface Receiver {
  /** The registered sender. */
  readonly receiverId: string;
  /** Nothing is sent to it until an operator enables it again. */
  readonly disabled?: {
    /** Unix milliseconds. */
    readonly at: number;
    /** `gone` (it answered 410), `failing` (for 120 hours), `operator`. */
    readonly reason: string;
  };
  /** Failed calls since the last that succeeded. */
  readonly failures: number;
  /** Unix milliseconds of the first of them. */
  readonly failingSince?: number;
  /** Unix milliseconds until which it is not called: its breaker is open, or it asked for that. */
  readonly pausedUntil?: number;
  /** How often in a row its breaker has opened. */
  readonly openings: number;
  readonly lastFailureAt?: number;
  /** Code of the last failure, for example `http_503`. */
  readonly lastReason?: string;
}

/** A receiver with what waits for it. */
export interface ReceiverSummary {
  readonly receiver: Receiver;
  /** Messages that are still to be delivered. */
  readonly pending: number;
  /** Messages that were given up. */
  readonly dead: number;
}

/** The parties that we call. Its contract test is `testReceiverStore` in `dci-server/testing`. */
export interface ReceiverStore {
  /**
   * @param receiverId - a registered sender
   * @returns what is known of it; one that never failed has nothing but its id
   */
  find(receiverId: string): Promise<Receiver>;
  /**
   * Changes a receiver, atomically: of simultaneous changes, also by another process, none is lost.
   *
   * @param receiverId - a registered sender
   * @param change - the change, without side effects; the same object for none
   * @returns the receiver as it is now
   */
  change(receiverId: string, change: (receiver: Receiver) => Receiver): Promise<Receiver>;
  /** @returns every receiver that has failed or that has messages, ordered by id */
  list(): Promise<readonly ReceiverSummary[]>;
}

/**
 * @param receiverId - a registered sender
 * @returns a receiver of which nothing is known
 */
export function newReceiver(receiverId: string): Receiver {
  return { receiverId, failures: 0, openings: 0 };
}
