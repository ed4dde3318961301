import { DciError, formatTimestamp, unsubscribeResponseSchema } from 'dci-core';
import { unsubscribeChanges } from '../callbacks/held-subscriptions.ts';
import type { DciClient } from '../dci-client.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import { callbacksOf, senderUriOf, startTransaction } from '../exchange/start-transaction.ts';
import { readPart } from '../exchange/verify-message.ts';
import { type RequestContent, requireCall } from '../exchange/write-request.ts';
import { readUnsubscribeAnswer } from './async-answers.ts';
import { createHandle } from './async-handle.ts';
import { DEFAULT_EXPIRY_SECONDS } from './async-search.ts';

/**
 * @param context - the registry, and what the client works with
 * @returns the call that ends subscriptions
 */
export function unsubscribeCall(context: ExchangeContext): DciClient['unsubscribe'] {
  const { source, clock } = context;
  return async (codes, options = {}) => {
    const unique = [...new Set(codes)];
    if (unique.length === 0) throw new DciError('err.request.bad', 'There is nothing to unsubscribe from.');
    requireCall('unsubscribe', context);
    const { transactions, subscriptions } = callbacksOf(context);
    const started = await startTransaction(
      {
        action: 'unsubscribe',
        content: unsubscribeContent(unique, context, senderUriOf('unsubscribe', context)),
        stored: { referenceIds: unique, request: { criteria: [...unique] } },
        expiresInSeconds: DEFAULT_EXPIRY_SECONDS,
        isAnswer: ({ header }) => header.status !== 'rcvd' && header.status !== 'pdng',
        changes: (transaction, { header, message }) =>
          unsubscribeChanges(transaction, readPart(unsubscribeResponseSchema, message, 'message'), header.status),
      },
      context,
      options,
    );
    for (const code of unique) {
      const held = await subscriptions.find(source.code, code);
      if (held !== undefined && held.state !== 'ended') await subscriptions.setState(source.code, code, 'ending');
    }
    const { transactionId, correlationId } = started;
    return createHandle({
      ...{ transactionId, correlationId, transactions, clock },
      read: (transaction) => (transaction.state === 'answered' ? readUnsubscribeAnswer(transaction) : undefined),
    });
  };
}

function unsubscribeContent(
  codes: readonly string[],
  { source, clock, random }: ExchangeContext,
  senderUri: string,
): RequestContent {
  const transactionId = random.uuid();
  const message = {
    transaction_id: transactionId,
    timestamp: formatTimestamp(clock.now()),
    subscription_codes: [...codes],
  };
  return {
    ...{ call: 'unsubscribe', action: 'unsubscribe', transactionId, referenceIds: codes, senderUri },
    message: source.dialect.writeMessage(message, { call: 'unsubscribe', registry: source.registry }),
    itemCount: codes.length,
  };
}
