import { isJsonObject, type JsonValue } from '../json/value.ts';

/**
 * Tells whether two JSON values are equal, whatever the order of object members. A member that is
 * `null` equals one that is absent.
 *
 * @param left - any JSON value
 * @param right - any JSON value
 * @returns true when they are equal
 */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  const a = left ?? null;
  const b = right ?? null;
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: JsonValue, index) => sameJson(item, b[index]));
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => sameJson(a[name], b[name]));
  }
  return false;
}
