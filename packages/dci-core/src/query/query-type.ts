import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { invalidCriteria } from './query-error.ts';

/** The query types that can be compiled. */
export type QueryType = 'idtype-value' | 'expression' | 'predicate';

const known: Readonly<Record<string, QueryType | 'unsupported'>> = {
  'idtype-value': 'idtype-value',
  expression: 'expression',
  predicate: 'predicate',
  // The standard's DR file gives this name to the same expression (`ExpTemplate`).
  nosql: 'expression',
  graphql: 'unsupported',
  sql: 'unsupported',
  namedquery: 'unsupported',
};

/**
 * Reads the name of a query type, bare or as a URI such as `ns:org:QueryType:expression`, in any case.
 *
 * @param text - `query_type`, or the `type` of a wrapped query
 * @returns the query type, `'unsupported'` for those that this project does not answer, or `undefined`
 *   when the text names no query type at all
 */
export function readQueryType(text: string): QueryType | 'unsupported' | undefined {
  const name = text
    .slice(text.lastIndexOf(':') + 1)
    .toLowerCase()
    .replaceAll('_', '-');
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/**
 * Decides in which form a query is written. A wrapped query (`{type: "ns:org:QueryType:…", value}`) says
 * it itself; then `query_type` counts; where that is absent, text and lists are predicates, and objects
 * are told apart by their members.
 *
 * @param queryType - `query_type`, or `undefined`
 * @param query - `query`
 * @returns the query type
 * @throws DciError `rjct.search_criteria.invalid` when it is unknown or not supported
 */
export function decideQueryType(queryType: string | undefined, query: JsonValue): QueryType {
  const named = queryType === undefined ? inferQueryType(query) : readQueryType(queryType);
  if (named === undefined || named === 'unsupported') throw unsupported();
  const wrapped = isJsonObject(query) ? wrappedType(query) : undefined;
  if (wrapped === 'unsupported') throw unsupported();
  return wrapped ?? named;
}

function inferQueryType(query: JsonValue): QueryType {
  if (!isJsonObject(query)) return 'predicate';
  if (typeof query.type === 'string' && query.value !== undefined) return 'idtype-value';
  const predicate = query.expression ?? query.value;
  return typeof predicate === 'string' || Array.isArray(predicate) ? 'predicate' : 'expression';
}

function wrappedType(query: JsonObject): QueryType | 'unsupported' | undefined {
  return typeof query.type === 'string' && query.value !== undefined ? readQueryType(query.type) : undefined;
}

function unsupported(): Error {
  return invalidCriteria('The query type is not supported; supported are idtype-value, expression and predicate.');
}
