import type { JsonObject, JsonValue } from '../json/value.ts';
import type { ComparisonOperator } from './filter.ts';
import { invalidFilter, unusableFilter } from './query-error.ts';
import type { QuerySize } from './query-limits.ts';
import type { UnboundFilter, UnboundValue } from './unbound-filter.ts';

/** How many wrappings such as `{expression: …}` are looked through; real peers nest at most four. */
export const maxWrappings = 6;

const comparisonOperators: Readonly<Record<string, ComparisonOperator>> = {
  '=': 'eq',
  '==': 'eq',
  eq: 'eq',
  '>': 'gt',
  gt: 'gt',
  '>=': 'gte',
  ge: 'gte',
  gte: 'gte',
  '<': 'lt',
  lt: 'lt',
  '<=': 'lte',
  le: 'lte',
  lte: 'lte',
  contains: 'contains',
  like: 'contains',
  startswith: 'startsWith',
  endswith: 'endsWith',
};

const negatedOperators: Readonly<Record<string, 'eq' | 'in'>> = { '!=': 'eq', ne: 'eq', nin: 'in' };

/**
 * Builds the comparison that a JSON query form states. Operators are read in any case, with or without a
 * leading `$`; `!=` and `nin` become a negation. `in` with a single value counts as a list of one.
 *
 * @param attribute - the attribute as sent
 * @param operator - the operator as sent
 * @param value - the value as sent
 * @param size - counts the comparison and its values
 * @returns the unbound comparison
 * @throws DciError `rjct.filter.invalid`
 */
export function readComparison(
  attribute: JsonValue | undefined,
  operator: JsonValue | undefined,
  value: JsonValue | undefined,
  size: QuerySize,
): UnboundFilter {
  size.comparison();
  if (typeof attribute !== 'string' || attribute === '') throw unusableFilter();
  if (typeof operator !== 'string') throw invalidFilter('A comparison has no operator.');
  const name = (operator.startsWith('$') ? operator.slice(1) : operator).toLowerCase();
  const negated = Object.hasOwn(negatedOperators, name) ? negatedOperators[name] : undefined;
  if (name === 'in' || negated === 'in') {
    const values = readList(value, size);
    const filter: UnboundFilter = { kind: 'in', attribute, values };
    return negated === 'in' ? { kind: 'not', filter } : filter;
  }
  const known = Object.hasOwn(comparisonOperators, name) ? comparisonOperators[name] : negated;
  if (known === undefined) {
    throw invalidFilter(
      'The query has an operator that is not supported; supported are = != > >= < <= in nin contains startsWith endsWith.',
    );
  }
  const filter: UnboundFilter = { kind: 'comparison', attribute, operator: known, value: readScalar(value) };
  return negated === 'eq' ? { kind: 'not', filter } : filter;
}

/**
 * Joins the parts of a group.
 *
 * @param kind - how they are joined
 * @param parts - the parts
 * @returns the group, or the part itself when there is only one
 * @throws DciError `rjct.filter.invalid` when there is none
 */
export function joinParts(kind: 'and' | 'or', parts: readonly UnboundFilter[]): UnboundFilter {
  const [first] = parts;
  if (first === undefined) throw unusableFilter();
  return parts.length === 1 ? first : { kind, filters: parts };
}

/**
 * Refuses what is not understood: a member that is passed over could be the condition that matters.
 * Members that are `null` or start with `@` (JSON-LD) are no conditions.
 *
 * @param object - part of a query
 * @param allowed - the members that the form knows
 * @throws DciError `rjct.filter.invalid`
 */
export function requireOnly(object: JsonObject, allowed: readonly string[]): void {
  if (!hasOnly(object, allowed)) throw invalidFilter('The query has a member that is not understood here.');
}

/**
 * Tells whether an object has no members but these, as {@link requireOnly} counts them.
 *
 * @param object - part of a query
 * @param allowed - member names
 * @returns true when it has none besides
 */
export function hasOnly(object: JsonObject, allowed: readonly string[]): boolean {
  return membersOf(object).every((name) => allowed.includes(name));
}

/**
 * Lists the members of an object that say something.
 *
 * @param object - part of a query
 * @returns names of all members that are neither `null`, absent nor JSON-LD keywords
 */
export function membersOf(object: JsonObject): readonly string[] {
  return Object.keys(object).filter(
    (name) => object[name] !== undefined && object[name] !== null && !name.startsWith('@'),
  );
}

/**
 * @returns the refusal of a query in more than {@link maxWrappings} wrappings
 */
export function tooManyWrappings(): Error {
  return invalidFilter('The expression is wrapped too often.');
}

function readList(value: JsonValue | undefined, size: QuerySize): readonly UnboundValue[] {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [value ?? null];
  size.inValues(items.length);
  if (items.length === 0) throw invalidFilter('A list of values is empty.');
  return items.map(readScalar);
}

function readScalar(value: JsonValue | undefined): UnboundValue {
  if (value === undefined) throw invalidFilter('A comparison has no value.');
  if (typeof value === 'object' && value !== null) {
    throw invalidFilter('A comparison has a value that is neither text, number nor boolean.');
  }
  return value;
}
