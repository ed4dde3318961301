import { findAttribute } from '../query/attribute-lookup.ts';
import { toAttributeValue } from '../query/attribute-value.ts';
import { addDays, readDate } from '../query/date-value.ts';
import { invalidFilter } from '../query/query-error.ts';
import type { UnboundComparison, UnboundFilter, UnboundValue } from '../query/unbound-filter.ts';
import type { AttributeDefinition, RegistryType } from '../registry-type/registry-type.ts';
import { social } from '../registry-type/social.ts';
import type { WrittenQuery } from './dialect.ts';
import { identifierAsked } from './identifier-query.ts';
import { mapConditions, type UnboundCondition } from './map-conditions.ts';
import { noFormFor } from './query-refusal.ts';
import { writeCel } from './write-cel.ts';
import { isSequence, writeSequenceExpression } from './write-seq-expression.ts';

/**
 * Our attributes → those that OpenSPP searches by (records.md section 12), and the fields of Odoo that its documents search
 * by or map to (seeds). Every other name it takes for a field of its database.
 */
const expressionNames: Readonly<Record<string, string>> = {
  name: 'name',
  'name.given_name': 'given_name',
  'name.surname': 'surname',
  birth_date: 'birth_date',
  sex: 'sex',
  phone_number: 'phone',
  email: 'email',
  'address.locality': 'locality',
  'address.region_code': 'region',
  'address.country_code': 'country',
  'area_id.code': 'area_id.code',
  is_registrant: 'is_registrant',
  registration_date: 'create_date',
  last_updated: 'write_date',
};

/** What its predicates know: the seeds' example has `person.age >= 18 && person.has_disability == true`. */
const predicateNames: Readonly<Record<string, string>> = {
  ...expressionNames,
  age: 'age',
  is_disabled: 'has_disability',
};

const textOperators: readonly string[] = ['contains', 'startsWith', 'endsWith'];

/**
 * Writes a query as OpenSPP understands it (dialects.md sections 2 and 4): an identifier, a `seq` expression where that can
 * say it, else CEL. Never an object without `seq`, which finds every registrant, and never a name that OpenSPP does not
 * know, which it would look for in its database.
 *
 * @param filter - the query
 * @param registry - the registry asked
 * @returns query type and query
 * @throws DciError `rjct.filter.invalid` when it has no form for the query
 */
export function writeOpensppQuery(filter: UnboundFilter, registry: RegistryType): WrittenQuery {
  const identifier = identifierAsked(filter, registry);
  if (identifier !== undefined) {
    return { queryType: 'idtype-value', query: { type: identifier.identifierType, value: identifier.value } };
  }
  if (isSequence(filter) && namesKnown(filter)) {
    const named = mapConditions(filter, (condition) => translate(condition, expressionNames));
    return { queryType: 'expression', query: writeSequenceExpression(named) };
  }
  const named = mapConditions(filter, (condition) => translate(condition, predicateNames));
  return {
    queryType: 'predicate',
    query: writeCel(mapConditions(named, (condition) => withPrefix(condition))),
  };
}

/**
 * @param attribute - an attribute to sort by, as the caller wrote it
 * @returns OpenSPP's name of it; `undefined` when it knows none
 */
export function opensppAttribute(attribute: string): string | undefined {
  const found = definitionOf(attribute);
  return found === undefined || !Object.hasOwn(expressionNames, found.name) ? undefined : expressionNames[found.name];
}

/** Whether an expression knows the attributes; else CEL may. */
function namesKnown(filter: UnboundFilter): boolean {
  if (filter.kind === 'and') return filter.filters.every(namesKnown);
  return 'attribute' in filter && opensppAttribute(filter.attribute) !== undefined;
}

function definitionOf(
  attribute: string,
): { readonly name: string; readonly definition: AttributeDefinition } | undefined {
  return findAttribute(attribute, { recordType: social.recordTypes[0] });
}

function translate(condition: UnboundCondition, names: Readonly<Record<string, string>>): UnboundFilter {
  if (condition.kind === 'identifier') throw noFormFor('OpenSPP', 'an identifier among other conditions');
  const found = definitionOf(condition.attribute);
  const attribute = found === undefined || !Object.hasOwn(names, found.name) ? undefined : names[found.name];
  if (found === undefined || attribute === undefined) {
    throw noFormFor('OpenSPP', `the attribute ${condition.attribute}`);
  }
  const { definition } = found;
  if (definition.type === 'datetime') return translateTime({ ...condition, attribute }, names);
  if (condition.kind === 'exists') return { ...condition, attribute };
  if (condition.kind === 'in') {
    return {
      ...condition,
      attribute,
      values: condition.values.map((value) => knownValue(value, condition, definition)),
    };
  }
  checkOperator(condition, definition);
  return { ...condition, attribute, value: knownValue(condition.value, condition, definition) };
}

