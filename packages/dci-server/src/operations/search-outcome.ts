import type { JsonObject, SearchResponseItem } from 'dci-core';
import type { Outcome } from '../reply/outcome.ts';
import type { Transaction } from '../stores/transactions.ts';
import type { MessageFault } from './message-fault.ts';

/** What one callback of an asynchronous search says. */
export interface SearchProgress {
  readonly answers: readonly SearchResponseItem[];
  /** Items that are done with this callback, those of earlier ones included. */
  readonly completed: number;
  /** How many of those were rejected. */
  readonly rejected: number;
  readonly isLast: boolean;
  /** What the items stood in, for the reason of a rejection. */
  readonly container: 'message' | 'file';
}

/**
 * Makes a callback of an asynchronous search (protocol.md section 6): `pdng` while others follow; the last one is `succ`
 * when any item of the whole search succeeded, else `rjct`.
 *
 * @param transaction - the search
 * @param progress - what this callback says
 * @returns status, counts and message
 */
export function searchOutcome(transaction: Transaction, progress: SearchProgress): Outcome {
  const { answers, completed, rejected, isLast, container } = progress;
  const hasSucceeded = completed > rejected;
  return {
    status: isLast ? (hasSucceeded ? 'succ' : 'rjct') : 'pdng',
    ...(isLast && !hasSucceeded ? { reasonMessage: `no item of the ${container} could be processed` } : {}),
    totalCount: transaction.totalCount,
    completedCount: completed,
    message: { ...frameOf(transaction), search_response: answers },
  };
}

/**
 * Makes the callback that refuses an asynchronous search as a whole, or what is left of it.
 *
 * @param transaction - the search
 * @param fault - why
 * @param completedCount - items that earlier callbacks have completed
 * @returns status, counts and message
 */
export function searchRefusal(transaction: Transaction, fault: MessageFault, completedCount = 0): Outcome {
  return {
    status: 'rjct',
    ...fault,
    totalCount: transaction.totalCount,
    completedCount,
    message: { ...frameOf(transaction), search_response: [] },
  };
}

function frameOf({ transactionId, correlationId }: Transaction): JsonObject {
  return { transaction_id: transactionId, correlation_id: correlationId };
}
