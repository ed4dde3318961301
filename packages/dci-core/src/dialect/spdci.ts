import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { readQueryType } from '../query/query-type.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { defineDialect, type ShippedDialect } from './dialect.ts';
import { inWholeSeconds, readNamedParties } from './header.ts';
import { neutralQuery } from './neutral-query.ts';
import { readRefusal } from './read-refusal.ts';
import { writeStandardQuery } from './spdci-query.ts';
import { standardCalls, standardPath } from './standard-path.ts';

/**
 * The standard as it is written, and this project's own servers (OpenAPI v1.0.0; protocol.md sections 1, 5 and 7). Queries
 * take the standard's forms where these can say them; others pass as the caller wrote them.
 */
export const spdciDialect: ShippedDialect = defineDialect({
  name: 'spdci-1.0',
  summary: 'The standard, SPDCI 1.0.0',
  calls: [...standardCalls, 'special'],
  signatures: { write: 'dci', read: ['dci'] },
  encryption: { headers: 'protected' },
  repeatable: true,
  path: standardPath,
  writeHeader: inWholeSeconds,
  writeQuery: (query, { registry }) => writeStandardQuery(query, registry),
  writeSearchCriteria: (criteria, { eventType }) =>
    eventType === undefined ? criteria : { ...criteria, reg_event_type: eventType },
  writeMessage: (message, { call, registry }) =>
    call === 'subscribe' ? writeSubscriptions(message, registry) : message,
  readParties: readNamedParties,
  readMessage: (message) => message,
  readRefusal,
});

function writeSubscriptions(message: JsonObject, registry: RegistryType): JsonObject {
  const { subscribe_request: items } = message;
  if (!Array.isArray(items)) return message;
  return {
    ...message,
    subscribe_request: items.map((item: JsonValue) => {
      const criteria = isJsonObject(item) ? item.subscribe_criteria : undefined;
      if (!isJsonObject(item) || !isJsonObject(criteria)) return item;
      return { ...item, subscribe_criteria: { ...criteria, ...writeFilter(criteria, registry) } };
    }),
  };
}

/** The files require a filter: an empty one without a type stands for every record. */
function writeFilter({ filter, filter_type }: JsonObject, registry: RegistryType): JsonObject {
  if (filter === undefined || filter === null) return { filter: {} };
  const type = typeof filter_type === 'string' ? readQueryType(filter_type) : undefined;
  if (type === undefined || type === 'unsupported') {
    return { filter: typeof filter === 'string' ? { expression: filter } : filter };
  }
  const { queryType, query } = writeStandardQuery(neutralQuery(type, filter), registry);
  return { filter: query, filter_type: queryType };
}
