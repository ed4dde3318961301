import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { invalidFilter, unusableFilter } from './query-error.ts';
import { requireOnly } from './query-parts.ts';
import { readQueryType } from './query-type.ts';
import type { UnboundFilter } from './unbound-filter.ts';

/**
 * Parses an identifier lookup: `{type, value}`, or the older `{type: "idtype-value", value: {id_type,
 * id_value}}` that OpenG2P sends (protocol.md section 7). Numbers and booleans count as their text.
 *
 * @param query - the query
 * @returns an identifier match
 * @throws DciError `rjct.filter.invalid`
 */
export function parseIdTypeValue(query: JsonObject): UnboundFilter {
  requireOnly(query, ['type', 'value']);
  const { type, value } = query;
  if (typeof type === 'string' && readQueryType(type) === 'idtype-value') {
    if (!isJsonObject(value)) throw invalidFilter('The identifier query has no id_type and id_value.');
    requireOnly(value, ['id_type', 'id_value', 'type', 'value']);
    return identifierMatch(value.id_type ?? value.type, value.id_value ?? value.value);
  }
  return identifierMatch(type, value);
}

function identifierMatch(type: JsonValue | undefined, value: JsonValue | undefined): UnboundFilter {
  if (type === undefined || type === null || type === '' || value === undefined || value === null || value === '') {
    throw unusableFilter();
  }
  if (typeof type !== 'string') throw invalidFilter('The identifier type is not text.');
  if (typeof value === 'object') throw invalidFilter('The identifier value is neither text, number nor boolean.');
  return { kind: 'identifier', identifierType: type, value: String(value) };
}
