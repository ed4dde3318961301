import {
  DciError,
  joinByReference,
  type ReceivedSearchResponse,
  type ReceivedSearchResponseItem,
  type RecordType,
  type RegistryType,
  resolveRecordType,
} from 'dci-core';
import { protocolFault } from './failure.ts';
import type { PageOptions, SearchCriteria, SearchOutcome, SearchPage } from './search.ts';

/** A search that was asked. */
export interface AskedSearch {
  readonly referenceId: string;
  readonly criteria: SearchCriteria;
}

/**
 * Matches the items of a reply with the searches that were asked (OpenAPI v1.0.0, `SearchResponse`).
 *
 * @param response - the message of the verified reply
 * @param asked - the searches, in the order asked
 * @param registry - type of the registry asked
 * @returns one outcome for each search, in that order
 * @throws DciError with the cause `protocol`: `other_items` or `record`
 */
export function readOutcomes(
  response: ReceivedSearchResponse,
  asked: readonly AskedSearch[],
  registry: RegistryType,
): readonly SearchOutcome[] {
  const items = joinByReference(response.search_response);
  const byReference = new Map(items.map((item) => [item.reference_id, item]));
  if (items.length !== asked.length || byReference.size !== asked.length) {
    throw protocolFault('other_items', 'message.search_response');
  }
  return asked.map(({ referenceId, criteria }) => {
    const item = byReference.get(referenceId);
    if (item === undefined) throw protocolFault('other_items', 'message.search_response');
    return readOutcome(item, referenceId, criteria, registry);
  });
}

function readOutcome(
  item: ReceivedSearchResponseItem,
  referenceId: string,
  criteria: SearchCriteria,
  registry: RegistryType,
): SearchOutcome {
  const { status, data, status_reason_code: code, status_reason_message: text } = item;
  if (status === 'rjct') {
    return { status, referenceId, ...(code !== undefined && { code }), ...(text !== undefined && { text }) };
  }
  if (status === undefined && data === undefined) throw protocolFault('envelope', 'message.search_response');
  const recordType = recordTypeOf(data?.reg_record_type, criteria, registry);
  const read = (data?.reg_records ?? []).map((record) => {
    try {
      return recordType.read(record);
    } catch (error) {
      if (error instanceof DciError) throw protocolFault('record', error.path);
      throw error;
    }
  });
  return {
    status: status ?? 'succ',
    referenceId,
    recordType: recordType.name,
    records: read.map(({ record }) => record),
    warnings: read.flatMap(({ warnings }) => warnings),
    ...pageOf(item, read.length),
  };
}

function recordTypeOf(named: string | undefined, criteria: SearchCriteria, registry: RegistryType): RecordType {
  for (const text of [named, criteria.recordType]) {
    const recordType = text === undefined ? undefined : resolveRecordType(registry, text);
    if (recordType !== undefined) return recordType;
  }
  const [first] = registry.recordTypes;
  if (first === undefined) throw new DciError('err.configuration.invalid', 'The registry type has no record types.');
  return first;
}

type PageFacts = Pick<SearchPage, 'totalCount' | 'pageNumber' | 'pageSize' | 'next'>;

function pageOf({ pagination }: ReceivedSearchResponseItem, count: number): PageFacts {
  const totalCount = pagination?.total_count;
  const pageNumber = pagination?.page_number;
  const pageSize = pagination?.page_size;
  const next = nextPage(pagination?.next_cursor, { totalCount, pageNumber, pageSize }, count);
  return {
    ...(totalCount !== undefined && { totalCount }),
    ...(pageNumber !== undefined && { pageNumber }),
    ...(pageSize !== undefined && { pageSize }),
    ...(next !== undefined && { next }),
  };
}

function nextPage(
  cursor: string | undefined,
  facts: { readonly [Name in 'totalCount' | 'pageNumber' | 'pageSize']: number | undefined },
  count: number,
): PageOptions | undefined {
  const { totalCount, pageNumber, pageSize } = facts;
  if (cursor !== undefined) return { cursor, ...(pageSize !== undefined && { size: pageSize }) };
  if (totalCount === undefined || pageNumber === undefined || pageSize === undefined || count === 0) return undefined;
  return pageNumber * pageSize < totalCount ? { number: pageNumber + 1, size: pageSize } : undefined;
}
