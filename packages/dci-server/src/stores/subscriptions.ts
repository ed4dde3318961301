import type { JsonValue, QueryDialect } from 'dci-core';
import type { JobChanges, JobRequest } from 'dci-host';

/**
 * `pending`: waits for an operator; `ended`: by the subscriber or an operator; `expired`: its time is over; `rejected`:
 * by an operator. Only `active` and `pending` ones can change.
 */
export type SubscriptionState = 'pending' | 'active' | 'ended' | 'expired' | 'rejected';

/** A subscription of a registered sender (protocol.md section 9), without what it filters by. */
export interface Subscription {
  /** What notifications, receipts and `unsubscribe` name it by. Follows from the request, so that a second run of the same request makes the same. */
  readonly code: string;
  readonly senderId: string;
  /** Name of the registry type. */
  readonly registry: string;
  /** Codes of event types; never empty. */
  readonly eventTypes: readonly string[];
  /** Name of the record type that notifications carry. */
  readonly recordType: string;
  /** `filter_type` as it was understood; absent: every record that the subscriber may see. */
  readonly filterType?: string;
  /** Paths to which notifications are cut, beside the policy. Absent: all that the policy grants. */
  readonly fields?: readonly string[];
  /** The cron line as received; absent: each event is sent at once. */
  readonly frequency?: string;
  /** Unix milliseconds: events before are not sent. */
  readonly startsAt: number;
  /** Unix milliseconds: events after are not sent. */
  readonly expiresAt: number;
  readonly state: SubscriptionState;
  /** Correlation id of the `unsubscribe`, or `operator`. */
  readonly endedBy?: string;
  /** When it ended, expired or was rejected. */
  readonly endedAt?: number;
  /** `sender_uri` of the request. */
  readonly senderUri?: string;
  /** The request came encrypted, so notifications are encrypted too. */
  readonly isEncrypted: boolean;
  /** Three letters. */
  readonly locale?: string;
  /** Code of the purpose for which notifications are received. */
  readonly purpose?: string;
  /** The sender's own id of the request. */
  readonly transactionId: string;
  readonly correlationId: string;
  /** Of the item of the request. */
  readonly referenceId: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Unix milliseconds at which it became active. */
  readonly activeAt?: number;
  /** Unix milliseconds of the next digest; absent: none is due any more, or each event is sent at once. */
  readonly nextDigestAt?: number;
}

/** The filter of a subscription as it was received; kept sealed. */
export interface ReceivedFilter {
  readonly filter: JsonValue;
  /** The dialect in which it is to be read. */
  readonly dialect: QueryDialect;
}

/** A subscription with its filter; absent: every record that the subscriber may see. */
export interface FilteredSubscription extends Subscription {
  readonly received?: ReceivedFilter;
}

/** A subscription about to be stored, and the work that begins with it. */
export interface NewSubscription {
  readonly subscription: FilteredSubscription;
  /** Requested only when it is added. */
  readonly jobs: readonly JobRequest[];
}

/**
 * What adding came to. `known`: this code was added before. `duplicate`: the sender has the same pending or active one.
 * `limit`: the sender has as many as it may have.
 */
export type AddedSubscription = 'added' | 'known' | 'duplicate' | 'limit';

/** How an operator decided on a pending subscription. */
export interface SubscriptionDecision {
  readonly code: string;
  readonly state: 'active' | 'rejected';
  readonly at: number;
  readonly nextDigestAt?: number;
  readonly jobs: JobChanges;
}

/** Filter of {@link SubscriptionStore.list}. */
export interface SubscriptionQuery {
  readonly senderId?: string;
  readonly registry?: string;
  readonly state?: SubscriptionState;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

/** The subscriptions. Its contract test is `testSubscriptionStore` in `dci-server/testing`. */
export interface SubscriptionStore {
  /** @returns a number that grows with every subscription that is added or changes its state, by any process */
  revision(): Promise<number>;
  /**
   * Adds subscriptions, each for itself, in one durable commit.
   *
   * @param subscriptions - the subscriptions
   * @param maxPerSender - pending and active ones that a sender may have
   * @returns what became of each, in their order
   */
  add(subscriptions: readonly NewSubscription[], maxPerSender: number): Promise<readonly AddedSubscription[]>;
  find(code: string): Promise<Subscription | undefined>;
  findWithFilter(code: string): Promise<FilteredSubscription | undefined>;
  /** @returns those of one request, in the order in which they were added */
  findByCorrelation(correlationId: string): Promise<readonly Subscription[]>;
  /** Newest first. */
  list(query: SubscriptionQuery): Promise<readonly Subscription[]>;
  /** @returns all active ones of a registry with their filters, by code; also those whose time has come to expire */
  active(registry: string): Promise<readonly FilteredSubscription[]>;
  /**
   * Activates or rejects a pending subscription, in one durable commit with its jobs.
   *
   * @returns false when it is not pending (any more); nothing is written then
   */
  decide(decision: SubscriptionDecision): Promise<boolean>;
  /**
   * Ends pending and active subscriptions, in one durable commit.
   *
   * @param codes - which
   * @param by - `endedBy`; `senderId` leaves those of other senders alone
   * @returns codes of those that this call ended
   */
  end(
    codes: readonly string[],
    by: { readonly endedBy: string; readonly at: number; readonly senderId?: string },
  ): Promise<readonly string[]>;
  /** Marks those whose time is over, a bounded number at a time. @returns how many; 0 when none are left */
  expire(now: number): Promise<number>;
  /**
   * Deletes subscriptions that ended before a time with everything that was noted of them, a bounded number at a time.
   *
   * @returns how many; 0 when none are left
   */
  purge(endedBefore: number): Promise<number>;
}
