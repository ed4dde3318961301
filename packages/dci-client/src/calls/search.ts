import { DciError, type JsonValue, searchResponseSchema } from 'dci-core';
import type { DateRange, DciClient } from '../dci-client.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import { exchange } from '../exchange/exchange.ts';
import { rejectedByHeader } from '../exchange/read-reply.ts';
import { readPart } from '../exchange/verify-message.ts';
import { protocolFault, rejected } from '../failure.ts';
import { readOutcomes } from '../outcome.ts';
import type { CallOptions, SearchCriteria, SearchOptions, SearchResult } from '../search.ts';
import { dateRangeExpression } from './date-range.ts';
import { requireAnswer } from './require-answer.ts';
import { onlyRecordType, searchContent, writeSearch } from './search-content.ts';
import { underHeader } from './under-header.ts';

/** The calls that search and are answered at once. */
export type SearchCalls = Pick<
  DciClient,
  'search' | 'searchBatch' | 'searchById' | 'searchByExpression' | 'searchByPredicate' | 'searchByDateRange' | 'count'
>;

/**
 * @param context - the registry, and what the client works with
 * @returns the calls that search
 */
export function searchCalls(context: ExchangeContext): SearchCalls {
  const { registry } = context.source;

  const searchBatch: DciClient['searchBatch'] = async (criteria, options) => {
    if (criteria.length === 0) throw new DciError('err.request.bad', 'There is nothing to search for.');
    const searches = criteria.map((each) => writeSearch(each, context.source));
    const { reply, request } = await exchange(
      () => searchContent('sync-search', searches, context),
      'read',
      context,
      options,
    );
    const response = readPart(searchResponseSchema, reply.message, 'message');
    if (reply.header.status === 'rjct' && response.search_response.length === 0) throw rejectedByHeader(reply);
    const asked = criteria.map(({ recordType, page }, index) => ({
      referenceId: request.referenceIds[index] ?? '',
      recordType,
      page,
    }));
    const items = underHeader(response.search_response, reply);
    return { outcomes: readOutcomes(items, asked, registry), evidence: reply.evidence };
  };

  const search: DciClient['search'] = async (criteria, options) => {
    const { outcomes, evidence } = await searchBatch([criteria], options);
    const [outcome] = outcomes;
    if (outcome === undefined) throw protocolFault('other_items');
    if (outcome.status !== 'rjct') return { ...outcome, evidence };
    const { referenceId, code, text } = outcome;
    throw rejected({
      referenceId,
      ...(code !== undefined && { peerCode: code }),
      ...(text !== undefined && { peerMessage: text }),
    });
  };

  const searchAs = (
    queryType: SearchCriteria['queryType'],
    query: JsonValue,
    { signal, ...rest }: SearchOptions & CallOptions = {},
  ): Promise<SearchResult> => search({ ...rest, queryType, query }, signal === undefined ? {} : { signal });

  return {
    search,
    searchBatch,
    searchById: (type, value, options) => searchAs('idtype-value', { type, value }, options),
    searchByExpression: (expression, options) => searchAs('expression', expression, options),
    searchByPredicate: (predicate, options) => searchAs('predicate', predicate, options),
    searchByDateRange: async (attribute: string, range: DateRange, options) => {
      const recordType = options?.recordType ?? onlyRecordType(registry);
      return await searchAs('expression', dateRangeExpression(attribute, range, registry, recordType), options);
    },
    count: async (criteria, options) => {
      const page = await search({ ...criteria, page: { size: 1, number: 1 } }, options);
      requireAnswer(page);
      const { totalCount, records } = page;
      if (totalCount !== undefined && totalCount >= records.length) return totalCount;
      // The first page of nothing is empty, whether the registry counts or not.
      if (records.length === 0) return 0;
      throw protocolFault('no_total', 'message.search_response');
    },
  };
}
