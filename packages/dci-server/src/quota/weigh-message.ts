import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';

/**
 * Points that one page of a search item costs, by what it asks the registry to do (reliability.md QL8). A synchronous item
 * is one page of at most 1,000 records. So is an asynchronous one that says which page it wants; one that does not gets
 * all its pages, and every page after the first costs as much again.
 */
export const searchWeights = {
  /** Looks one identifier up. */
  identifier: 1,
  /** Compares attributes. */
  filter: 5,
  /** Looks for a part of a text. */
  text: 20,
} as const;

const textOperators = new Set(['contains', 'like', 'startswith', 'endswith']);
const textCall = /\b(?:contains|startsWith|endsWith)\s*\(/;

/**
 * Weighs a message before it is read in full, so that an expensive one is refused while it is still cheap
 * (protocol.md section 4 step 7). It looks at shapes only and never refuses. What only the result tells is charged later,
 * with `QuotaLimiter.debit`, and so can refuse the next message only: what was hidden in an encrypted message, and the
 * further pages of an asynchronous item. With the default limits an item that finds 100,000 records costs 100 times what it
 * was weighed: 100, 500 or 2,000 points.
 *
 * @param message - the message as received
 * @returns its points, at least 1: the sum over its search items; 1 for a message that holds none, also an
 *   encrypted one
 */
export function weighMessage(message: JsonObject): number {
  const items = message.search_request;
  if (!Array.isArray(items)) return searchWeights.identifier;
  let sum = 0;
  for (const item of items as readonly JsonValue[]) sum += weighItem(item);
  return Math.max(sum, 1);
}

function weighItem(item: JsonValue): number {
  const criteria = isJsonObject(item) ? item.search_criteria : undefined;
  return isJsonObject(criteria) ? weighSearch(criteria) : searchWeights.identifier;
}

/**
 * @param criteria - what one item searches for
 * @returns the points that a page of it costs
 */
export function weighSearch({
  query_type: queryType,
  query,
}: {
  readonly query_type?: JsonValue | undefined;
  readonly query?: JsonValue | undefined;
}): number {
  if (typeof queryType === 'string' && queryType.endsWith('idtype-value')) return searchWeights.identifier;
  return query !== undefined && matchesText(query) ? searchWeights.text : searchWeights.filter;
}

/** Iterative: the depth of a query is checked only later. */
function matchesText(query: JsonValue): boolean {
  const pending: JsonValue[] = [query];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value === 'string') {
      if (textOperators.has(value.toLowerCase()) || textCall.test(value)) return true;
    } else if (Array.isArray(value)) {
      // One by one: spread into a call, a long list exceeds the stack.
      for (const element of value as readonly JsonValue[]) pending.push(element);
    } else if (isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (name.startsWith('$') && textOperators.has(name.slice(1).toLowerCase())) return true;
        if (member !== undefined) pending.push(member);
      }
    }
  }
  return false;
}
