import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json/value.ts';
import { toNumber } from './attribute-value.ts';
import { invalidFilter } from './query-error.ts';
import type { QuerySize } from './query-limits.ts';
import { joinParts, readComparison, requireOnly } from './query-parts.ts';
import type { UnboundFilter } from './unbound-filter.ts';

/**
 * Parses the standard's list of `{seq_num, expression1, condition, expression2}` (OpenAPI v1.0.0,
 * `ExpPredicateWithConditionList`; protocol.md section 7). Items are ANDed in order of `seq_num`, those
 * without one after the others. Within an item, which the standard leaves undefined:
 *
 * | condition | with expression2 | without expression2 |
 * |---|---|---|
 * | `and`, or absent | both hold | expression1 holds |
 * | `or` | one holds | refused: what the alternative is, is not said |
 * | `not` | expression1 holds and expression2 does not | expression1 does not hold |
 *
 * An item may also be a bare `{attribute_name, operator, attribute_value}`.
 *
 * @param list - the query
 * @param size - counts what it holds
 * @returns the unbound filter
 * @throws DciError `rjct.filter.invalid`
 */
export function parsePredicateList(list: JsonArray, size: QuerySize): UnboundFilter {
  size.group(1, list.length);
  const items = list.map((item) => {
    if (!isJsonObject(item)) throw invalidFilter('An item of the predicate list is not an object.');
    return { rank: readRank(item.seq_num), item };
  });
  items.sort((left, right) => left.rank - right.rank);
  return joinParts(
    'and',
    items.map(({ item }) => readItem(item, size)),
  );
}

function readRank(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return Number.MAX_VALUE;
  const rank = toNumber(value);
  if (rank === undefined) throw invalidFilter('A seq_num of the predicate list is not a number.');
  return rank;
}

function readItem(item: JsonObject, size: QuerySize): UnboundFilter {
  if (item.attribute_name !== undefined || item.attribute !== undefined) {
    const { seq_num: _, ...comparison } = item;
    return readExpression(comparison, size);
  }
  requireOnly(item, ['seq_num', 'expression1', 'condition', 'expression2']);
  const first = readExpression(item.expression1, size);
  const hasSecond = item.expression2 !== undefined && item.expression2 !== null;
  const second = hasSecond ? readExpression(item.expression2, size) : undefined;
  const condition = item.condition ?? 'and';
  switch (typeof condition === 'string' ? condition.toLowerCase() : undefined) {
    case 'and':
      return second === undefined ? first : { kind: 'and', filters: [first, second] };
    case 'or':
      if (second === undefined) throw invalidFilter('An item of the predicate list has "or" but no expression2.');
      return { kind: 'or', filters: [first, second] };
    case 'not':
      return second === undefined
        ? { kind: 'not', filter: first }
        : { kind: 'and', filters: [first, { kind: 'not', filter: second }] };
    default:
      throw invalidFilter('A condition of the predicate list is none of and, or, not.');
  }
}

function readExpression(expression: JsonValue | undefined, size: QuerySize): UnboundFilter {
  if (!isJsonObject(expression)) throw invalidFilter('An item of the predicate list has no expression1.');
  requireOnly(expression, ['attribute_name', 'attribute', 'operator', 'attribute_value', 'value']);
  const value = expression.attribute_value === undefined ? expression.value : expression.attribute_value;
  return readComparison(expression.attribute_name ?? expression.attribute, expression.operator, value, size);
}
