import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { parseMongoExpression } from './expression-mongo.ts';
import { isSequenceExpression, parseSequenceExpression } from './expression-seq.ts';
import { invalidCriteria, invalidFilter, unusableFilter } from './query-error.ts';
import type { QuerySize } from './query-limits.ts';
import { hasOnly, maxWrappings, tooManyWrappings } from './query-parts.ts';
import { readQueryType } from './query-type.ts';
import type { ParsedQuery } from './unbound-filter.ts';

/**
 * Parses a query of type `expression`, in whatever wrapping: `{type: "ns:org:QueryType:expression", value}`,
 * `{expression}`, `{collection, query}`, also inside one another as OpenCRVS nests them
 * (`value.expression.query`). What is inside is a `seq`/`or` expression or the standard's Mongo-style one.
 *
 * @param query - the query
 * @param size - counts what it holds
 * @param combinesBoth - whether `seq` and `or` side by side mean what OpenSPP computes
 * @returns the unbound filter, and `collection` as the record type hint
 * @throws DciError `rjct.filter.invalid` or `rjct.search_criteria.invalid`
 */
export function parseExpression(query: JsonObject, size: QuerySize, combinesBoth: boolean): ParsedQuery {
  let inner = query;
  let recordTypeHint: string | undefined;
  for (let count = 0; ; count += 1) {
    const unwrapped = unwrap(inner);
    if (unwrapped === undefined) break;
    if (count === maxWrappings) throw tooManyWrappings();
    const { collection } = unwrapped;
    if (collection !== undefined) {
      if (typeof collection !== 'string') throw invalidFilter('The collection of the expression is not text.');
      recordTypeHint = collection;
    }
    if (unwrapped.content === null) throw unusableFilter();
    if (!isJsonObject(unwrapped.content)) {
      throw invalidCriteria('The expression is not an object; other query languages are not supported.');
    }
    inner = unwrapped.content;
  }
  const filter = isSequenceExpression(inner)
    ? parseSequenceExpression(inner, size, combinesBoth)
    : parseMongoExpression(inner, size);
  return recordTypeHint === undefined ? { filter } : { filter, recordTypeHint };
}

function unwrap(object: JsonObject): { readonly content: JsonValue; readonly collection?: JsonValue } | undefined {
  const { type, value, expression, query, collection } = object;
  if (typeof type === 'string' && value !== undefined && readQueryType(type) === 'expression') {
    return hasOnly(object, ['type', 'value']) ? { content: value } : undefined;
  }
  if (expression !== undefined && hasOnly(object, ['expression'])) return { content: expression };
  if (query !== undefined && hasOnly(object, ['query', 'collection'])) {
    return collection === undefined || collection === null ? { content: query } : { content: query, collection };
  }
  return undefined;
}
