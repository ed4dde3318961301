import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { attributesNamed } from './attribute-of.ts';
import type { NeutralQuery, WrittenQuery } from './dialect.ts';
import { identifierAsked } from './identifier-query.ts';
import { mapConditions, type UnboundCondition } from './map-conditions.ts';
import { noFormFor } from './query-refusal.ts';
import { writeMongoExpression } from './write-mongo-expression.ts';

/**
 * Writes a query in a form of the standard (OpenAPI v1.0.0, `search_criteria.query`; protocol.md section 7). What has such a
 * form already passes as the caller wrote it, the comparisons of a predicate list under the standard's names. CEL texts,
 * `seq` expressions and bare mongo become the standard's expression, because a registry that knows the standard alone would
 * reject or ignore them. What that expression cannot say passes as it is written, a text in an object, for this project's own
 * servers.
 *
 * @param query - the query
 * @param registry - the registry asked
 * @returns query type and query
 */
export function writeStandardQuery(query: NeutralQuery, registry: RegistryType): WrittenQuery {
  const written = query.query;
  if (Array.isArray(written)) return { queryType: query.queryType, query: written.map(writeItem) };
  const translated = isForeign(written) ? translate(query, registry) : undefined;
  if (translated !== undefined) return translated;
  return { queryType: query.queryType, query: typeof written === 'string' ? { expression: written } : written };
}

/** Whether the files of the standard have no such form, although some registries read it. */
function isForeign(query: JsonValue): boolean {
  if (typeof query === 'string') return true;
  if (!isJsonObject(query) || query.type !== undefined) return false;
  const { expression } = query;
  if (isJsonObject(expression) || typeof expression === 'string') return isForeign(expression);
  if (isJsonObject(query.query)) return true;
  const members = Object.entries(query);
  return members.some(([name, value]) => ['seq', 'or', 'or_'].includes(name) || isMongo(name, value));
}

function isMongo(name: string, value: JsonValue | undefined): boolean {
  return name.startsWith('$') || (isJsonObject(value) && Object.keys(value).some((each) => each.startsWith('$')));
}

function translate(query: NeutralQuery, registry: RegistryType): WrittenQuery | undefined {
  try {
    const filter = query.filter();
    const identifier = identifierAsked(filter, registry);
    if (identifier !== undefined) {
      return { queryType: 'idtype-value', query: { type: identifier.identifierType, value: identifier.value } };
    }
    const collection = collectionOf(query.query);
    const expression = {
      ...(collection !== undefined && { collection }),
      query: standardExpression(filter, registry),
    };
    return { queryType: 'expression', query: { type: 'ns:org:QueryType:expression', value: { expression } } };
  } catch (error) {
    if (error instanceof DciError) return undefined;
    throw error;
  }
}

/** Record type that a query names itself. */
function collectionOf(query: JsonValue): string | undefined {
  if (!isJsonObject(query)) return undefined;
  const { collection } = isJsonObject(query.expression) ? query.expression : query;
  return typeof collection === 'string' ? collection : undefined;
}

function standardExpression(filter: UnboundFilter, registry: RegistryType): JsonObject {
  const named = mapConditions(filter, (condition) => withoutPrefix(condition, registry));
  return writeMongoExpression(named, { dottedNames: true, writesEq: true });
}

/** `person.` and its like are variables of CEL texts, not parts of a record's paths. */
function withoutPrefix(condition: UnboundCondition, registry: RegistryType): UnboundFilter {
  if (condition.kind === 'identifier') throw noFormFor('The standard', 'an identifier among other conditions');
  const bare = condition.attribute.replace(/^(?:person|group|member|r)\./, '');
  const meant = attributesNamed(condition.attribute, registry);
  const same = attributesNamed(bare, registry);
  const isSame =
    meant.length === same.length &&
    meant.every(({ name, recordType }, index) => same[index]?.name === name && same[index].recordType === recordType);
  return isSame ? { ...condition, attribute: bare } : condition;
}

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
