import type { JsonObject } from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import type { Outcome } from '../reply/respond.ts';
import type { KnownSender } from '../senders/directory.ts';
import type { OutgoingMessage } from '../stores/outgoing.ts';
import type { Transaction, TransactionContent } from '../stores/transactions.ts';
import type { ServedRegistry } from './served-registry.ts';

/** What an asynchronous request is processed with. */
export interface OperationScope {
  readonly transaction: Transaction;
  readonly content: TransactionContent;
  /** With its policy as it is now. */
  readonly sender: KnownSender;
  readonly registry: ServedRegistry;
  /** Unix milliseconds. */
  readonly now: number;
  /** Aborted when the time of the job is over or the host stops. */
  readonly signal: AbortSignal;
  /** `source` of the last part that an earlier run has stored; absent: none was stored. */
  readonly resumeFrom?: JsonObject;
  /** Is told what a part discloses, for the audit rows that are written before it is sent (protocol.md section 8). */
  readonly disclose?: (disclosure: Disclosure) => void;
}

/** One callback that a request leads to. */
export interface OperationPart {
  readonly outcome: Outcome;
  /** Ids and numbers from which `compose` makes this part again. */
  readonly source: JsonObject;
  /** Items of the request that this part completes. */
  readonly completedCount: number;
  /** How many of those were rejected. */
  readonly rejectedCount: number;
  /** Points of the quota for what could not be weighed before the result was known (reliability.md QL8). */
  readonly points?: number;
  /** Whether no part follows. Absent: the next one is asked for to find out. */
  readonly isLast?: boolean;
  /** Further names by which `txn/status` finds the request: codes of the subscriptions that it made. */
  readonly references?: readonly string[];
}

/** An action that is answered by callback. It may run again after a crash and must then come to the same. */
export interface TransactionOperation {
  /**
   * @param scope - the request
   * @param done - parts that an earlier run has stored already; they must not be yielded again
   * @returns the further parts, in order
   */
  process(scope: OperationScope, done: number): AsyncIterable<OperationPart>;
  /**
   * Makes a part again under the access that holds now.
   *
   * @returns the outcome; `undefined` when nothing may be said any more
   */
  compose(scope: OperationScope, message: OutgoingMessage): Promise<Outcome | undefined>;
}
