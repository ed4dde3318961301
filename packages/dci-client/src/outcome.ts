import {
  DciError,
  joinByReference,
  type ReceivedSearchResponseItem,
  type RecordType,
  type RegistryType,
  resolveRecordType,
} from 'dci-core';
import { protocolFault } from './failure.ts';
import type { PageOptions, SearchOutcome, SearchPage } from './search.ts';

/** A search that was asked. */
export interface AskedSearch {
  readonly referenceId: string;
  readonly recordType: string | undefined;
  readonly page: PageOptions | undefined;
}

/**
 * Matches the items of a reply with the searches that were asked (OpenAPI v1.0.0, `SearchResponse`).
 *
 * @param answers - the items of the verified reply
 * @param asked - the searches, in the order asked
 * @param registry - type of the registry asked
 * @returns one outcome for each search, in that order
 * @throws DciError with the cause `protocol`: `other_items` or `record`
 */
export function readOutcomes(
  answers: readonly ReceivedSearchResponseItem[],
  asked: readonly AskedSearch[],
  registry: RegistryType,
): readonly SearchOutcome[] {
  const items = joinByReference(answers);
  const byReference = new Map(items.map((item) => [item.reference_id, item]));
  if (items.length !== asked.length || byReference.size !== asked.length) {
    throw protocolFault('other_items', 'message.search_response');
  }
  return asked.map((search) => {
    const item = byReference.get(search.referenceId);
    if (item === undefined) throw protocolFault('other_items', 'message.search_response');
    return readOutcome(item, search, registry);
  });
}

/**
 * Reads the answer to one search.
 *
 * @param item - the answer
 * @param search - what was asked
 * @param registry - type of the registry asked
 * @returns the records, or the rejection
 * @throws DciError with the cause `protocol`: `envelope` or `record`
 */
export function readOutcome(
  item: ReceivedSearchResponseItem,
  search: AskedSearch,
  registry: RegistryType,
): SearchOutcome {
  const { referenceId } = search;
  const { status, data, status_reason_code: code, status_reason_message: text } = item;
  if (status === 'rjct') {
    return { status, referenceId, ...(code !== undefined && { code }), ...(text !== undefined && { text }) };
  }
  if (status === undefined && data === undefined) throw protocolFault('envelope', 'message.search_response');
  const recordType = recordTypeOf(data?.reg_record_type, search, registry);
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
    ...pageOf(item, read.length, search.page),
  };
}

function recordTypeOf(named: string | undefined, asked: AskedSearch, registry: RegistryType): RecordType {
  for (const text of [named, asked.recordType]) {
    const recordType = text === undefined ? undefined : resolveRecordType(registry, text);
    if (recordType !== undefined) return recordType;
  }
  const [first] = registry.recordTypes;
  if (first === undefined) throw new DciError('err.configuration.invalid', 'The registry type has no record types.');
  return first;
}

type PageFacts = Pick<SearchPage, 'totalCount' | 'pageNumber' | 'pageSize' | 'next'>;

function pageOf({ pagination }: ReceivedSearchResponseItem, count: number, asked: PageOptions | undefined): PageFacts {
  const totalCount = pagination?.total_count;
  const pageNumber = pagination?.page_number;
  const pageSize = pagination?.page_size;
  const next = nextPage(pagination?.next_cursor, { totalCount, pageNumber, pageSize }, count, asked);
  return {
    ...(totalCount !== undefined && { totalCount }),
    ...(pageNumber !== undefined && { pageNumber }),
    ...(pageSize !== undefined && { pageSize }),
    ...(next !== undefined && { next }),
  };
}

/** What the reply leaves out is as it was asked. Without a total, a page that is full may have a next one. */
function nextPage(
  cursor: string | undefined,
  facts: { readonly [Name in 'totalCount' | 'pageNumber' | 'pageSize']: number | undefined },
  count: number,
  asked: PageOptions = {},
): PageOptions | undefined {
  const { totalCount } = facts;
  const size = facts.pageSize || asked.size;
  if (cursor !== undefined) return { cursor, ...(size !== undefined && { size }) };
  const number =
    facts.pageNumber ?? (asked.cursor === undefined && asked.size !== undefined ? (asked.number ?? 1) : undefined);
  if (number === undefined || size === undefined || count === 0) return undefined;
  const isMore = totalCount === undefined ? count === size : number * size < totalCount;
  return isMore ? { number: number + 1, size } : undefined;
}
