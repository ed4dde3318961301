import type { JsonObject, RequestStatus } from 'dci-core';
import type { AsyncState } from '../dci-client.ts';
import type { HeldSubscription } from './subscriptions.ts';

/** Actions that are answered by callback. */
export type AsyncAction = 'search' | 'subscribe' | 'unsubscribe' | 'txn-status';

/** A request that is about to be sent and will be answered by callback. */
export interface NewTransaction {
  readonly transactionId: string;
  /** Code of the data source that is asked: only its party may answer. */
  readonly source: string;
  readonly action: AsyncAction;
  readonly messageId: string;
  /** Reference ids of the items, in order; codes of the subscriptions for `unsubscribe`. */
  readonly referenceIds: readonly string[];
  /**
   * What was asked, in the client's own form. Its member `criteria` is a list, one for each reference id, in order; of a
   * `subscribe` these are `SubscriptionCriteria` with one event type each, from which the event types of the subscriptions are
   * taken, and `places` tells which of them belong together. It can hold personal data: stores seal it.
   */
  readonly request: JsonObject;
  /** Name of the handler that is called with the answer. */
  readonly handler?: string;
  /** Whether a receipt is sent for each event of the subscriptions that this request makes. */
  readonly receipts?: boolean;
  /** Unix milliseconds. */
  readonly openedAt: number;
  /** Unix milliseconds from which on no callback is accepted. */
  readonly expiresAt: number;
}

/** A callback that passed every check. */
export interface VerifiedCallback {
  /** `message_id` of the callback, the same on every attempt to deliver it. */
  readonly messageId: string;
  /** Tells a repetition from another message under the same id. */
  readonly digest: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly status: RequestStatus;
  /** Whether the registry says that no other follows. */
  readonly final: boolean;
  readonly correlationId?: string;
  /** Header as received, message decrypted and in the standard's form, and the evidence. Stores seal it. */
  readonly content: JsonObject;
}

/** A transaction as it is stored. */
export interface StoredTransaction extends NewTransaction {
  readonly state: AsyncState;
  readonly correlationId?: string;
  /** In the order of arrival. */
  readonly callbacks: readonly VerifiedCallback[];
}

/** What a callback changes in the subscriptions that we hold. */
export interface SubscriptionChanges {
  /** Are held from now on; one that is ending or ended stays so. */
  readonly hold: readonly HeldSubscription[];
  /** Codes of subscriptions of the source that are over. */
  readonly end: readonly string[];
}

/** A message that was stored. */
export interface ReceivedMessage {
  readonly digest: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/** What storing a callback came to. */
export type CallbackReceipt =
  /** It is stored; the ACK may be given. */
  | 'stored'
  /** The same message was stored before. */
  | 'duplicate'
  /** Another message was stored under the same id. */
  | 'conflict'
  /** No transaction of that counterpart and action is open. */
  | 'not_open';

/**
 * Keeps the requests that wait for callbacks. Port: the contract test is exported from `dci-client/testing`. What a promise
 * stands for is durable when it resolves (protocol.md section 6).
 */
export interface TransactionStore {
  /**
   * Stores a request before it is sent, because its callback can be faster than its ACK.
   *
   * @throws DciError `err.state.conflict` when the transaction id is taken
   */
  open(transaction: NewTransaction): Promise<void>;
  /**
   * @param transactionId - the request that the registry acknowledged
   * @param correlationId - from the ACK, where it had one
   */
  acknowledge(transactionId: string, correlationId: string | undefined): Promise<void>;
  /**
   * Ends a request that the registry refused, or that certainly never arrived.
   *
   * @param transactionId - the request
   */
  refuse(transactionId: string): Promise<void>;
  /** @returns the transaction; `undefined` when there is none */
  find(transactionId: string): Promise<StoredTransaction | undefined>;
  /** @returns the transaction of that source that the registry calls so; `undefined` when there is none */
  findByCorrelation(source: string, correlationId: string): Promise<StoredTransaction | undefined>;
  /** @returns the callback of this id that was stored; `undefined` when there is none */
  findCallback(source: string, messageId: string): Promise<ReceivedMessage | undefined>;
  /**
   * Stores a callback, closes the transaction when it is the last, changes the subscriptions that we hold, and, in a host,
   * requests the work of its handler: all in one commit.
   *
   * A transaction is open until it expires, is refused, or the last callback came. One that subscribes takes further
   * callbacks while a subscription of it is pending: they tell what an operator of the registry decided.
   *
   * @param transactionId - the transaction that the callback names
   * @param source - the verified counterpart
   * @param action - of the request that the callback answers
   * @param callback - the callback
   * @param changes - what it changes in the subscriptions of the source; absent: nothing
   * @returns what it came to; nothing is changed but when it is `stored`
   */
  receive(
    transactionId: string,
    source: string,
    action: AsyncAction,
    callback: VerifiedCallback,
    changes?: SubscriptionChanges,
  ): Promise<CallbackReceipt>;
  /**
   * Lets the requests expire whose time is over, and forgets those that ended long ago; a bounded number at a time. One
   * whose subscription is pending is kept.
   *
   * @param now - Unix milliseconds
   * @param forgetBefore - ended requests opened before this time are removed, with all that they hold
   * @returns how many were changed; 0 when none are left
   */
  expire(now: number, forgetBefore: number): Promise<number>;
  /**
   * Calls a listener whenever a transaction may have changed; in this process at least.
   *
   * @param listener - gets the transaction id
   * @returns a function that ends it
   */
  onChange(listener: (transactionId: string) => void): () => void;
}
