import type { JsonObject } from 'dci-core';
import type { JobChanges } from 'dci-host';
import type { Disclosure } from '../access/audit.ts';

/** A callback answers a transaction; a notification tells a subscriber of events. */
export type OutgoingKind = 'callback' | 'notification';

/** `withdrawn`: access or subscription ended before it was sent; nothing was disclosed. */
export type OutgoingState = 'pending' | 'delivered' | 'dead' | 'withdrawn';

/** Header and message as they are signed, without signature. */
export interface OutgoingContent {
  readonly header: JsonObject;
  /** Plain; encrypted when it is sent, where the receiver wants it so. */
  readonly message: JsonObject;
  /** What it discloses, for the audit rows that are written before it is sent. Absent: one row that counts no record. */
  readonly disclosures?: readonly Disclosure[];
}

/** A message to a registered party, to be delivered at least once with one `message_id`. */
export interface OutgoingMessage {
  /** The same on every attempt; deterministic, so that work done twice makes one message. */
  readonly messageId: string;
  readonly kind: OutgoingKind;
  /** The registered sender that receives it. */
  readonly receiverId: string;
  /** Name of the registry type. */
  readonly registry: string;
  /** Last part of the callback path: `on-search`, `on-subscribe`, `on-unsubscribe`, `txn/on-status`, `notify`. */
  readonly action: 'on-search' | 'on-subscribe' | 'on-unsubscribe' | 'txn/on-status' | 'notify';
  /** Correlation id of the transaction, or code of the subscription. */
  readonly subject: string;
  /** From 0, without gaps for callbacks: they are sent one after the other, in this order. */
  readonly sequence: number;
  /** `sender_uri` of the request; the registration can fix another (protocol.md section 6). */
  readonly senderUri?: string;
  readonly isEncrypted: boolean;
  /** What the content is composed from: ids and numbers, never personal data. */
  readonly source: JsonObject;
  readonly state: OutgoingState;
  readonly attempts: number;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly deliveredAt?: number;
  /** HTTP status of the last attempt. */
  readonly lastStatus?: number;
  /** Code of the last failure, for example `http_503`, `connect_timeout`. */
  readonly lastReason?: string;
  /** The access under which the content was composed; `undefined`: compose again before each attempt. */
  readonly accessFingerprint?: string;
}

/** A message about to be stored. */
export interface NewOutgoingMessage
  extends Omit<OutgoingMessage, 'state' | 'attempts' | 'deliveredAt' | 'lastStatus' | 'lastReason'> {
  /** Kept sealed. */
  readonly content: OutgoingContent;
}

/** How an attempt to deliver ended. */
export interface DeliveryResult {
  readonly messageId: string;
  readonly state: OutgoingState;
  readonly at: number;
  /** False: it ended without anything being sent, so it does not count as an attempt. */
  readonly isAttempt?: boolean;
  readonly status?: number;
  readonly reason?: string;
  /** Settles the delivery job; in the same commit. */
  readonly jobs: JobChanges;
}

/** Filter of {@link OutgoingStore.list}. */
export interface OutgoingQuery {
  readonly receiverId?: string;
  readonly kind?: OutgoingKind;
  readonly subject?: string;
  readonly state?: OutgoingState;
  /** Code of the last failure. */
  readonly reason?: string;
  /** Default 100, at most 1,000. */
  readonly limit?: number;
}

/** The messages to registered parties. Its contract test is `testOutgoingStore` in `dci-server/testing`. */
export interface OutgoingStore {
  find(messageId: string): Promise<OutgoingMessage | undefined>;
  /** @returns header and message; `undefined` once purged */
  content(messageId: string): Promise<OutgoingContent | undefined>;
  /** @returns the message as it was encrypted for the first attempt, so that every attempt sends the same body */
  encryptedContent(messageId: string): Promise<OutgoingContent | undefined>;
  /** Replaces the content, because access changed since it was composed; encrypted content is dropped with the old. */
  replaceContent(messageId: string, content: OutgoingContent, accessFingerprint: string | undefined): Promise<void>;
  saveEncryptedContent(messageId: string, content: OutgoingContent): Promise<void>;
  /** Adds messages with a delivery job each (of callbacks: only the first undelivered one of a subject gets a job). */
  add(messages: readonly NewOutgoingMessage[], jobs: JobChanges): Promise<void>;
  /**
   * Notes the end of an attempt, in one durable commit with the job's settlement. A callback that is no longer pending
   * gives its successor (same subject, next sequence) a delivery job.
   */
  settle(result: DeliveryResult): Promise<void>;
  /**
   * Makes dead messages pending again with their attempts at 0, each with a delivery job (of callbacks: only the first
   * pending one of a subject). All that the query names, unless it has a limit.
   *
   * @returns how many
   */
  retry(query: OutgoingQuery, now: number): Promise<number>;
  /** Newest first. */
  list(query: OutgoingQuery): Promise<readonly OutgoingMessage[]>;
  /** Deletes content of messages that are no longer pending, then the rows. @returns how many rows were changed */
  purge(limits: { readonly contentBefore: number; readonly rowsBefore: number }): Promise<number>;
}
