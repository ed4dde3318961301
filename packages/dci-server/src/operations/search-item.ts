import {
  allOf,
  bindSort,
  chooseRecordType,
  DciError,
  type EventType,
  type Filter,
  type JsonObject,
  type ParsedQuery,
  parseQuery,
  type RecordType,
  resolveEventType,
  resolveRecordType,
  resolveRegType,
  type SearchCriteria,
  type SearchRequestItem,
  type SearchResponseItem,
  type SortKey,
} from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import type { RecordAccess, RegistryAccess } from '../access/compile-policy.ts';
import { consentFor, readableTypes } from '../access/consent.ts';
import { purposeOf } from '../access/purpose.ts';
import { queryShape } from '../access/query-shape.ts';
import { recordKeysOf } from '../access/record-keys.ts';
import type { ConsentRequirement } from '../adapters/adapter.ts';
import type { ServerLimits } from '../limits.ts';
import type { Sender } from '../senders/sender.ts';
import type { CursorCodec } from './cursor.ts';
import { readPage, type WantedPage, writePagination } from './paging.ts';
import { searchAdapter } from './search-adapter.ts';
import type { ServedRegistry } from './served-registry.ts';

/** Where and on whose behalf a search is made. */
export interface SearchScope {
  readonly registry: ServedRegistry;
  readonly sender: Pick<Sender, 'senderId' | 'dialect'>;
  /** What the sender may see in this registry. */
  readonly access: RegistryAccess;
  readonly limits: ServerLimits;
  readonly cursors: CursorCodec;
  /** Unix milliseconds. */
  readonly now: number;
  /**
   * Is told what an item discloses; its audit row must be stored before the answer leaves (protocol.md section 8).
   */
  readonly disclose?: (referenceId: string, disclosure: Disclosure) => void;
}

/** A search with everything read, allowed and bound. */
export interface BoundSearch {
  readonly access: RecordAccess;
  /** What the sender asks for. */
  readonly asked: Filter;
  /** What is asked for among the visible records. */
  readonly filter: Filter;
  readonly sort: readonly SortKey[];
  readonly page: WantedPage;
  /** What cursors are bound to. */
  readonly identity: JsonObject;
  readonly purpose: string | undefined;
  readonly consent: ConsentRequirement | undefined;
}

/**
 * Makes one search of a message (protocol.md section 7): the query becomes a filter over attributes that the sender
 * may read, the policy's own filter and the consent that it requires are added to it, so that page and count speak of
 * visible records only, and the records are cut to what may be read.
 *
 * @param item - the search
 * @param scope - registry, sender and limits
 * @returns the answer, with its records as a list
 * @throws DciError `rjct.search_criteria.invalid`, `rjct.filter.invalid`, `rjct.sort.invalid` or
 *   `rjct.pagination.invalid` for a search that cannot be made; `err.request.timeout` or `err.service.unavailable` when
 *   the registry does not answer
 */
export async function searchOne(
  item: SearchRequestItem,
  scope: SearchScope,
): Promise<Pick<SearchResponseItem, 'data' | 'pagination'>> {
  const { registry, cursors } = scope;
  const search = bindSearch(item, scope);
  const { recordType } = search.access;
  const found = await searchAdapter(
    registry.adapter,
    {
      recordType: recordType.name,
      filter: search.filter,
      sort: search.sort,
      page: search.page.request,
      ...(search.consent === undefined ? {} : { consent: search.consent }),
    },
    scope.limits.searchTimeoutMs,
  );
  scope.disclose?.(item.reference_id, {
    recordType: recordType.name,
    queryShape: queryShape(search.asked, registry.type),
    ...(search.purpose === undefined ? {} : { purpose: search.purpose }),
    ...(scope.access.legalBasis === undefined ? {} : { legalBasis: scope.access.legalBasis }),
    recordKeys: recordKeysOf(found.records, recordType, registry.type),
    count: found.records.length,
  });
  return {
    data: {
      version: '1.0.0',
      reg_type: registry.type.code,
      reg_record_type: recordType.name,
      reg_records: found.records.map((record) => search.access.project(record)),
    },
    pagination: writePagination(search.page, found, search.identity, cursors),
  };
}

/**
 * Reads, allows and binds one search.
 *
 * @param item - the search
 * @param scope - registry, sender and limits
 * @returns the search
 * @throws DciError as {@link searchOne}
 */
