import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json/value.ts';
import { parseCel } from './cel.ts';
import { parseExpression } from './expression.ts';
import { parseIdTypeValue } from './id-type-value.ts';
import { parsePredicateList } from './predicate-list.ts';
import { invalidCriteria, unusableFilter } from './query-error.ts';
import { defaultQueryLimits, measureQuery, type QueryLimits, type QuerySize } from './query-limits.ts';
import { requireOnly } from './query-parts.ts';
import { decideQueryType, readQueryType } from './query-type.ts';
import type { ParsedQuery, UnboundFilter } from './unbound-filter.ts';

/** Families of peers whose queries differ (protocol.md section 10). */
export type QueryDialect = 'spdci-1.0' | 'openspp' | 'opencrvs' | 'opencrvs-2025' | 'opencrvs-2026' | 'openg2p';

/** A query as received. */
export interface QueryInput {
  /** `query_type`, bare or as a URI; decided by the query's shape when absent. */
  readonly queryType?: string | undefined;
  /** `query`. */
  readonly query: JsonValue;
  /** The sender's dialect. Default `spdci-1.0`. */
  readonly dialect?: QueryDialect | undefined;
  readonly limits?: QueryLimits | undefined;
}

/**
 * Parses a query of any form (protocol.md section 7), without knowing any record type.
 *
 * @param input - the query and its type
 * @returns the unbound filter, and the record type that the query itself names
 * @throws DciError `rjct.filter.invalid`, or `rjct.search_criteria.invalid` when the query type is not
 *   supported or the query's shape is not that of its type
 */
export function parseQuery(input: QueryInput): ParsedQuery {
  const { queryType, query, dialect = 'spdci-1.0' } = input;
  const size = measureQuery(input.limits ?? defaultQueryLimits);
  const type = decideQueryType(queryType, query);
  if (query === null || query === undefined) throw unusableFilter();
  if (type === 'predicate') return { filter: parsePredicate(query, size) };
  if (!isJsonObject(query)) throw invalidCriteria('The query is not an object, as its type asks for.');
  if (type === 'idtype-value') return { filter: parseIdTypeValue(query) };
  return parseExpression(query, size, dialect === 'openspp');
}

/** A CEL text or a predicate list, also as `{expression}` or `{value}` (OpenSPP), also wrapped with its type. */
function parsePredicate(query: JsonValue, size: QuerySize): UnboundFilter {
  let content = query;
  for (let count = 0; count < 3 && isJsonObject(content); count += 1) {
    requireOnly(content, isTyped(content) ? ['type', 'value'] : ['expression', 'value']);
    const { expression, value } = content;
    if (expression !== undefined && value !== undefined) {
      throw invalidCriteria('The predicate has both an expression and a value.');
    }
    content = expression ?? value ?? null;
    if (content === null) throw unusableFilter();
  }
  if (typeof content === 'string') return parseCel(content, size);
  if (isList(content)) return parsePredicateList(content, size);
  throw invalidCriteria('The predicate is neither text nor a list.');
}

function isTyped({ type }: JsonObject): boolean {
  return typeof type === 'string' && readQueryType(type) === 'predicate';
}

function isList(value: JsonValue): value is JsonArray {
  return Array.isArray(value);
}
