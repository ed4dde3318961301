import { setImmediate as nextTurn } from 'node:timers/promises';
import { allOf, type Filter, type IdentifierFilter, identifiersOf, type JsonObject } from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import { queryShape } from '../access/query-shape.ts';
import { recordKeysOf } from '../access/record-keys.ts';
import { searchAdapter } from '../operations/search-adapter.ts';
import { type BoundSearch, bindSearch, type SearchScope } from '../operations/search-item.ts';

/** Records of many identifiers of one type, found with few queries. */
export interface FoundIdentifiers {
  readonly search: BoundSearch;
  /** @returns the whole records that carry this identifier, and that the sender may see */
  recordsOf(value: string): readonly JsonObject[];
  /** @returns what answering with these records discloses; `values` identifiers were asked for */
  disclosure(records: readonly JsonObject[], values: number): Disclosure;
}

/** Records that are looked at before other work gets its turn. */
const recordsPerTurn = 200;

/**
 * Finds the records of many identifiers at once, each as a search for it alone would (protocol.md section 7): the same
 * record type, policy, consent and event, but one query for all the values.
 *
 * @param identifierType - as sent
 * @param values - as sent
 * @param criteria - what the criteria of all items have in common
 * @param scope - registry, sender and limits
 * @param signal - ends the work
 * @returns the records; `undefined` when there are more than `maxRecords`
 * @throws DciError as a search
 */
export async function findIdentifiers(
  identifierType: string,
  values: readonly string[],
  criteria: JsonObject,
  scope: SearchScope,
  signal: AbortSignal,
): Promise<FoundIdentifiers | undefined> {
  const { registry, limits } = scope;
  const search = bindSearch(identifierItem(identifierType, values[0] ?? '', criteria), scope);
  const wanted = new Map(values.map((value) => [value.normalize('NFC'), [] as JsonObject[]]));
  const asked = withValues(search.asked, [...wanted.keys()]);
  const visible = search.access.visible(scope.now);
  const query = {
    recordType: search.access.recordType.name,
    filter: visible === undefined ? asked : allOf([visible, asked]),
    sort: [],
    ...(search.consent === undefined ? {} : { consent: search.consent }),
  };
  const match = identifierIn(asked);
  const size = limits.maxPageSize;
  let seen = 0;
  let page = await searchAdapter(registry.adapter, { ...query, page: { size, number: 1 } }, limits.searchTimeoutMs);
  for (;;) {
    if (page.totalCount > limits.maxRecords) return undefined;
    for (const record of page.records) {
      seen += 1;
      if (seen % recordsPerTurn === 0) await nextTurn();
      for (const value of match === undefined ? [] : valuesIn(record, match, scope)) wanted.get(value)?.push(record);
    }
    const { next } = page;
    if (next === undefined) break;
    signal.throwIfAborted();
    page = await searchAdapter(registry.adapter, { ...query, page: { size, after: next } }, limits.searchTimeoutMs);
  }
  return {
    search,
    recordsOf: (value) => wanted.get(value.normalize('NFC')) ?? [],
    disclosure: (records, count) => ({
      recordType: query.recordType,
      queryShape: queryShape(withValues(search.asked, Array(count).fill('')), registry.type),
      ...(search.purpose === undefined ? {} : { purpose: search.purpose }),
      ...(scope.access.legalBasis === undefined ? {} : { legalBasis: scope.access.legalBasis }),
      recordKeys: recordKeysOf(records, search.access.recordType, registry.type),
      count: records.length,
    }),
  };
}

function identifierItem(type: string, value: string, criteria: JsonObject): Parameters<typeof bindSearch>[0] {
  return {
    reference_id: '1',
    timestamp: '',
    search_criteria: { ...criteria, query_type: 'idtype-value', query: { type, value } },
  };
}

/** The query of one identifier, asking for all of them; where it has none, it is the same for every identifier. */
function withValues(filter: Filter, values: readonly string[]): Filter {
  if (filter.kind === 'identifier') return { ...filter, values };
  if (filter.kind === 'and') return { ...filter, filters: filter.filters.map((part) => withValues(part, values)) };
  return filter;
}

function identifierIn(filter: Filter): IdentifierFilter | undefined {
  if (filter.kind === 'identifier') return filter;
  return filter.kind === 'and' ? filter.filters.find((part) => part.kind === 'identifier') : undefined;
}

/** Each value once, whatever the paths at which it stands. */
function valuesIn(record: JsonObject, { identifierType, paths }: IdentifierFilter, scope: SearchScope): Set<string> {
  const values = new Set<string>();
  for (const path of paths) {
    for (const one of identifiersOf(record, path, scope.registry.type)) {
      if (one.identifierType === identifierType) values.add(one.value);
    }
  }
  return values;
}
