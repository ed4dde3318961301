import type { JsonObject } from '../json/value.ts';
import type { UnboundComparison, UnboundFilter, UnboundIn, UnboundValue } from '../query/unbound-filter.ts';
import { noFormFor } from './query-refusal.ts';

/** Members by which readers know a wrapping or another form of a query; as attributes they would be misread. */
const ambiguous = new Set([
  ...['type', 'value', 'expression', 'query', 'collection', 'seq', 'or', 'or_'],
  ...['attribute', 'attribute_name', 'operator', '__proto__'],
]);

/**
 * Writes a query as a Mongo-style expression (protocol.md section 7; dialects.md section 2): `$and`, `$or`, `$gt`, `$gte`,
 * `$lt`, `$lte`, `$in`; a bare value means `$eq`. Attributes have names without dots.
 *
 * @param filter - the query, its attributes under the names that the peer knows
 * @returns for example `{$and: [{sex: "female"}, {birth_date: {$gte: "1990-01-01"}}]}`
 * @throws DciError `rjct.filter.invalid` for a negation, `has()`, an identifier among other conditions, parts of a text, and
 *   attributes whose name cannot stand in such an expression
 */
export function writeMongoExpression(filter: UnboundFilter): JsonObject {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { [`$${filter.kind}`]: filter.filters.map(writeMongoExpression) };
    case 'comparison':
    case 'in':
      return { [nameOf(filter.attribute)]: conditionOf(filter) };
    case 'not':
      throw noFormFor('A mongo expression', 'a negation that every peer understands');
    default:
      throw noFormFor(
        'A mongo expression',
        filter.kind === 'exists' ? 'has()' : 'an identifier among other conditions',
      );
  }
}

function conditionOf(filter: UnboundComparison | UnboundIn): UnboundValue | JsonObject {
  const values = filter.kind === 'in' ? filter.values : [filter.value];
  if (values.includes(null)) throw noFormFor('A mongo expression', 'a comparison with null');
  if (filter.kind === 'in') return { $in: filter.values };
  switch (filter.operator) {
    case 'eq':
      return filter.value;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { [`$${filter.operator}`]: filter.value };
    default:
      throw noFormFor('A mongo expression', `the operator ${filter.operator}`);
  }
}

function nameOf(attribute: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(attribute) || ambiguous.has(attribute)) {
    throw noFormFor('A mongo expression', 'an attribute whose name has dots or means something else');
  }
  return attribute;
}
