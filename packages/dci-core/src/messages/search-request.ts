import * as v from 'valibot';
import {
  idSchema,
  jsonValueSchema,
  objectOf,
  optionalJsonSchema,
  optionalObjectSchema,
  optionalTextSchema,
} from '../envelope/fields.ts';
import { parseMessage } from '../envelope/parse-message.ts';
import { isJsonObject, type JsonValue } from '../json/value.ts';
import { type ItemFrame, type ParsedItem, parseItemFrame, parseItems } from './item.ts';
import { type PaginationRequest, paginationRequestSchema } from './pagination.ts';

/**
 * The message of a search (OpenAPI v1.0.0, `SearchRequest`). The items are read one by one with
 * {@link parseSearchRequestItems}, so that each gets its own answer.
 */
export const searchRequestSchema = objectOf({
  /** The requester's id of the exchange; every reply repeats it. */
  transaction_id: idSchema,
  search_request: v.pipe(v.array(jsonValueSchema), v.nonEmpty('must hold at least one item')),
});

/** The message of a search, items as received. */
export type SearchRequest = v.InferOutput<typeof searchRequestSchema>;

/** What is searched for, beside the page (OpenAPI v1.0.0, `search_criteria`). */
export const searchCriteriaSchema = objectOf({
  version: optionalTextSchema,
  /** Any spelling; see `resolveRegType`. Absent: the registry that the path names. */
  reg_type: optionalTextSchema,
  /** Any spelling; see `resolveRecordType`. */
  reg_record_type: optionalTextSchema,
  /** `Group` or `Member` in the social registry: the record type wanted in the reply. */
  response_entity: optionalTextSchema,
  /** OpenCRVS: the kind of vital event, where the registry type says nothing. */
  reg_event_type: v.optional(
    v.pipe(
      v.custom<JsonValue>(isEventType, 'must be text'),
      v.transform((value) => eventTypeText(value)),
    ),
  ),
  query_type: optionalTextSchema,
  /** Compiled by the query compiler. */
  query: jsonValueSchema,
  /** Bound by the query compiler. */
  sort: optionalJsonSchema,
  consent: optionalObjectSchema,
  authorize: optionalObjectSchema,
});

/** What is searched for, how it is sorted, and which page is wanted. */
export interface SearchCriteria extends v.InferOutput<typeof searchCriteriaSchema> {
  readonly pagination?: PaginationRequest;
}

/** One search of a message. */
export interface SearchRequestItem extends ItemFrame {
  readonly search_criteria: SearchCriteria;
  readonly locale?: string;
}

/**
 * Reads one search of a message (protocol.md section 7).
 *
 * @param value - the item as received
 * @param path - where it stands, for example `message.search_request[0]`
 * @returns the item; query and sort are still as received
 * @throws DciError `rjct.reference_id.invalid`, `rjct.timestamp.invalid`, `rjct.search_criteria.invalid` or
 *   `rjct.pagination.invalid`, with the path of the fault
 */
export function parseSearchRequestItem(value: JsonValue, path: string): SearchRequestItem {
  const { object, frame } = parseItemFrame(value, path);
  const criteriaPath = `${path}.search_criteria`;
  const received = object.search_criteria;
  const criteria = parseMessage(searchCriteriaSchema, received, criteriaPath, 'rjct.search_criteria.invalid');
  const pagination = isJsonObject(received) ? received.pagination : undefined;
  const { locale } = object;
  return {
    ...frame,
    search_criteria: {
      ...criteria,
      ...(pagination !== undefined &&
        pagination !== null && {
          pagination: parseMessage(
            paginationRequestSchema,
            pagination,
            `${criteriaPath}.pagination`,
            'rjct.pagination.invalid',
          ),
        }),
    },
    ...(typeof locale === 'string' && locale !== '' && { locale }),
  };
}

/**
 * Reads all searches of a message, each for itself.
 *
 * @param request - the message
 * @returns one result per item, in the order of the message; repeated reference ids are refused
 */
export function parseSearchRequestItems(request: SearchRequest): readonly ParsedItem<SearchRequestItem>[] {
  return parseItems(request.search_request, 'message.search_request', parseSearchRequestItem);
}

// OpenCRVS sent `{ "value": "1" }` in 2023 and a text since
function eventTypeOf(value: JsonValue): JsonValue | undefined {
  return isJsonObject(value) ? value.value : value;
}

/** What cannot be read must not be passed over: the search would find events that were not asked for. */
function isEventType(input: unknown): boolean {
  const value = input as JsonValue;
  return value === null || typeof eventTypeOf(value) === 'string';
}

function eventTypeText(value: JsonValue): string | undefined {
  const text = eventTypeOf(value);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