export function bindSearch(item: SearchRequestItem, scope: SearchScope): BoundSearch {
  const { registry, sender, access, limits, cursors, now } = scope;
  const { search_criteria: criteria } = item;
  const purpose = purposeOf(criteria, access);
  const eventType = readEventType(criteria, registry);
  const parsed = parseQuery({
    queryType: criteria.query_type,
    query: criteria.query,
    dialect: sender.dialect,
    limits: limits.query,
  });
  const available = readableTypes(access, registry.adapter);
  const { access: chosen, filter: asked } = bindQuery(withEvent(parsed, eventType), criteria, available, scope);
  const sort = bindSort(criteria.sort, chosen);
  const identity: JsonObject = {
    sender: sender.senderId,
    registry: registry.type.name,
    recordType: chosen.recordType.name,
    queryType: criteria.query_type,
    query: criteria.query,
    sort: sort.map(({ attribute, order }) => ({ attribute, order })),
    ...(purpose === undefined ? {} : { purpose }),
  };
  const maxPageSize = Math.min(limits.maxPageSize, access.maxPageSize ?? limits.maxPageSize);
  const page = readPage(
    criteria.pagination,
    identity,
    { defaultPageSize: limits.defaultPageSize, maxPageSize },
    cursors,
  );
  const visible = chosen.visible(now);
  return {
    access: chosen,
    asked,
    filter: visible === undefined ? asked : allOf([visible, asked]),
    sort,
    page,
    identity,
    purpose,
    consent: consentFor(access, sender.senderId, purpose, now),
  };
}

/**
 * Reads `reg_type`, which must be the registry of the path, and the event type that it or `reg_event_type` names: OpenCRVS
 * asks for `ocrvs:registry_type:death` (protocol.md section 1).
 */
function readEventType(criteria: SearchCriteria, { type }: ServedRegistry): EventType | undefined {
  const { reg_type: regType, reg_event_type: eventText } = criteria;
  const resolved = regType === undefined ? undefined : resolveRegType(regType, [type]);
  if (regType !== undefined && resolved === undefined) {
    throw new DciError('rjct.search_criteria.invalid', 'reg_type is not the registry of this path', {
      path: 'reg_type',
    });
  }
  const code = eventText === undefined ? resolved?.eventType : resolveEventType(type, eventText);
  if (eventText !== undefined && code === undefined) {
    throw new DciError('rjct.search_criteria.invalid', 'reg_event_type is not an event of this registry', {
      path: 'reg_event_type',
    });
  }
  return type.eventTypes.find((eventType) => eventType.code === code);
}

/** A search for a kind of event finds only the records that have one. */
function withEvent(parsed: ParsedQuery, eventType: EventType | undefined): ParsedQuery {
  const attribute = eventType?.attribute;
  if (attribute === undefined) return parsed;
  return { ...parsed, filter: { kind: 'and', filters: [parsed.filter, { kind: 'exists', attribute }] } };
}

/**
 * Binds the query to the record type that the search names in `reg_record_type`, else in `response_entity`, else in the
 * query's `collection`, else to the first one that knows its attributes. A type that the sender may not see is refused
 * as one that does not exist.
 */
function bindQuery(
  parsed: ParsedQuery,
  criteria: SearchCriteria,
  available: readonly RecordAccess[],
  { registry, now }: SearchScope,
): { readonly access: RecordAccess; readonly filter: Filter } {
  const name = criteria.reg_record_type ?? criteria.response_entity;
  const named = name === undefined ? undefined : resolveRecordType(registry.type, name);
  const candidates = name === undefined ? available : available.filter(({ recordType }) => recordType === named);
  if (candidates.length === 0) {
    throw new DciError('rjct.search_criteria.invalid', 'the record type is not one that can be searched here');
  }
  const accessTo = (recordType: RecordType) => candidates.find((access) => access.recordType === recordType);
  const { recordType, filter } = chooseRecordType({
    parsed: name === undefined ? parsed : { filter: parsed.filter },
    registryType: registry.type,
    candidates: candidates.map((access) => access.recordType),
    now,
    isReadable: (type, path) => accessTo(type)?.isReadable(path) ?? false,
  });
  const access = accessTo(recordType);
  if (access === undefined) throw new DciError('err.internal', 'the query was bound to a type that was not offered');
  return { access, filter };
}
