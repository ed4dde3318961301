import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';

/**
 * @param value - a member of a message
 * @returns whether it is a list
 */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/**
 * @param value - a member of a message
 * @returns the text; `undefined` for anything else, and for an empty one
 */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * @param value - a text, or a list
 * @returns the texts that are not empty
 */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  return (isList(value) ? value : [value]).flatMap((each) => textOf(each) ?? []);
}

/**
 * @param value - an object, or a list
 * @returns the objects; an empty one in the place of each element that is none
 */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (value === undefined) return [];
  return (isList(value) ? value : [value]).map((each) => (isJsonObject(each) ? each : {}));
}
