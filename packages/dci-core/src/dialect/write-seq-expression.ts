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
 * Writes a query as a `seq` expression (protocol.md section 7; dialects.md sections 2 and 4): conditions that must all hold.
 * Alternatives are not written. OpenSPP takes an object without `seq` for "everybody", also one with `or` alone, and an `or`
 * beside a `seq` for an alternative to it, where its documents and others read something else.
 *
 * @param filter - the query, its attributes under the names that the peer knows
 * @returns for example `{seq: [{attribute: "sex", operator: "=", value: "female"}]}`
 * @throws DciError `rjct.filter.invalid` for alternatives, a negation, `has()`, an identifier among other conditions, and
 *   operators that the form does not have
 */
export function writeSequenceExpression(filter: UnboundFilter): JsonObject {
  return { seq: conditionsOf(filter) };
}

/**
 * @param filter - a query
 * @returns whether {@link writeSequenceExpression} has a form for it
 */
export function isSequence(filter: UnboundFilter): boolean {
  if (filter.kind === 'and') return filter.filters.every(isSequence);
  return filter.kind === 'in' || (filter.kind === 'comparison' && operators[filter.operator] !== undefined);
}

/** What must hold together. */
function conditionsOf(filter: UnboundFilter): readonly JsonObject[] {
  switch (filter.kind) {
    case 'and':
      return filter.filters.flatMap(conditionsOf);
    case 'comparison':
    case 'in':
      return [conditionOf(filter)];
    default:
      throw noFormFor('A seq expression', 'anything but conditions that must all hold');
  }
}

function conditionOf(filter: UnboundComparison | UnboundIn): JsonObject {
  const { attribute } = filter;
  if (filter.kind === 'in') return { attribute, operator: 'in', value: filter.values };
  const operator = operators[filter.operator];
  if (operator === undefined) throw noFormFor('A seq expression', `the operator ${filter.operator}`);
  return { attribute, operator, value: filter.value };
}
