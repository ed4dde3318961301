import type { DciClient } from '../dci-client.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import { callbacksOf, senderUriOf, startTransaction } from '../exchange/start-transaction.ts';
import { requireCall } from '../exchange/write-request.ts';
import { readStatusAnswer } from './async-answers.ts';
import { createHandle } from './async-handle.ts';
import { DEFAULT_EXPIRY_SECONDS } from './async-search.ts';
import { statusContent } from './status.ts';

/**
 * @param context - the registry, and what the client works with
 * @returns the call that asks for the status of a request and is answered by callback
 */
export function asyncStatusCall(context: ExchangeContext): DciClient['txnStatusAsync'] {
  const { clock } = context;
  return async (question, options = {}) => {
    requireCall('txn-status', context);
    const { transactions } = callbacksOf(context);
    const content = statusContent('txn-status', question, context, senderUriOf('txn-status', context));
    const { type, attribute, value } = question;
    const { transactionId, correlationId } = await startTransaction(
      {
        action: 'txn-status',
        content,
        stored: {
          referenceIds: content.referenceIds,
          request: { criteria: [{ type, attribute, value: typeof value === 'string' ? value : [...value] }] },
        },
        expiresInSeconds: DEFAULT_EXPIRY_SECONDS,
        isAnswer: ({ message }) => message.txnstatus_response !== undefined,
      },
      context,
      options,
    );
    return createHandle({
      ...{ transactionId, correlationId, transactions, clock },
      read: (transaction) => (transaction.state === 'answered' ? readStatusAnswer(transaction) : undefined),
    });
  };
}
