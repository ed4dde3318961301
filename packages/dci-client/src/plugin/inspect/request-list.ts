import type { AsyncAction } from '../../callbacks/transactions.ts';
import type { AsyncState } from '../../dci-client.ts';

/** A request that is answered by callback, without what was asked and answered. */
export interface ListedRequest {
  readonly transactionId: string;
  readonly source: string;
  readonly action: AsyncAction;
  /** As it is now: one whose time is over is `expired`. */
  readonly state: AsyncState;
  readonly messageId: string;
  /** The registry's own name of it. */
  readonly correlationId?: string;
  readonly handler?: string;
  /** How many items it asked for. */
  readonly items: number;
  /** How many callbacks came. */
  readonly callbacks: number;
  /** Unix milliseconds. */
  readonly openedAt: number;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** A callback of a request, without what it says. */
export interface ListedCallback {
  readonly messageId: string;
  readonly status: string;
  /** Whether the registry said that no other follows. */
  readonly final: boolean;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/** Which requests are listed. */
export interface RequestQuery {
  readonly source?: string;
  readonly action?: AsyncAction;
  readonly state?: AsyncState;
  readonly limit: number;
}

/** Tells operators of the requests that wait for callbacks; nothing of it is unsealed. */
export interface RequestList {
  /**
   * @param query - which
   * @param now - Unix milliseconds
   * @returns them, newest first
   */
  list(query: RequestQuery, now: number): Promise<readonly ListedRequest[]>;
  /**
   * @param transactionId - the request
   * @param now - Unix milliseconds
   * @returns the request with its callbacks, oldest first; `undefined` when there is none
   */
  find(
    transactionId: string,
    now: number,
  ): Promise<{ readonly request: ListedRequest; readonly callbacks: readonly ListedCallback[] } | undefined>;
}
