import {
  type CriteriaContext,
  DciError,
  formatTimestamp,
  type JsonObject,
  neutralQuery,
  resolveEventType,
} from 'dci-core';
import type { ResolvedDataSource } from '../data-source.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import { PROTOCOL_VERSION, type RequestContent } from '../exchange/write-request.ts';
import type { SearchCriteria } from '../search.ts';

/** A search in the form that the registry's family reads, without ids. */
export interface WrittenSearch {
  readonly criteria: JsonObject;
  readonly locale?: string;
}

/** The standard asks for a size with every page. */
export const DEFAULT_PAGE_SIZE = 20;

/**
 * Writes what is searched for as the registry's family reads it (protocol.md sections 7 and 10).
 *
 * @param criteria - the search
 * @param source - the registry
 * @returns the written criteria
 * @throws DciError `err.request.bad` for an event type or a locale that is none; `rjct.filter.invalid` or
 *   `rjct.search_criteria.invalid` for what the family has no form for
 */
export function writeSearch(criteria: SearchCriteria, { registry, dialect }: ResolvedDataSource): WrittenSearch {
  const { queryType, query, recordType = onlyRecordType(registry), sort, consent, authorize } = criteria;
  const { locale = dialect.locale } = criteria;
  // A family may have a spelling of its own; a caller has that of the standard.
  if (criteria.locale !== undefined && !/^[a-z]{3}$/.test(criteria.locale)) {
    throw new DciError('err.request.bad', 'locale must be three small letters of ISO 639-3', { path: 'locale' });
  }
  const eventType = eventTypeOf(criteria, registry);
  const context: CriteriaContext = { registry, ...(eventType !== undefined && { eventType }) };
  const written = dialect.writeQuery(neutralQuery(queryType, query), context);
  const pagination = paginationOf(criteria);
  const standard: JsonObject = {
    version: PROTOCOL_VERSION,
    reg_type: registry.code,
    ...(recordType !== undefined && { reg_record_type: recordType }),
    query_type: written.queryType,
    query: written.query,
    ...(sort !== undefined &&
      sort.length > 0 && {
        sort: sort.map(({ attribute, order = 'asc' }) => ({ attribute_name: attribute, sort_order: order })),
      }),
    ...(pagination !== undefined && { pagination }),
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
  };
  return { criteria: dialect.writeSearchCriteria(standard, context), ...(locale !== undefined && { locale }) };
}

/**
 * Makes the content of a search: fresh transaction and reference ids (OpenAPI v1.0.0, `SearchRequest`).
 *
 * @param call - `sync-search` or `search`
 * @param searches - in their order
 * @param context - time and randomness
 * @param senderUri - where callbacks go
 * @returns the content
 */
export function searchContent(
  call: 'sync-search' | 'search',
  searches: readonly WrittenSearch[],
  { clock, random }: Pick<ExchangeContext, 'clock' | 'random'>,
  senderUri?: string,
): RequestContent {
  const timestamp = formatTimestamp(clock.now());
  const transactionId = random.uuid();
  const referenceIds = searches.map(() => random.uuid());
  return {
    call,
    action: 'search',
    transactionId,
    referenceIds,
    message: {
      transaction_id: transactionId,
      search_request: searches.map(({ criteria, locale }, index) => ({
        reference_id: referenceIds[index],
        timestamp,
        search_criteria: criteria,
        ...(locale !== undefined && { locale }),
      })),
    },
    itemCount: searches.length,
    ...(senderUri !== undefined && { senderUri }),
  };
}

/**
 * The standard's files of some registries want the record type named; where there is only one, it need not be given.
 *
 * @param registry - the registry type
 * @returns the name of its only record type; `undefined` when it has several
 */
export function onlyRecordType({ recordTypes }: ResolvedDataSource['registry']): string | undefined {
  return recordTypes.length === 1 ? recordTypes[0]?.name : undefined;
}

function eventTypeOf({ eventType }: SearchCriteria, registry: ResolvedDataSource['registry']): string | undefined {
  if (eventType === undefined) return undefined;
  const code = resolveEventType(registry, eventType);
  if (code !== undefined) return code;
  throw new DciError('err.request.bad', `the registry type ${registry.name} has no such event type`, {
    path: 'eventType',
  });
}

function paginationOf({ page }: SearchCriteria): JsonObject | undefined {
  if (page === undefined) return undefined;
  const { size = DEFAULT_PAGE_SIZE, number, cursor } = page;
  return {
    page_size: size,
    ...(cursor !== undefined ? { cursor } : number !== undefined && { page_number: number }),
  };
}
