import type { JsonObject } from '../json/value.ts';
import type { ComparisonOperator } from '../query/filter.ts';
import type { UnboundComparison, UnboundFilter, UnboundIn } from '../query/unbound-filter.ts';
import { noFormFor } from './query-refusal.ts';

/** The operators that OpenSPP documents; any other is passed to its database as it is. */
const operators: Readonly<Partial<Record<ComparisonOperator, string>>> = {
  eq: '=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  contains: 'contains',
};

/**
 * Writes a query with `seq` and `or` (protocol.md section 7; dialects.md sections 2 and 4). There is always a `seq`, because
 * OpenSPP takes an object without one for "everybody", never an `or` beside it, and every alternative is an expression of
 * its own: the one form that all readers understand alike.
 *
 * @param filter - the query, its attributes under the names that the peer knows
 * @returns for example `{seq: [{attribute: "sex", operator: "=", value: "female"}, {or: [{seq: […]}, {seq: […]}]}]}`
 * @throws DciError `rjct.filter.invalid` for a negation, `has()`, an identifier among other conditions, and operators that
 *   the form does not have
 */
export function writeSequenceExpression(filter: UnboundFilter): JsonObject {
  return { seq: partsOf(filter) };
}

/** What must hold together. */
function partsOf(filter: UnboundFilter): readonly JsonObject[] {
  switch (filter.kind) {
    case 'and':
      return filter.filters.flatMap(partsOf);
    case 'or':
      return [{ or: alternativesOf(filter).map((part) => ({ seq: partsOf(part) })) }];
    case 'comparison':
    case 'in':
      return [conditionOf(filter)];
    case 'not':
      throw noFormFor('A seq expression', 'a negation');
    default:
      throw noFormFor('A seq expression', filter.kind === 'exists' ? 'has()' : 'an identifier among other conditions');
  }
}

function alternativesOf(filter: UnboundFilter): readonly UnboundFilter[] {
  return filter.kind === 'or' ? filter.filters.flatMap(alternativesOf) : [filter];
}

function conditionOf(filter: UnboundComparison | UnboundIn): JsonObject {
  const { attribute } = filter;
  if (filter.kind === 'in') return { attribute, operator: 'in', value: filter.values };
  const operator = operators[filter.operator];
  if (operator === undefined) throw noFormFor('A seq expression', `the operator ${filter.operator}`);
  return { attribute, operator, value: filter.value };
}
