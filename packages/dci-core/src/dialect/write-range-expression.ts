import type { JsonObject } from '../json/value.ts';
import { addDays, readDate } from '../query/date-value.ts';
import type { UnboundComparison, UnboundFilter } from '../query/unbound-filter.ts';
import { noFormFor } from './query-refusal.ts';

/** Ends of a range that is open: both are always written, because an end that is not there could be required. */
const earliest = '1000-01-01';
const latest = '9999-12-31';

interface Range {
  readonly gte?: string;
  readonly lte?: string;
}

/**
 * Writes a query as the range expression of OpenCRVS (protocol.md section 7; dialects.md section 2): one attribute between
 * two dates or times, both included.
 *
 * @param filter - comparisons of one date or time that must all hold, under the name that the peer knows. Not equality: of
 *   several values one may lie before the end of the range and another one behind its beginning
 * @returns for example `{createdAt: {type: "range", gte: "2026-01-01", lte: "2026-01-31"}}`
 * @throws DciError `rjct.filter.invalid` for anything else
 */
export function writeRangeExpression(filter: UnboundFilter): JsonObject {
  const comparisons = comparisonsOf(filter);
  const [first] = comparisons;
  if (first === undefined || comparisons.some(({ attribute }) => attribute !== first.attribute)) {
    throw noFormFor('A range expression', 'more than one attribute');
  }
  const ranges = comparisons.map(rangeOf);
  const gte = onlyOf(ranges.map((range) => range.gte)) ?? earliest;
  const lte = onlyOf(ranges.map((range) => range.lte)) ?? latest;
  return { [first.attribute]: { type: 'range', gte, lte } };
}

function comparisonsOf(filter: UnboundFilter): readonly UnboundComparison[] {
  if (filter.kind === 'and') return filter.filters.flatMap(comparisonsOf);
  if (filter.kind !== 'comparison')
    throw noFormFor('A range expression', 'anything but comparisons that must all hold');
  return [filter];
}

function rangeOf({ operator, value }: UnboundComparison): Range {
  const date = typeof value === 'string' ? readDate(value) : undefined;
  if (typeof value !== 'string' || date === undefined) throw noFormFor('A range expression', 'a value that is no date');
  switch (operator) {
    case 'gte':
      return { gte: value };
    case 'lte':
      return { lte: value };
    case 'gt':
    case 'lt': {
      const next = date.hasTime ? undefined : addDays(date.day, operator === 'gt' ? 1 : -1);
      if (next === undefined) throw noFormFor('A range expression', 'a time that is not included');
      return operator === 'gt' ? { gte: next } : { lte: next };
    }
    default:
      throw noFormFor('A range expression', `the operator ${operator}`);
  }
}

function onlyOf(ends: readonly (string | undefined)[]): string | undefined {
  const [end, ...more] = ends.filter((each) => each !== undefined);
  if (more.length > 0) throw noFormFor('A range expression', 'two beginnings or two ends');
  return end;
}
