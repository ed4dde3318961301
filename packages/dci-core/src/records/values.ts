import type { JsonValue } from '../json/value.ts';

/**
 * @param value - a member of a record
 * @returns whether it counts as absent: `undefined`, `null` or `""`
 */
export function isAbsent(value: JsonValue | undefined): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/**
 * @param value - a list, lists in a list (the standard's DR file has an array of arrays), or a single value
 * @returns the values that are not absent
 */
export function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (isAbsent(value)) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]).flatMap(elementsOf) : [value];
}
