import type { JsonObject } from '../json/value.ts';
import type { UnboundComparison, UnboundFilter, UnboundIn, UnboundValue } from '../query/unbound-filter.ts';
import { noFormFor } from './query-refusal.ts';

/** Members by which readers know a wrapping or another form of a query; as attributes they would be misread. */
const ambiguous = new Set([
  ...['type', 'value', 'expression', 'query', 'collection', 'seq', 'or', 'or_'],
  ...['attribute', 'attribute_name', 'operator', '__proto__'],
]);

/** How {@link writeMongoExpression} writes. */
export interface MongoOptions {
  /** Whether names of attributes may have dots; absent: no, because OpenG2P takes none. */
  readonly dottedNames?: boolean;
  /** Whether `$eq` is written; absent: a bare value means it. */
  readonly writesEq?: boolean;
}

/**
 * Writes a query as a Mongo-style expression (protocol.md section 7; dialects.md section 2): `$and`, `$or`, `$gt`, `$gte`,
 * `$lt`, `$lte`, `$in`; a bare value means `$eq`. Attributes have names without dots.
 *
 * @param filter - the query, its attributes under the names that the peer knows
 * @param options - for peers that read more
 * @returns for example `{$and: [{sex: "female"}, {birth_date: {$gte: "1990-01-01"}}]}`
 * @throws DciError `rjct.filter.invalid` for a negation, `has()`, an identifier among other conditions, parts of a text, and
 *   attributes whose name cannot stand in such an expression
 */
export function writeMongoExpression(filter: UnboundFilter, options: MongoOptions = {}): JsonObject {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { [`$${filter.kind}`]: filter.filters.map((part) => writeMongoExpression(part, options)) };
    case 'comparison':
    case 'in':
      return { [nameOf(filter.attribute, options)]: conditionOf(filter, options) };
    case 'not':
      throw noFormFor('A mongo expression', 'a negation that every peer understands');
    default:
      throw noFormFor(
        'A mongo expression',
        filter.kind === 'exists' ? 'has()' : 'an identifier among other conditions',
      );
  }
}

function conditionOf(
  filter: UnboundComparison | UnboundIn,
  { writesEq = false }: MongoOptions,
): UnboundValue | JsonObject {
  const values = filter.kind === 'in' ? filter.values : [filter.value];
  if (values.includes(null)) throw noFormFor('A mongo expression', 'a comparison with null');
  if (filter.kind === 'in') return { $in: filter.values };
  switch (filter.operator) {
    case 'eq':
      return writesEq ? { $eq: filter.value } : filter.value;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { [`$${filter.operator}`]: filter.value };
    default:
      throw noFormFor('A mongo expression', `the operator ${filter.operator}`);
  }
}

function nameOf(attribute: string, { dottedNames = false }: MongoOptions): string {
  const parts = dottedNames ? attribute.split('.') : [attribute];
  if (!parts.every((part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part)) || ambiguous.has(attribute)) {
    throw noFormFor('A mongo expression', 'an attribute whose name has dots or means something else');
  }
  return attribute;
}
