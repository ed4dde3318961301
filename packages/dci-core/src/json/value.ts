/**
 * A JSON value as this project handles it.
 *
 * A number is a `number` when its text denotes a double or a safe integer, and a `bigint` when it is an
 * integer that a double cannot hold. A member whose value is `undefined` is left out when the value is
 * written (protocol.md section 1: absent values are left out, never `null`).
 */
export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject;

/** A JSON array. */
export type JsonArray = readonly JsonValue[];

/** A JSON object; members that are `undefined` count as absent. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/**
 * Tells whether a JSON value is an object, as opposed to an array, a scalar or nothing.
 *
 * @param value - any JSON value, or `undefined`
 * @returns true for objects only
 */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
