import { type Clock, formatTimestamp, type JsonObject, type Random, type RegistryType } from 'dci-core';
import type { SearchCriteria } from './search.ts';

/** A search message that is ready to be signed, and what its reply must match. */
export interface SearchRequest {
  readonly header: JsonObject;
  readonly message: JsonObject;
  readonly transactionId: string;
  /** In the order of the searches. */
  readonly referenceIds: readonly string[];
}

/** What {@link searchRequest} is made from. */
export interface SearchRequestOptions {
  readonly criteria: readonly SearchCriteria[];
  readonly registry: RegistryType;
  readonly senderId: string;
  readonly receiverId: string;
  readonly clock: Clock;
  readonly random: Random;
}

const VERSION = '1.0.0';
/** The standard asks for a size with every page. */
const DEFAULT_PAGE_SIZE = 20;

function paginationOf({ page }: SearchCriteria): JsonObject | undefined {
  if (page === undefined) return undefined;
  const { size = DEFAULT_PAGE_SIZE, number, cursor } = page;
  return {
    page_size: size,
    ...(cursor !== undefined ? { cursor } : number !== undefined && { page_number: number }),
  };
}

function criteriaOf(criteria: SearchCriteria, registry: RegistryType): JsonObject {
  const { recordType, queryType, query, sort, consent, authorize } = criteria;
  const pagination = paginationOf(criteria);
  return {
    version: VERSION,
    reg_type: registry.code,
    ...(recordType !== undefined && { reg_record_type: recordType }),
    query_type: queryType,
    query,
    ...(sort !== undefined &&
      sort.length > 0 && {
        sort: sort.map(({ attribute, order = 'asc' }) => ({ attribute_name: attribute, sort_order: order })),
      }),
    ...(pagination !== undefined && { pagination }),
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
  };
}

/**
 * Builds the header and the message of a search (protocol.md sections 1 and 7; OpenAPI v1.0.0, `SearchRequest`):
 * fresh message, transaction and reference ids, whole seconds, nothing that is absent.
 *
 * @param options - searches and parties
 * @returns what to sign, and what the reply must match
 */
export function searchRequest(options: SearchRequestOptions): SearchRequest {
  const { criteria, registry, senderId, receiverId, clock, random } = options;
  const timestamp = formatTimestamp(clock.now());
  const transactionId = random.uuid();
  const items = criteria.map((each) => ({
    reference_id: random.uuid(),
    timestamp,
    search_criteria: criteriaOf(each, registry),
  }));
  return {
    header: {
      version: VERSION,
      message_id: random.uuid(),
      message_ts: timestamp,
      action: 'search',
      sender_id: senderId,
      receiver_id: receiverId,
      total_count: items.length,
      is_msg_encrypted: false,
    },
    message: { transaction_id: transactionId, search_request: items },
    transactionId,
    referenceIds: items.map(({ reference_id }) => reference_id),
  };
}
