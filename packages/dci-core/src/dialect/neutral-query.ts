import type { JsonValue } from '../json/value.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import type { NeutralQuery } from './dialect.ts';

/**
 * Makes the query of a search ready for any dialect (protocol.md sections 7 and 10). It is parsed when a dialect first
 * asks for its conditions, and not at all for one that passes it on as it is.
 *
 * @param queryType - `query_type`
 * @param query - the query in any of the forms of protocol.md section 7
 * @returns the query; its `filter` throws `rjct.filter.invalid` or `rjct.search_criteria.invalid` when it cannot be parsed
 */
export function neutralQuery(queryType: NeutralQuery['queryType'], query: JsonValue): NeutralQuery {
  let filter: UnboundFilter | undefined;
  return {
    queryType,
    query,
    filter() {
      filter ??= parseQuery({ queryType, query }).filter;
      return filter;
    },
  };
}
