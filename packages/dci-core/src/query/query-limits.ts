import type { DciError } from '../errors.ts';
import { invalidFilter } from './query-error.ts';

/** How large one query may be (protocol.md section 7). */
export interface QueryLimits {
  /** Groups (`seq`, `or`, `$and`, `$not`, `&&`, …) that may stand inside one another. Default 8. */
  readonly maxDepth: number;
  /** Comparisons in the whole query. Default 64. */
  readonly maxComparisons: number;
  /** Values in all `in` lists of the query together. Default 1,000. */
  readonly maxInValues: number;
}

/** The limits of protocol.md section 7. */
export const defaultQueryLimits: QueryLimits = { maxDepth: 8, maxComparisons: 64, maxInValues: 1000 };

/**
 * Comparisons that a bound filter may have. Lists of ages and of days for a date-time are
 * written out as alternatives, and a database has to plan each of them (SQLite nests at most 1,000).
 */
export const maxBoundComparisons = 256;

/** Counts what a query holds while it is read, so that a hostile one is refused before it costs anything. */
export interface QuerySize {
  /**
   * Called before a group's parts are read.
   *
   * @param depth - groups around this one, plus itself
   * @param parts - number of its parts
   * @throws DciError `rjct.filter.invalid`
   */
  group(depth: number, parts: number): void;
  /**
   * Called for every comparison.
   *
   * @throws DciError `rjct.filter.invalid`
   */
  comparison(): void;
  /**
   * Called before an `in` list is read.
   *
   * @param count - number of its values
   * @throws DciError `rjct.filter.invalid`
   */
  inValues(count: number): void;
}

/**
 * Starts counting one query.
 *
 * @param limits - what it may hold
 * @returns the counter
 */
export function measureQuery(limits: QueryLimits): QuerySize {
  let comparisons = 0;
  let inValues = 0;
  const tooManyComparisons = (): DciError =>
    invalidFilter(`The query has too many comparisons; at most ${limits.maxComparisons} are allowed.`);
  return {
    group(depth, parts) {
      if (depth > limits.maxDepth) {
        throw invalidFilter(`The query is nested too deep; at most ${limits.maxDepth} levels are allowed.`);
      }
      if (parts > limits.maxComparisons) throw tooManyComparisons();
    },
    comparison() {
      comparisons += 1;
      if (comparisons > limits.maxComparisons) throw tooManyComparisons();
    },
    inValues(count) {
      inValues += count;
      if (inValues > limits.maxInValues) {
        throw invalidFilter(`The query lists too many values; at most ${limits.maxInValues} are allowed.`);
      }
    },
  };
}
