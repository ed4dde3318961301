import { DciError, type JsonObject, type ReceivedSearchResponse, searchResponseSchema } from 'dci-core';
import type { StoredTransaction } from '../callbacks/transactions.ts';
import type { AsyncHandle, DciClient } from '../dci-client.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import type { Reply } from '../exchange/read-reply.ts';
import { callbacksOf, senderUriOf, startTransaction } from '../exchange/start-transaction.ts';
import { readPart } from '../exchange/verify-message.ts';
import { requireCall } from '../exchange/write-request.ts';
import type { SearchCriteria, SearchReply } from '../search.ts';
import { readSearchAnswer } from './async-answers.ts';
import { createHandle } from './async-handle.ts';
import { searchContent, writeSearch } from './search-content.ts';

/** Seconds for which callbacks of a request are accepted that says nothing else. */
export const DEFAULT_EXPIRY_SECONDS = 7 * 86_400;

/**
 * @param context - the registry, and what the client works with
 * @returns the calls of searches that are answered by callback
 */
export function asyncSearchCalls(context: ExchangeContext): Pick<DciClient, 'searchAsync' | 'resume'> {
  const { source, clock } = context;
  const handleOf = (transactionId: string, correlationId?: string): AsyncHandle<SearchReply> =>
    createHandle({
      ...{ transactionId, correlationId, clock },
      transactions: callbacksOf(context).transactions,
      read: (transaction) =>
        transaction.state === 'answered' ? readSearchAnswer(transaction, source.registry) : undefined,
    });

  return {
    async searchAsync(criteria, options = {}) {
      const { handler, expiresInSeconds = DEFAULT_EXPIRY_SECONDS, signal } = options;
      const list = isList(criteria) ? criteria : [criteria];
      if (list.length === 0) throw new DciError('err.request.bad', 'There is nothing to search for.');
      if (!(expiresInSeconds > 0)) {
        throw new DciError('err.request.bad', 'expiresInSeconds must be more than 0', { path: 'expiresInSeconds' });
      }
      requireCall('search', context);
      const searches = list.map((each) => writeSearch(each, source));
      const content = searchContent('search', searches, context, senderUriOf('search', context));
      const { transactionId, correlationId } = await startTransaction(
        {
          action: 'search',
          content,
          stored: {
            referenceIds: content.referenceIds,
            request: { criteria: list.map(criteriaJson) },
            ...(handler !== undefined && { handler }),
          },
          expiresInSeconds,
          isAnswer,
        },
        context,
        signal === undefined ? {} : { signal },
      );
      return handleOf(transactionId, correlationId);
    },
    async resume(transactionId) {
      const transaction = await callbacksOf(context).transactions.find(transactionId);
      return transaction !== undefined && isOwnSearch(transaction, source.code)
        ? handleOf(transactionId, transaction.correlationId)
        : undefined;
    },
  };
}

function isOwnSearch({ source, action }: StoredTransaction, code: string): boolean {
  return source === code && action === 'search';
}

/** Some registries answer at once what they were to answer by callback. */
function isAnswer({ header, message }: Reply): boolean {
  if (header.status === 'pdng' || header.status === 'rcvd') return false;
  const response: ReceivedSearchResponse = readPart(searchResponseSchema, message, 'message');
  return response.search_response.length > 0;
}

function isList(criteria: SearchCriteria | readonly SearchCriteria[]): criteria is readonly SearchCriteria[] {
  return Array.isArray(criteria);
}

function criteriaJson({ sort, page, ...rest }: SearchCriteria): JsonObject {
  return {
    ...rest,
    ...(sort !== undefined && { sort: sort.map((order) => ({ ...order })) }),
    ...(page !== undefined && { page: { ...page } }),
  };
}
