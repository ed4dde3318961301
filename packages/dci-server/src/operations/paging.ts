import { DciError, type JsonObject, type Pagination, type PaginationRequest } from 'dci-core';
import type { PageRequest, RecordPage } from '../adapters/adapter.ts';
import type { CursorCodec } from './cursor.ts';

/** Bounds of a page. */
export interface PageLimits {
  readonly defaultPageSize: number;
  /** The smaller of the server's and the policy's. */
  readonly maxPageSize: number;
}

/** The page that a search asks for. */
export interface WantedPage {
  readonly request: PageRequest;
  /** From 1. */
  readonly number: number;
}

/** The standard's `page_number` is an int32. */
const maxPageNumber = 2_147_483_647;

/**
 * Reads which page a search asks for (protocol.md section 7). A cursor takes the place of the page number.
 *
 * @param pagination - as received; absent: the first page of default size
 * @param search - what the cursor is bound to
 * @param limits - bounds of a page
 * @param cursors - reads cursors
 * @returns the page
 * @throws DciError `rjct.pagination.invalid` for a page that is too large, and for a cursor of another search or sender
 */
export function readPage(
  pagination: PaginationRequest | undefined,
  search: JsonObject,
  limits: PageLimits,
  cursors: CursorCodec,
): WantedPage {
  const size = pagination?.page_size ?? Math.min(limits.defaultPageSize, limits.maxPageSize);
  if (size > limits.maxPageSize) {
    throw invalidPagination(`page_size must be between 1 and ${limits.maxPageSize}`);
  }
  if (pagination?.cursor !== undefined) {
    const place = cursors.read(pagination.cursor, search);
    if (place === undefined) throw invalidPagination('the cursor does not belong to this search');
    return { request: { size, after: place.after }, number: place.pageNumber };
  }
  const number = pagination?.page_number ?? 1;
  if (number > maxPageNumber) throw invalidPagination(`page_number must be between 1 and ${maxPageNumber}`);
  return { request: { size, number }, number };
}

/**
 * Writes the pagination of a reply.
 *
 * @param wanted - the page that was asked for
 * @param found - the page that was found
 * @param search - what the next cursor is bound to
 * @param cursors - writes cursors
 * @returns the reply's pagination
 */
export function writePagination(
  wanted: WantedPage,
  found: RecordPage,
  search: JsonObject,
  cursors: CursorCodec,
): Pagination {
  return {
    page_size: wanted.request.size,
    page_number: wanted.number,
    total_count: found.totalCount,
    ...(found.next !== undefined && {
      next_cursor: cursors.write({ pageNumber: wanted.number + 1, after: found.next }, search),
    }),
  };
}

function invalidPagination(message: string): DciError {
  return new DciError('rjct.pagination.invalid', message, { path: 'pagination' });
}
