import { formatTimestamp, type JsonObject, type TransactionType } from 'dci-core';
import type { Outcome } from '../reply/respond.ts';
import type { Transaction } from '../stores/transactions.ts';

/**
 * The answer to a request that could not be processed: its sender gets a callback all the same (protocol.md section 4).
 *
 * @param transaction - the request
 * @param now - Unix milliseconds
 * @returns status and message of the callback
 */
export function failedOutcome(transaction: Transaction, now: number): Outcome {
  return {
    status: 'rjct',
    reasonMessage: 'the request could not be processed; what is not answered yet can be sent again',
    totalCount: transaction.totalCount,
    completedCount: transaction.completedCount,
    message: emptyResponse(transaction, 'rjct', now),
  };
}

/**
 * @param transaction - the request
 * @param status - of an `unsubscribe` response, which says it in the message
 * @param now - Unix milliseconds
 * @returns the message of a response that answers nothing
 */
export function emptyResponse(
  transaction: Pick<Transaction, 'action' | 'transactionId' | 'correlationId'>,
  status: Transaction['state'],
  now: number,
): JsonObject {
  const frame = { transaction_id: transaction.transactionId, correlation_id: transaction.correlationId };
  switch (transaction.action) {
    case 'search':
      return { ...frame, search_response: [] };
    case 'subscribe':
      return { ...frame, subscribe_response: [] };
    case 'unsubscribe':
      return { ...frame, timestamp: formatTimestamp(now), status };
    case 'txn-status':
      return { ...frame, txnstatus_response: { txn_type: 'search', txn_status: { ...frame, search_response: [] } } };
  }
}

/**
 * @param type - a kind of transaction
 * @param frame - ids of the response
 * @param now - Unix milliseconds
 * @returns the message of a response of that kind that answers nothing
 */
export function emptyStatus(
  type: TransactionType,
  frame: { readonly transactionId: string; readonly correlationId: string },
  now: number,
): JsonObject {
  if (type === 'receipt') {
    return { transaction_id: frame.transactionId, receipt_information: { beneficiaries: [] } };
  }
  return emptyResponse({ ...frame, action: type }, 'rjct', now);
}