/** Odoo orders texts by the language of its database, and takes `%` and `_` for wildcards. */
function checkOperator({ attribute, operator, value }: UnboundComparison, { type }: AttributeDefinition): void {
  if (operator === 'eq') return;
  if (!textOperators.includes(operator)) {
    if (type !== 'date' && type !== 'integer') throw noFormFor('OpenSPP', `the order of ${attribute}`);
  } else if (type !== 'string') {
    throw invalidFilter(`The attribute ${attribute} is not text: contains, startsWith and endsWith do not apply.`);
  } else if (typeof value === 'string' && /[%_\\]/.test(value)) {
    throw noFormFor('OpenSPP', `%, _ and \\ in a part of ${attribute}, which it takes for wildcards`);
  }
}

function knownValue(
  value: UnboundValue,
  { attribute }: { attribute: string },
  definition: AttributeDefinition,
): UnboundValue {
  const known = toAttributeValue(value, definition);
  if (known === undefined) throw invalidFilter(`The attribute ${attribute} has no such value.`);
  return known;
}

/** Times as Odoo has them, `2026-01-31 10:30:00` in UTC, and a day as the time from its beginning to the next. */
function translateTime(
  condition: Exclude<UnboundCondition, { kind: 'identifier' }>,
  names: Readonly<Record<string, string>>,
): UnboundFilter {
  const { attribute } = condition;
  if (names !== expressionNames || condition.kind === 'exists') {
    throw noFormFor('OpenSPP', `${attribute} in a predicate`);
  }
  if (condition.kind === 'in') throw noFormFor('OpenSPP', `a list of times in ${attribute}`);
  return compareTime(attribute, condition.operator, condition.value);
}

function compareTime(attribute: string, operator: UnboundComparison['operator'], value: UnboundValue): UnboundFilter {
  const date = typeof value === 'string' ? readDate(value) : undefined;
  if (date === undefined) throw invalidFilter(`The attribute ${attribute} needs a date or a time.`);
  const comparison = (at: string, sign: UnboundComparison['operator']): UnboundComparison => ({
    kind: 'comparison',
    attribute,
    operator: sign,
    value: at,
  });
  if (date.hasTime) return compareInstant(date.instant, operator, comparison);
  const next = addDays(date.day, 1);
  if (next === undefined) throw noFormFor('OpenSPP', `such a day in ${attribute}`);
  const [begin, end] = [`${date.day} 00:00:00`, `${next} 00:00:00`];
  switch (operator) {
    case 'eq':
      return { kind: 'and', filters: [comparison(begin, 'gte'), comparison(end, 'lt')] };
    case 'gte':
      return comparison(begin, 'gte');
    case 'gt':
      return comparison(end, 'gte');
    case 'lt':
      return comparison(begin, 'lt');
    case 'lte':
      return comparison(end, 'lt');
    default:
      throw invalidFilter(`The attribute ${attribute} is not text: contains, startsWith and endsWith do not apply.`);
  }
}

/** In whole seconds; the last millisecond of one ends where the next begins. */
function compareInstant(
  instant: string,
  operator: UnboundComparison['operator'],
  comparison: (at: string, sign: UnboundComparison['operator']) => UnboundComparison,
): UnboundComparison {
  const at = (text: string): string => text.slice(0, 19).replace('T', ' ');
  if (textOperators.includes(operator))
    throw invalidFilter('A time is not text: contains, startsWith and endsWith do not apply.');
  if (instant.endsWith('.000Z')) return comparison(at(instant), operator);
  const sign = operator === 'lte' ? 'lt' : operator === 'gt' ? 'gte' : undefined;
  if (!instant.endsWith('.999Z') || sign === undefined) throw noFormFor('OpenSPP', 'fractions of a second');
  return comparison(at(new Date(Date.parse(instant) + 1).toISOString()), sign);
}

function withPrefix(condition: UnboundCondition): UnboundFilter {
  return condition.kind === 'identifier' ? condition : { ...condition, attribute: `person.${condition.attribute}` };
}
