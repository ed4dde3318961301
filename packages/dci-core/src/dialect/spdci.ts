import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { defineDialect, type ShippedDialect } from './dialect.ts';
import { inWholeSeconds, readNamedParties } from './header.ts';
import { readRefusal } from './read-refusal.ts';
import { standardPath } from './standard-path.ts';

/**
 * The standard as it is written, and this project's own servers (OpenAPI v1.0.0; protocol.md sections 1, 5 and 7). Queries
 * pass as the caller wrote them, but for what the standard's files do not allow although they mean the same: a CEL text goes
 * into an object, and the comparisons of a predicate list get the standard's names.
 */
export const spdciDialect: ShippedDialect = defineDialect({
  name: 'spdci-1.0',
  summary: 'The standard, SPDCI 1.0.0',
  calls: [
    'sync-search',
    'search',
    'subscribe',
    'unsubscribe',
    'sync-txn-status',
    'txn-status',
    'sync-receipt',
    'receipt',
    'special',
  ],
  signatures: { write: 'dci', read: ['dci'] },
  encryption: { headers: 'protected' },
  repeatable: true,
  path: standardPath,
  writeHeader: inWholeSeconds,
  writeQuery: ({ queryType, query }) => ({ queryType, query: writeStandardQuery(query) }),
  writeSearchCriteria: (criteria, { eventType }) =>
    eventType === undefined ? criteria : { ...criteria, reg_event_type: eventType },
  writeMessage: (message, { call }) => (call === 'subscribe' ? writeSubscriptions(message) : message),
  readParties: readNamedParties,
  readMessage: (message) => message,
  readRefusal,
});

/** Spellings of the standard's operators; others stay as they are. */
const operators: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['eq', 'gt', 'lt', 'ge', 'le', 'in'].map((operator) => [operator, operator])),
  '=': 'eq',
  '==': 'eq',
  '>': 'gt',
  '>=': 'ge',
  gte: 'ge',
  '<': 'lt',
  '<=': 'le',
  lte: 'le',
};

/** `query` is an object or a list of objects in every file (OpenAPI v1.0.0, `search_criteria.query`). */
function writeStandardQuery(query: JsonValue): JsonValue {
  if (typeof query === 'string') return { expression: query };
  return Array.isArray(query) ? query.map(writeItem) : query;
}

function writeItem(item: JsonValue): JsonValue {
  if (!isJsonObject(item)) return item;
  const { seq_num, expression1, expression2, ...rest } = item;
  const place = seq_num === undefined ? {} : { seq_num };
  if (expression1 === undefined) {
    const isBare = rest.attribute !== undefined || rest.attribute_name !== undefined;
    return isBare ? { ...place, expression1: writeComparison(rest) } : item;
  }
  const second = expression2 === undefined || expression2 === null ? undefined : writeComparison(expression2);
  return {
    ...place,
    ...rest,
    expression1: writeComparison(expression1),
    ...(second !== undefined && { expression2: second }),
  };
}

function writeComparison(comparison: JsonValue): JsonValue {
  if (!isJsonObject(comparison)) return comparison;
  const { attribute, value, operator, ...rest } = comparison;
  return {
    ...(attribute !== undefined && { attribute_name: attribute }),
    ...(operator !== undefined && { operator: operatorOf(operator) }),
    ...(value !== undefined && { attribute_value: value }),
    ...rest,
  };
}

function operatorOf(operator: JsonValue): JsonValue {
  if (typeof operator !== 'string') return operator;
  const name = (operator.startsWith('$') ? operator.slice(1) : operator).toLowerCase();
  return Object.hasOwn(operators, name) ? (operators[name] ?? operator) : operator;
}

function writeSubscriptions(message: JsonObject): JsonObject {
  const { subscribe_request: items } = message;
  if (!Array.isArray(items)) return message;
  return {
    ...message,
    subscribe_request: items.map((item: JsonValue) => {
      const criteria = isJsonObject(item) ? item.subscribe_criteria : undefined;
      if (!isJsonObject(item) || !isJsonObject(criteria) || criteria.filter === undefined) return item;
      return { ...item, subscribe_criteria: { ...criteria, filter: writeStandardQuery(criteria.filter) } };
    }),
  };
}
