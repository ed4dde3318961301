import type { JsonObject, RequestHeader, RequestStatus } from 'dci-core';
import type { JobChanges, JobRequest } from 'dci-host';
import type { NewOutgoingMessage } from './outgoing.ts';
import type { NewUpload } from './uploads.ts';

/** Requests that are answered by callback (protocol.md section 6). */
export type TransactionAction = 'search' | 'subscribe' | 'unsubscribe' | 'txn-status';

/** What was asked for, kept sealed until it is purged. */
export interface TransactionContent {
  readonly header: RequestHeader;
  /** As received, decrypted. For an upload: what the message says without its items. */
  readonly message: JsonObject;
}

/** An accepted asynchronous request. */
export interface Transaction {
  /** Ours, a UUID; returned in the ACK and in every callback. */
  readonly correlationId: string;
  readonly senderId: string;
  readonly messageId: string;
  /** The sender's own id; not unique. */
  readonly transactionId: string;
  /** Name of the registry type. */
  readonly registry: string;
  readonly action: TransactionAction;
  /**
   * `rcvd`: accepted; `pdng`: being processed, or it is finished and an operator has yet to decide on what it asked for;
   * `succ` and `rjct`: processed.
   */
  readonly state: RequestStatus;
  /** The request came encrypted, so callbacks are encrypted too. */
  readonly isEncrypted: boolean;
  /** Items of the request. */
  readonly totalCount: number;
  /** Items that are done, whether they succeeded or not. */
  readonly completedCount: number;
  /** Items that were rejected. */
  readonly rejectedCount: number;
  /** Unix milliseconds. */
  readonly acceptedAt: number;
  readonly finishedAt?: number;
}

/** A request about to be accepted. */
export interface NewTransaction extends Omit<Transaction, 'state' | 'completedCount' | 'rejectedCount' | 'finishedAt'> {
  /** Digest of header and message as `envelopeDigest` computes it: tells an identical resend from another message. */
  readonly bodyDigest: string;
  readonly content: TransactionContent;
  /** The items' reference ids, by which `txn/status` finds the transaction; at most 1,000 are kept. */
  readonly referenceIds: readonly string[];
}

/** What accepting came to. */
export type Acceptance =
  | { readonly kind: 'accepted' }
  /** The same body was accepted before: its ACK is to be given again. */
  | { readonly kind: 'repeated'; readonly correlationId: string; readonly acceptedAt: number }
  /** The message id was used for another message. */
  | { readonly kind: 'conflict' };

/** What is written together with a new transaction. */
export interface AcceptOptions {
  /** Unix milliseconds until which the message id is claimed, in the table of the replay store. */
  readonly claimExpiresAt: number;
  readonly jobs: readonly JobRequest[];
  /** Codes of subscriptions of this sender that end with this commit, so that none is served after the ACK. */
  readonly endSubscriptions?: readonly string[];
  /** A file that was uploaded with the request, on the disk already. */
  readonly upload?: NewUpload;
}

/** Progress of a transaction, and the callbacks that it leads to. */
export interface TransactionProgress {
  readonly correlationId: string;
  readonly state: RequestStatus;
  readonly completedCount: number;
  readonly rejectedCount: number;
  /** Only known once an upload is read to its end. */
  readonly totalCount?: number;
  readonly finishedAt?: number;
  /** Further names by which `txn/status` finds the transaction: codes of the subscriptions that it made. */
  readonly references?: readonly string[];
  /** Written unless a message of that id is there already; the first undelivered one gets a delivery job. */
  readonly callbacks: readonly NewOutgoingMessage[];
  readonly jobs: JobChanges;
}

/** The accepted asynchronous requests. Its contract test is `testTransactionStore` in `dci-server/testing`. */
export interface TransactionStore {
  /**
   * Claims the message id and stores transaction and jobs, in one durable commit (protocol.md section 6).
   *
   * @returns whether it was accepted; of simultaneous ones exactly one is
   */
  accept(transaction: NewTransaction, options: AcceptOptions): Promise<Acceptance>;
  /** @returns the earlier acceptance of this message id, `undefined` when there is none */
  findAcceptance(senderId: string, messageId: string, bodyDigest: string): Promise<Acceptance | undefined>;
  find(correlationId: string): Promise<Transaction | undefined>;
  /** @returns how many callbacks of the transaction are stored; the next one has this as its sequence */
  countCallbacks(correlationId: string): Promise<number>;
  /** @returns what was asked for; `undefined` once it is purged */
  content(correlationId: string): Promise<TransactionContent | undefined>;
  /**
   * Finds transactions of one sender, newest first, at most 100.
   *
   * @param by - one member: the sender's `transaction_id`, our correlation id, reference ids of items, or codes of
   *   subscriptions that a transaction made or ended
   */
  search(
    senderId: string,
    by:
      | { readonly transactionId: string }
      | { readonly correlationId: string }
      | { readonly referenceIds: readonly string[] }
      | { readonly subscriptionCodes: readonly string[] },
  ): Promise<readonly Transaction[]>;
  /**
   * Writes progress and callbacks in one durable commit. A transaction that is finished stays as it is; its jobs are
   * changed all the same.
   *
   * @throws DciError err.state.conflict when the job has been leased anew meanwhile; nothing is written then
   */
  progress(progress: TransactionProgress): Promise<void>;
  /**
   * Changes what came of a finished transaction: an operator has decided on its subscriptions. One that is not finished
   * stays as it is.
   */
  revise(correlationId: string, result: Pick<Transaction, 'state' | 'rejectedCount'>): Promise<void>;
  /**
   * Deletes content of finished transactions, then old transactions, a bounded number at a time (reliability.md SE4).
   *
   * @returns how many rows were changed; 0 when none are left
   */
  purge(limits: { readonly contentBefore: number; readonly rowsBefore: number }): Promise<number>;
}
