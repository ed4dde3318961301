import type {
  UnboundComparison,
  UnboundExists,
  UnboundFilter,
  UnboundIdentifier,
  UnboundIn,
} from '../query/unbound-filter.ts';

/** A part of a query that has no parts of its own. */
export type UnboundCondition = UnboundComparison | UnboundIn | UnboundExists | UnboundIdentifier;

/**
 * Replaces the conditions of a query, for example by the names and values of a family of peers.
 *
 * @param filter - the query
 * @param replace - gives what stands for a condition
 * @returns the query with the same groups
 * @throws whatever `replace` throws
 */
export function mapConditions(
  filter: UnboundFilter,
  replace: (condition: UnboundCondition) => UnboundFilter,
): UnboundFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map((part) => mapConditions(part, replace)) };
    case 'not':
      return { ...filter, filter: mapConditions(filter.filter, replace) };
    default:
      return replace(filter);
  }
}
