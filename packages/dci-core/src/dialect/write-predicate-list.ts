import type { JsonObject } from '../json/value.ts';
import type { ComparisonOperator } from '../query/filter.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import { noFormFor } from './query-refusal.ts';

/** The standard's operators (OpenAPI v1.0.0, `ExpPredicate`), without `in`, whose list its files do not allow. */
const operators: Readonly<Partial<Record<ComparisonOperator, string>>> = {
  eq: 'eq',
  gt: 'gt',
  gte: 'ge',
  lt: 'lt',
  lte: 'le',
};

/**
 * Writes a query as the standard's predicate list (OpenAPI v1.0.0, `ExpPredicateWithConditionList`; protocol.md section 7).
 * Each item has one expression and no condition, because peers differ in what a condition within an item means; the items
 * are ANDed by all.
 *
 * @param filter - the query: comparisons that must all hold
 * @returns the list
 * @throws DciError `rjct.filter.invalid` for anything else
 */
export function writePredicateList(filter: UnboundFilter): readonly JsonObject[] {
  return comparisonsOf(filter).map((expression1, index) => ({ seq_num: index + 1, expression1 }));
}

function comparisonsOf(filter: UnboundFilter): readonly JsonObject[] {
  if (filter.kind === 'and') return filter.filters.flatMap(comparisonsOf);
  if (filter.kind !== 'comparison') throw noFormFor('A predicate list', 'anything but comparisons that must all hold');
  const operator = operators[filter.operator];
  if (operator === undefined) throw noFormFor('A predicate list', `the operator ${filter.operator}`);
  if (filter.value === null) throw noFormFor('A predicate list', 'a comparison with null');
  return [{ attribute_name: filter.attribute, operator, attribute_value: filter.value }];
}
