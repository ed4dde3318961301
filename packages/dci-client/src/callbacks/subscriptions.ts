/** States of a subscription that we hold. */
export type HeldSubscriptionState = 'pending' | 'active' | 'ending' | 'ended';

/** A subscription that we hold at a registry. */
export interface HeldSubscription {
  /** The registry's code. */
  readonly code: string;
  /** Code of the data source. */
  readonly source: string;
  /** Transaction of the `subscribe` that made it. */
  readonly transactionId: string;
  readonly eventTypes: readonly string[];
  readonly recordType?: string;
  readonly state: HeldSubscriptionState;
  /** Name of the handler of its notifications. */
  readonly handler?: string;
  readonly receipts: boolean;
  /** Unix milliseconds. */
  readonly since: number;
  /** Unix milliseconds; absent: the registry named no end. */
  readonly expiresAt?: number;
}

/** Keeps the subscriptions that we hold. Port; contract test in `dci-client/testing`. */
export interface HeldSubscriptionStore {
  /** Adds a subscription, or replaces what is known of it; durable when the promise resolves. */
  save(subscription: HeldSubscription): Promise<void>;
  /** @returns the subscription; `undefined` when we hold none of that code there */
  find(source: string, code: string): Promise<HeldSubscription | undefined>;
  /**
   * @param source - of one source only; absent: of all
   * @param options - `ended`: ended ones too; `transactionId`: only those of one `subscribe`
   * @returns them, newest first; ended ones are not among them unless asked for
   */
  list(
    source?: string,
    options?: { readonly ended?: boolean; readonly transactionId?: string },
  ): Promise<readonly HeldSubscription[]>;
  /** Changes the state of a subscription; nothing happens when there is none. */
  setState(source: string, code: string, state: HeldSubscriptionState): Promise<void>;
}
