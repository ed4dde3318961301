import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  searchRequestSchema,
  subscribeRequestSchema,
  txnStatusRequestSchema,
  unsubscribeRequestSchema,
} from 'dci-core';
import type { TransactionAction } from '../stores/transactions.ts';
import type { MessageSummary } from './accept.ts';
import { readMessage } from './message.ts';

/**
 * Step 10 for messages that are answered by callback: their shape is checked, and what has to be known of them is read.
 * Single items are read by the operation, each with an answer of its own.
 */
export const summaries: Readonly<Record<TransactionAction, (message: JsonObject) => MessageSummary>> = {
  search: (message) => {
    const { transaction_id: transactionId, search_request: items } = readMessage(searchRequestSchema, message);
    return { transactionId, totalCount: items.length, referenceIds: referenceIdsOf(items) };
  },
  subscribe: (message) => {
    const { transaction_id: transactionId, subscribe_request: items } = readMessage(subscribeRequestSchema, message);
    return { transactionId, totalCount: items.length, referenceIds: referenceIdsOf(items) };
  },
  unsubscribe: (message) => {
    const { transaction_id: transactionId, subscription_codes: codes } = readMessage(unsubscribeRequestSchema, message);
    return { transactionId, totalCount: codes.length, referenceIds: codes, endSubscriptions: codes };
  },
  'txn-status': (message) => {
    const { transaction_id: transactionId } = readMessage(txnStatusRequestSchema, message);
    return { transactionId, totalCount: 1, referenceIds: [] };
  },
};

/** The standard's longest reference id is 99 characters; a longer one is answered for itself, and not found again. */
const longestReference = 99;

function referenceIdsOf(items: readonly JsonValue[]): readonly string[] {
  const ids = items.flatMap((item) => {
    const id = isJsonObject(item) ? item.reference_id : undefined;
    return typeof id === 'string' && id !== '' && id.length <= longestReference ? [id] : [];
  });
  return [...new Set(ids)];
}
