import type { AttributeType } from '../registry-type/registry-type.ts';
import type { FoundAttribute } from './attribute-lookup.ts';
import { toAttributeValue, toNumber, toText } from './attribute-value.ts';
import { allOf, anyOf } from './combine.ts';
import { addDays, readDate } from './date-value.ts';
import type { AttributeValue, ComparisonOperator, Filter } from './filter.ts';
import { invalidFilter } from './query-error.ts';
import type { UnboundValue } from './unbound-filter.ts';

/** An attribute and the name that the sender used for it; the name is all that an error may tell. */
export interface WrittenAttribute extends FoundAttribute {
  readonly writtenName: string;
}

const typeNames: Readonly<Record<AttributeType, string>> = {
  string: 'text',
  code: 'a code',
  date: 'a date (YYYY-MM-DD)',
  datetime: 'a date-time (RFC 3339) or a date',
  integer: 'a whole number',
  decimal: 'a number',
  boolean: 'true or false',
};

/**
 * Binds a comparison of an attribute with one value (protocol.md section 7):
 *
 * - `contains`, `startsWith`, `endsWith` take text, and text and code attributes only; codes are matched
 *   as codes, not by their labels;
 * - booleans can only be equal;
 * - a date-time compared with a date is compared with that whole UTC day;
 * - a whole number compared with a fraction is compared with the whole number next to it.
 *
 * @param attribute - an attribute with a path
 * @param operator - the comparison
 * @param value - the value as sent, not null
 * @returns the bound filter
 * @throws DciError `rjct.filter.invalid` naming the attribute as the sender wrote it
 */
export function bindComparison(attribute: WrittenAttribute, operator: ComparisonOperator, value: UnboundValue): Filter {
  const { type } = attribute.definition;
  switch (operator) {
    case 'contains':
    case 'startsWith':
    case 'endsWith': {
      if (type !== 'string' && type !== 'code') {
        throw invalidFilter(
          `The attribute ${attribute.writtenName} is not text: contains, startsWith and endsWith do not apply.`,
        );
      }
      const text = toText(value);
      if (text === undefined) throw wrongType(attribute, 'text');
      return comparison(attribute, operator, text);
    }
    default:
      if (type === 'boolean' && operator !== 'eq') {
        throw invalidFilter(`The attribute ${attribute.writtenName} is true or false: only = and != apply.`);
      }
      if (type === 'datetime') return bindDateTime(attribute, operator, value);
      if (type === 'integer') return bindInteger(attribute, operator, value);
      return comparison(attribute, operator, requireValue(attribute, value));
  }
}

/**
 * Binds a comparison of an attribute with a list of values: equal to one of them, each as in
 * {@link bindComparison}.
 *
 * @param attribute - an attribute with a path
 * @param values - the values as sent, none of them null
 * @returns the bound filter
 * @throws DciError `rjct.filter.invalid` naming the attribute as the sender wrote it
 */
export function bindIn(attribute: WrittenAttribute, values: readonly UnboundValue[]): Filter {
  const listed: AttributeValue[] = [];
  const others: Filter[] = [];
  for (const value of values) {
    const filter = bindComparison(attribute, 'eq', value);
    if (filter.kind === 'comparison') listed.push(filter.value);
    else others.push(filter);
  }
  const unique = [...new Set(listed)];
  const [first] = unique;
  if (first === undefined) return anyOf(others);
  const inList: Filter =
    unique.length === 1
      ? comparison(attribute, 'eq', first)
      : { kind: 'in', attribute: attribute.name, values: unique };
  return anyOf([inList, ...others]);
}

type OrderOperator = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

function bindDateTime(attribute: WrittenAttribute, operator: OrderOperator, value: UnboundValue): Filter {
  const reading = typeof value === 'string' ? readDate(value) : undefined;
  if (reading === undefined) throw wrongType(attribute);
  if (reading.hasTime) return comparison(attribute, operator, reading.instant);
  const start = `${reading.day}T00:00:00.000Z`;
  const nextDay = addDays(reading.day, 1);
  const isBefore = (instant: string): Filter => comparison(attribute, 'lt', instant);
  const isFrom = (instant: string): Filter => comparison(attribute, 'gte', instant);
  // The last day that can be written has no next one: every date-time that can be written is before its end.
  const end = nextDay === undefined ? `${reading.day}T23:59:59.999Z` : `${nextDay}T00:00:00.000Z`;
  switch (operator) {
    case 'gte':
      return isFrom(start);
    case 'lt':
      return isBefore(start);
    case 'gt':
      return isFrom(end);
    case 'lte':
      return isBefore(end);
    case 'eq':
      if (attribute.definition.many === true) {
        // One of several values must lie in the day, which two separate comparisons cannot say.
        throw invalidFilter(`The attribute ${attribute.writtenName} needs a date and a time to be equal to.`);
      }
      return allOf([isFrom(start), isBefore(end)]);
  }
}

function bindInteger(attribute: WrittenAttribute, operator: OrderOperator, value: UnboundValue): Filter {
  const number = toNumber(value);
  if (number === undefined) throw wrongType(attribute);
  if (Number.isSafeInteger(number)) return comparison(attribute, operator, number);
  if (operator === 'eq') return { kind: 'constant', value: false };
  const isLower = operator === 'gt' || operator === 'gte';
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) {
    // Attribute values are safe integers, so all of them lie on the same side of this one.
    const holds = isLower === number < 0;
    return holds ? { kind: 'exists', attribute: attribute.name } : { kind: 'constant', value: false };
  }
  return isLower ? comparison(attribute, 'gte', Math.ceil(number)) : comparison(attribute, 'lte', Math.floor(number));
}

function comparison(attribute: WrittenAttribute, operator: ComparisonOperator, value: AttributeValue): Filter {
  return { kind: 'comparison', attribute: attribute.name, operator, value };
}

function requireValue(attribute: WrittenAttribute, value: UnboundValue): AttributeValue {
  const bound = toAttributeValue(value, attribute.definition);
  if (bound === undefined) throw wrongType(attribute);
  return bound;
}

function wrongType(attribute: WrittenAttribute, expected = typeNames[attribute.definition.type]): Error {
  return invalidFilter(`The attribute ${attribute.writtenName} needs ${expected}.`);
}
