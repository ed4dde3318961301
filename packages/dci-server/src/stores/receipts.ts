import type { RequestStatus } from 'dci-core';
import type { ReplayClaim } from './ports.ts';

/** What a party confirmed: an event of a notification, or a transaction. */
export interface Receipt {
  readonly senderId: string;
  /** What it named. */
  readonly referenceId: string;
  readonly kind: 'event' | 'transaction';
  /** Message id of the notification, or correlation id of the transaction. */
  readonly subject: string;
  /** What it said of it. */
  readonly status?: RequestStatus;
  readonly reasonCode?: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/** The confirmations of what arrived. */
export interface ReceiptStore {
  /**
   * Stores receipts in one durable commit; a second one of the same reference replaces the first.
   *
   * @param receipts - the receipts
   * @param claim - claims the message id of the receipt message in the same commit
   * @returns false when the message id was used before; nothing is written then
   */
  record(receipts: readonly Receipt[], claim?: ReplayClaim): Promise<boolean>;
  /** @returns the receipts of a notification or transaction, by reference */
  of(subject: string): Promise<readonly Receipt[]>;
  /** @returns how many were deleted; a bounded number at a time */
  purge(receivedBefore: number): Promise<number>;
}
