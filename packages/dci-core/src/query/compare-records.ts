import type { JsonObject } from '../json/value.ts';
import type { RecordType } from '../registry-type/registry-type.ts';
import { compareSortValues } from './compare-values.ts';
import type { AttributeValue, SortKey } from './filter.ts';
import { attributeValues } from './record-values.ts';

/**
 * Reads a record's position in a sorted result.
 *
 * @param record - a record in the registry's spelling
 * @param sort - bound sort keys
 * @param recordType - the record's type
 * @returns one value per sort key, `null` where the record has none
 */
export function sortValuesOf(
  record: JsonObject,
  sort: readonly SortKey[],
  recordType: Pick<RecordType, 'attributes'>,
): readonly (AttributeValue | null)[] {
  return sort.map(({ attribute }) => {
    const definition = recordType.attributes[attribute];
    return definition === undefined ? null : (attributeValues(record, definition)[0] ?? null);
  });
}

/**
 * Orders two positions of a sorted result: by each sort key in turn, text by code point of its folded
 * form and then of itself, records without a value last in either direction. The adapter's unique key
 * breaks what remains zero.
 *
 * @param left - one value per sort key, as {@link sortValuesOf} gives them
 * @param right - the same of another record
 * @param sort - bound sort keys
 * @returns a negative number, zero or a positive number
 */
export function compareForSort(
  left: readonly (AttributeValue | null)[],
  right: readonly (AttributeValue | null)[],
  sort: readonly SortKey[],
): number {
  for (const [index, { order }] of sort.entries()) {
    const leftValue = left[index] ?? null;
    const rightValue = right[index] ?? null;
    if (leftValue === null && rightValue === null) continue;
    if (leftValue === null) return 1;
    if (rightValue === null) return -1;
    const compared = compareSortValues(leftValue, rightValue);
    if (compared !== 0) return order === 'asc' ? compared : -compared;
  }
  return 0;
}

/**
 * Orders two records, reading their sort values each time; an adapter that sorts many keeps the values.
 *
 * @param left - a record
 * @param right - a record of the same type
 * @param sort - bound sort keys
 * @param recordType - their record type
 * @returns a negative number, zero or a positive number
 */
export function compareRecords(
  left: JsonObject,
  right: JsonObject,
  sort: readonly SortKey[],
  recordType: Pick<RecordType, 'attributes'>,
): number {
  return compareForSort(sortValuesOf(left, sort, recordType), sortValuesOf(right, sort, recordType), sort);
}
