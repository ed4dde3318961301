import type { RequestStatus } from 'dci-core';
import type { Acceptance } from './transactions.ts';

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

/** A message with receipts that is acknowledged and gets no callback. */
export interface ReceiptMessage {
  readonly senderId: string;
  readonly messageId: string;
  /** Digest of header and message as `envelopeDigest` computes it: tells an identical resend from another message. */
  readonly bodyDigest: string;
  readonly correlationId: string;
  readonly acceptedAt: number;
  /** Unix milliseconds until which the message id is claimed, in the table of the replay store. */
  readonly claimExpiresAt: number;
}

/** The confirmations of what arrived. */
export interface ReceiptStore {
  /** Stores receipts in one durable commit; a second one of the same reference replaces the first. */
  record(receipts: readonly Receipt[]): Promise<void>;
  /**
   * Claims the message id and stores the receipts, in one durable commit.
   *
   * @returns whether it was accepted; an identical resend is told what the first one was
   */
  accept(message: ReceiptMessage, receipts: readonly Receipt[]): Promise<Acceptance>;
  /** @returns the earlier acceptance of this message id, also by another kind of request; `undefined`: there is none */
  findAcceptance(senderId: string, messageId: string, bodyDigest: string): Promise<Acceptance | undefined>;
  /** @returns the receipts of a notification or transaction, by reference */
  of(subject: string): Promise<readonly Receipt[]>;
  /** @returns how many rows were deleted, a bounded number at a time; 0 when none are left */
  purge(receivedBefore: number): Promise<number>;
}
