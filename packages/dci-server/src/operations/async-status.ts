import { parseMessage, txnStatusRequestSchema } from 'dci-core';
import type { OperationScope, TransactionOperation } from './transaction-operation.ts';
import { type StatusScope, transactionStatus } from './txn-status.ts';

/** What an asynchronous status question works with. */
export type AsyncStatusOptions = Pick<StatusScope, 'limits' | 'transactions' | 'answers' | 'receipts'>;

/**
 * `txn/status`, answered by a `txn/on-status` callback with what `sync/txn/status` would answer at that time.
 *
 * @param options - stores and limits
 * @returns the operation
 */
export function createAsyncStatus(options: AsyncStatusOptions): TransactionOperation {
  const answer = (scope: OperationScope) => {
    const { transaction, content, registry, sender, now, disclose = () => {} } = scope;
    const message = parseMessage(txnStatusRequestSchema, content.message, 'message');
    const { acceptedAt: receivedAt, correlationId } = transaction;
    const status = { ...options, registry, sender, receivedAt, now, disclose };
    return transactionStatus(content.header, message, correlationId, status);
  };
  return {
    async *process(scope) {
      const outcome = await answer(scope);
      yield { outcome, source: {}, completedCount: 1, rejectedCount: 0, isLast: true };
    },
    compose: (scope) => answer(scope),
  };
}
