import type { Filter } from './filter.ts';

/**
 * Combines filters with "and": nested `and` is flattened, constants are folded away.
 *
 * @param filters - at least one
 * @returns one filter, true where all of them are; the constant true when there is none
 */
export function allOf(filters: readonly Filter[]): Filter {
  return combine('and', filters);
}

/**
 * Combines filters with "or": nested `or` is flattened, constants are folded away.
 *
 * @param filters - at least one
 * @returns one filter, true where any of them is; the constant false when there is none
 */
export function anyOf(filters: readonly Filter[]): Filter {
  return combine('or', filters);
}

/**
 * Negates a filter; a double negation and a constant are folded.
 *
 * @param filter - any filter
 * @returns a filter that is true where the given one is not
 */
export function negate(filter: Filter): Filter {
  if (filter.kind === 'not') return filter.filter;
  if (filter.kind === 'constant') return { kind: 'constant', value: !filter.value };
  return { kind: 'not', filter };
}

function combine(kind: 'and' | 'or', filters: readonly Filter[]): Filter {
  const neutral = kind === 'and';
  const parts: Filter[] = [];
  for (const filter of filters) {
    if (filter.kind === 'constant') {
      if (filter.value !== neutral) return filter;
    } else if (filter.kind === kind) {
      parts.push(...filter.filters);
    } else {
      parts.push(filter);
    }
  }
  const [first] = parts;
  if (first === undefined) return { kind: 'constant', value: neutral };
  return parts.length === 1 ? first : { kind, filters: parts };
}
