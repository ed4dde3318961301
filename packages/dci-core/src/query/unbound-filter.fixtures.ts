import fc from 'fast-check';
import type { JsonValue } from '../json/value.ts';
import type { RecordType } from '../registry-type/registry-type.ts';
import { toAttributeValue } from './attribute-value.ts';
import type { UnboundComparison, UnboundFilter, UnboundIn, UnboundValue } from './unbound-filter.ts';
import { attributeValueArbitrary } from './values.fixtures.ts';

/**
 * Random parsed queries that every query form can write: no identifier match, no `exists`.
 *
 * @param recordType - the record type whose attributes are used, under their canonical names
 * @returns an arbitrary of unbound filters that can be bound to the record type
 */
export function unboundFilterArbitrary(recordType: RecordType): fc.Arbitrary<UnboundFilter> {
  const leaves = Object.entries(recordType.attributes).map(([attribute, definition]): fc.Arbitrary<UnboundFilter> => {
    const value = attributeValueArbitrary(definition)
      .filter((written) => toAttributeValue(written, definition) !== undefined)
      .map((written) => written as UnboundValue);
    const isText = definition.type === 'string' || definition.type === 'code';
    // Of several date-times none can be compared with a whole day, and of several ages only few.
    const isPlain = definition.type === 'boolean' || (definition.many === true && definition.type === 'datetime');
    const operators = isPlain
      ? (['eq'] as const)
      : isText
        ? (['eq', 'lt', 'gte', 'contains', 'startsWith', 'endsWith'] as const)
        : (['eq', 'gt', 'gte', 'lt', 'lte'] as const);
    const exact =
      definition.type === 'datetime'
        ? value.filter((written) => typeof written === 'string' && written.length > 10)
        : value;
    return fc.oneof(
      fc.record<UnboundComparison>({
        kind: fc.constant('comparison'),
        attribute: fc.constant(attribute),
        operator: fc.constantFrom(...operators),
        value: isPlain ? exact : value,
      }),
      fc.record<UnboundIn>({
        kind: fc.constant('in'),
        attribute: fc.constant(attribute),
        values: fc.array(exact, { minLength: 1, maxLength: definition.ageFrom === undefined ? 4 : 2 }),
      }),
    );
  });
  const { filter } = fc.letrec<{ filter: UnboundFilter }>((tie) => {
    const parts = fc.array(tie('filter'), { minLength: 2, maxLength: 3 });
    return {
      filter: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        { weight: 3, arbitrary: fc.oneof(...leaves) },
        { weight: 1, arbitrary: parts.map((filters): UnboundFilter => ({ kind: 'and', filters })) },
        { weight: 1, arbitrary: parts.map((filters): UnboundFilter => ({ kind: 'or', filters })) },
        { weight: 1, arbitrary: tie('filter').map((inner): UnboundFilter => ({ kind: 'not', filter: inner })) },
      ),
    };
  });
  return filter;
}

/**
 * Writes a parsed query in the standard's Mongo-style form.
 *
 * @param filter - a filter of {@link unboundFilterArbitrary}
 * @returns the query
 */
export function writeMongo(filter: UnboundFilter): JsonValue {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { [`$${filter.kind}`]: filter.filters.map(writeMongo) };
    case 'not':
      return { $not: writeMongo(filter.filter) };
    case 'comparison':
      return { [filter.attribute]: { [`$${filter.operator}`]: filter.value } };
    case 'in':
      return { [filter.attribute]: { in: filter.values } };
    default:
      throw new Error('no such form');
  }
}

/**
 * Writes a parsed query with `seq` and `or`. There is no negation: `not` goes down to the comparisons, as
 * `ne` and `nin`, and for others than these it is not possible.
 *
 * @param filter - a filter of {@link unboundFilterArbitrary}
 * @param isNegated - writes the opposite
 * @returns the query, or `undefined` where it cannot be written
 */
export function writeSequence(filter: UnboundFilter, isNegated = false): JsonValue | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => writeSequence(part, isNegated));
      const written = parts.filter((part) => part !== undefined);
      if (written.length < parts.length) return undefined;
      return { [(filter.kind === 'and') !== isNegated ? 'seq' : 'or']: written };
    }
    case 'not':
      return writeSequence(filter.filter, !isNegated);
    case 'comparison':
      if (isNegated && filter.operator !== 'eq') return undefined;
      return { attribute: filter.attribute, operator: isNegated ? '!=' : filter.operator, value: filter.value };
    case 'in':
      return { attribute: filter.attribute, operator: isNegated ? 'nin' : 'in', value: filter.values };
    default:
      throw new Error('no such form');
  }
}

/**
 * Writes a parsed query as the standard's predicate list: items of at most two comparisons, ANDed.
 *
 * @param filter - a filter of {@link unboundFilterArbitrary}
 * @returns the query, or `undefined` where the list cannot say it
 */
export function writePredicateList(filter: UnboundFilter): JsonValue | undefined {
  const items = (filter.kind === 'and' ? filter.filters : [filter]).map((part, index) => {
    const item = writeItem(part);
    return item === undefined ? undefined : { seq_num: index + 1, ...item };
  });
  const written = items.filter((item) => item !== undefined);
  return written.length < items.length ? undefined : written;
}

function writeItem(filter: UnboundFilter): { readonly [name: string]: JsonValue } | undefined {
  if (filter.kind === 'comparison' || filter.kind === 'in') return { expression1: writePredicate(filter) };
  if (filter.kind === 'not') {
    const item = writeItem(filter.filter);
    return item === undefined || 'condition' in item ? undefined : { ...item, condition: 'not' };
  }
  if (filter.kind !== 'or' || filter.filters.length !== 2) return undefined;
  const [first, second] = filter.filters;
  const isLeaf = (part: UnboundFilter | undefined): part is UnboundComparison | UnboundIn =>
    part?.kind === 'comparison' || part?.kind === 'in';
  if (!isLeaf(first) || !isLeaf(second)) return undefined;
  return { expression1: writePredicate(first), condition: 'or', expression2: writePredicate(second) };
}

function writePredicate(filter: UnboundComparison | UnboundIn): JsonValue {
  const isList = filter.kind === 'in';
  return {
    attribute_name: filter.attribute,
    operator: isList ? 'in' : filter.operator,
    attribute_value: isList ? filter.values : filter.value,
  };
}

const celSymbols = { eq: '==', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/**
 * Writes a parsed query as a CEL predicate.
 *
 * @param filter - a filter of {@link unboundFilterArbitrary}
 * @returns the predicate
 */
export function writeCel(filter: UnboundFilter): string {
  switch (filter.kind) {
    case 'and':
      return `(${filter.filters.map(writeCel).join(' && ')})`;
    case 'or':
      return `(${filter.filters.map(writeCel).join(' || ')})`;
    case 'not':
      return `!(${writeCel(filter.filter)})`;
    case 'in':
      return `person.${filter.attribute} in [${filter.values.map(celLiteral).join(', ')}]`;
    case 'comparison': {
      const { attribute, operator } = filter;
      const value = celLiteral(filter.value);
      if (operator === 'contains' || operator === 'startsWith' || operator === 'endsWith') {
        return `${attribute}.${operator}(${value})`;
      }
      return `${attribute} ${celSymbols[operator]} ${value}`;
    }
    default:
      throw new Error('no such form');
  }
}

function celLiteral(value: UnboundValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
