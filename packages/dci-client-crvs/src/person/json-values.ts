import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';

/** How deep places are read that lie in one another. */
const deepest = 8;

/**
 * @param value - a member of a record
 * @returns its text without space around it; `undefined` for an empty one and for what is no text or number
 */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const text = String(value).trim();
  return text === '' ? undefined : text;
}

/**
 * @param value - a member of a record
 * @returns its elements; a single value is one, nothing is none
 */
export function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).filter((element) => !isBlank(element));
  return value === undefined || isBlank(value) ? [] : [value];
}

/**
 * @param value - a member of a record
 * @returns the objects among its elements
 */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return elementsOf(value).filter(isJsonObject);
}

/**
 * Tells what peers write where they have nothing: `null`, `""`, `false`, `0`, an empty list or object, and the dates
 * `0000-00-00` of databases.
 *
 * @param value - a member of a record
 * @returns whether it says nothing
 */
export function isBlank(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === 0n) return true;
  if (typeof value === 'string') return /^\s*(?:0000-00-00(?:[T ][0:.]*Z?)?)?\s*$/u.test(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).every(isBlank);
  return isJsonObject(value) && Object.values(value).every(isBlank);
}

/**
 * Reads something that lies in itself, down to a depth that no honest record has.
 *
 * @param value - the outermost
 * @param read - reads one level
 * @returns what `read` returned of the outermost level
 */
export function readNested<T>(
  value: JsonValue | undefined,
  read: (value: JsonObject, inner: (value: JsonValue | undefined) => T | undefined) => T | undefined,
): T | undefined {
  const at = (level: JsonValue | undefined, depth: number): T | undefined =>
    depth > deepest || !isJsonObject(level) ? undefined : read(level, (inner) => at(inner, depth + 1));
  return at(value, 0);
}
