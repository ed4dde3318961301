import * as v from 'valibot';
import { optionalRequestStatusSchema, type RequestStatus } from '../codes/status.ts';
import {
  jsonValueSchema,
  objectOf,
  optionalCountSchema,
  optionalIdSchema,
  optionalTextSchema,
} from '../envelope/fields.ts';
import type { SearchReasonCode } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Pagination } from './pagination.ts';
import { readRecordsForm } from './records-form.ts';

/** The records that a search found. */
export interface SearchResponseData extends JsonObject {
  readonly version: string;
  /** As the registry type's `code`. */
  readonly reg_type: string;
  /** As the record type's `name`. */
  readonly reg_record_type: string;
  /** A list; one object where the standard's file wants one (`RegistryType.recordsForm`). */
  readonly reg_records: readonly JsonObject[] | JsonObject;
}

/** The answer to one search of a message. */
export interface SearchResponseItem extends JsonObject {
  readonly reference_id: string;
  readonly timestamp: string;
  readonly status: RequestStatus;
  readonly status_reason_code?: SearchReasonCode;
  readonly status_reason_message?: string;
  readonly data?: SearchResponseData;
  readonly pagination?: Pagination;
  readonly locale?: string;
}

/** The message of a search reply or `on-search` callback as this project writes it (OpenAPI v1.0.0, `SearchResponse`). */
export interface SearchResponse extends JsonObject {
  readonly transaction_id: string;
  readonly correlation_id: string;
  readonly search_response: readonly SearchResponseItem[];
}

const dataSchema = objectOf({
  version: optionalTextSchema,
  reg_type: optionalTextSchema,
  reg_record_type: optionalTextSchema,
  // openIMIS calls the list `data`
  reg_records: v.optional(jsonValueSchema),
  data: v.optional(jsonValueSchema),
});

const recordsSchema = v.pipe(
  dataSchema,
  v.check(
    ({ reg_records, data }) => readRecordsForm(reg_records ?? data) !== undefined,
    'must hold records as a list or as an object',
  ),
  v.transform(({ reg_records, data, ...rest }) => ({
    ...rest,
    reg_records: readRecordsForm(reg_records ?? data) ?? [],
  })),
);

const itemSchema = v.pipe(
  objectOf({
    reference_id: optionalTextSchema,
    timestamp: optionalTextSchema,
    status: optionalRequestStatusSchema,
    /** As sent; peers use codes outside the standard's list. */
    status_reason_code: optionalTextSchema,
    status_reason_message: optionalTextSchema,
    data: v.nullish(recordsSchema),
    // openIMIS calls the member `registry_data`
    registry_data: v.nullish(recordsSchema),
    pagination: v.optional(
      v.pipe(
        v.nullable(
          objectOf({
            page_size: optionalCountSchema,
            page_number: optionalCountSchema,
            total_count: optionalCountSchema,
            next_cursor: optionalTextSchema,
          }),
        ),
        v.transform((pagination) => pagination ?? undefined),
      ),
    ),
    locale: optionalTextSchema,
  }),
  v.transform(({ data, registry_data, ...rest }) => ({ ...rest, data: data ?? registry_data ?? undefined })),
);

/**
 * A search reply as peers send it: `reg_records` in any form is read into a list, members that a peer leaves out
 * are absent, reason codes may be any text.
 */
export const searchResponseSchema = objectOf({
  transaction_id: optionalIdSchema,
  correlation_id: optionalIdSchema,
  search_response: v.optional(
    v.pipe(
      v.nullable(v.array(itemSchema)),
      v.transform((items) => items ?? []),
    ),
    null,
  ),
});

/** A search reply as it was read. */
export type ReceivedSearchResponse = v.InferOutput<typeof searchResponseSchema>;

/** The answer to one search as it was read. */
export type ReceivedSearchResponseItem = ReceivedSearchResponse['search_response'][number];

/**
 * Puts the answer to one search into the form that the standard's file of the registry type wants. Where a file
 * allows one object only (`dr_api_v1.0.0.yaml`), an answer with several records becomes several items of the same
 * `reference_id`, one record each, so that nothing is lost and every item validates; no record is `{}`.
 *
 * @param item - the answer, with its records as a list
 * @param form - the registry type's `recordsForm`; absent means `list`
 * @returns the items to put into `search_response`
 */
export function toRecordsForm(
  item: SearchResponseItem,
  form: 'list' | 'object' | undefined,
): readonly SearchResponseItem[] {
  const { data } = item;
  if (form !== 'object' || data === undefined || !Array.isArray(data.reg_records)) return [item];
  const records = data.reg_records as readonly JsonObject[];
  if (records.length === 0) return [{ ...item, data: { ...data, reg_records: {} } }];
  return records.map((record) => ({ ...item, data: { ...data, reg_records: record } }));
}

/**
 * Undoes {@link toRecordsForm}: joins the items of one `reference_id`.
 *
 * @param items - the items of a reply as read
 * @returns one item per reference id, in order of first appearance
 */
export function joinByReference(items: readonly ReceivedSearchResponseItem[]): readonly ReceivedSearchResponseItem[] {
  const joined: ReceivedSearchResponseItem[] = [];
  const places = new Map<string, number>();
  for (const item of items) {
    const place = item.reference_id === undefined ? undefined : places.get(item.reference_id);
    const first = place === undefined ? undefined : joined[place];
    if (place === undefined || first?.data === undefined || item.data === undefined) {
      if (item.reference_id !== undefined && !places.has(item.reference_id))
        places.set(item.reference_id, joined.length);
      joined.push(item);
      continue;
    }
    const reg_records: readonly JsonValue[] = [...first.data.reg_records, ...item.data.reg_records];
    joined[place] = { ...first, data: { ...first.data, reg_records: reg_records as readonly JsonObject[] } };
  }
  return joined;
}
