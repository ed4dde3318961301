import type { JsonObject } from 'dci-core';
import type { DciClient } from '../dci-client.ts';
import { protocolFault } from '../failure.ts';
import type { CallOptions, PageOptions, SearchCriteria, SearchResult } from '../search.ts';
import { requireAnswer } from './require-answer.ts';
import { DEFAULT_PAGE_SIZE } from './search-content.ts';

/** Pages without a record, but with a next one, that are followed before it is taken for endless. */
const MOST_EMPTY_PAGES = 3;

/**
 * @param search - fetches one page
 * @returns the calls that fetch page after page
 */
export function pagingCalls(search: DciClient['search']): Pick<DciClient, 'pages' | 'records'> {
  const pages = (criteria: SearchCriteria, options?: CallOptions): AsyncIterable<SearchResult> => ({
    [Symbol.asyncIterator]: () => pagesOf(search, criteria, options),
  });
  return {
    pages,
    records: (criteria, options) => ({
      async *[Symbol.asyncIterator](): AsyncGenerator<JsonObject, void, undefined> {
        for await (const page of pages(criteria, options)) yield* page.records;
      },
    }),
  };
}

/**
 * Follows `next`, and trusts it as far as it leads on: each place is asked for once, so that a registry that repeats a
 * cursor or a number cannot keep a caller busy for ever.
 */
async function* pagesOf(
  search: DciClient['search'],
  criteria: SearchCriteria,
  options: CallOptions | undefined,
): AsyncGenerator<SearchResult, void, undefined> {
  const { size = DEFAULT_PAGE_SIZE, ...place } = criteria.page ?? {};
  let page: PageOptions = {
    size,
    ...(place.cursor === undefined && place.number === undefined ? { number: 1 } : place),
  };
  const asked = new Set([placeOf(page)]);
  let last: SearchResult | undefined;
  let empty = 0;
  let isSmaller = false;
  for (;;) {
    const result = await search({ ...criteria, page }, options);
    requireAnswer(result);
    // A registry that knows no paging answers with the same again; records that tell nobody apart can be the same.
    const mayRepeat = result.totalCount !== undefined && !isSmaller && !isIdentified(result);
    if (last !== undefined && isSame(result, last) && !mayRepeat) throw repeated();
    yield result;
    empty = result.records.length === 0 ? empty + 1 : 0;
    const next: PageOptions | undefined = result.next ?? smallerPage(result, page);
    isSmaller ||= next !== undefined && result.next === undefined;
    if (next === undefined) return;
    page = { size, ...next };
    if (asked.has(placeOf(page)) || empty > MOST_EMPTY_PAGES) throw repeated();
    asked.add(placeOf(page));
    last = result;
  }
}

/** A first page that is short of a total which it should hold is as large as pages of the registry are, whatever it says. */
function smallerPage(
  { totalCount = 0, records: { length: count } }: SearchResult,
  { cursor, number = 1 }: PageOptions,
): PageOptions | undefined {
  const isShort = cursor === undefined && number === 1 && count > 0 && count < totalCount;
  return isShort ? { number: 2, size: count } : undefined;
}

function placeOf({ cursor, number }: PageOptions): string {
  return cursor === undefined ? `number ${number ?? 1}` : `cursor ${cursor}`;
}

function isSame({ records }: SearchResult, { records: others }: SearchResult): boolean {
  if (records.length === 0 || records.length !== others.length) return false;
  const textOf = (record: JsonObject | undefined): string => JSON.stringify(record, stringify);
  return textOf(records[0]) === textOf(others[0]) && textOf(records.at(-1)) === textOf(others.at(-1));
}

function isIdentified({ records }: SearchResult): boolean {
  return records.some((record) => record.identifier !== undefined);
}

function stringify(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function repeated(): Error {
  return protocolFault('repeated_page', 'message.search_response');
}
