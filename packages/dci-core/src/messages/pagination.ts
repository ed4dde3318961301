import * as v from 'valibot';
import { objectOf } from '../envelope/fields.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';

const positiveInteger = v.pipe(
  v.custom<JsonValue>(isPositiveInteger, 'must be a whole number, at least 1'),
  v.transform((value) => (value === null || value === '' ? undefined : Number(value))),
);

/**
 * Which page of a result is wanted (OpenAPI v1.0.0, `search_criteria.pagination`). `page_size` 0 is refused, although
 * the standard's schema lets it pass. The largest size is the receiver's to check.
 */
export const paginationRequestSchema = objectOf({
  /** Records per page. */
  page_size: v.optional(positiveInteger),
  /** From 1. */
  page_number: v.optional(positiveInteger),
  /** Extension of this project: the `next_cursor` of an earlier reply; takes the place of `page_number`. */
  cursor: v.optional(
    v.pipe(
      v.nullable(v.string()),
      v.transform((text) => (text === null || text === '' ? undefined : text)),
    ),
  ),
});

/** Which page of a result is wanted. */
export type PaginationRequest = v.InferOutput<typeof paginationRequestSchema>;

/** Which page of a result this is (OpenAPI v1.0.0, `search_response.pagination`). */
export interface Pagination extends JsonObject {
  readonly page_size: number;
  readonly page_number: number;
  /** Number of records that match and that the requester may see. */
  readonly total_count: number;
  /** Extension of this project: ask for the next page with it as `cursor`; absent on the last page. */
  readonly next_cursor?: string;
}

function isPositiveInteger(input: unknown): boolean {
  if (input === null || input === '') return true;
  if (typeof input === 'string') return /^\d{1,15}$/.test(input) && Number(input) >= 1;
  return typeof input === 'number' && Number.isSafeInteger(input) && input >= 1;
}
