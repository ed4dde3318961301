import type { JsonValue } from './value.ts';
import { JsonWriter } from './writer.ts';

/**
 * The JSON text of a value in memory, members in their own order and text as it is. Unlike `JSON.stringify` it
 * writes `bigint`, keeps doubles beyond the safe integers apart from integers (`1e20` is written `1e+20`), and
 * refuses what has no JSON text instead of writing `null`.
 *
 * @param value - the value; members that are `undefined` are left out
 * @returns a JSON text without white space, which `readJson` reads back as an equal value (`-0` as `0`)
 * @throws DciError `err.internal` with the `path` of the fault, when `readJson` would refuse the text: a number that
 *   is not finite, a lone surrogate, NUL, a member `__proto__`, nesting deeper than 32
 */
export function writeJson(value: JsonValue): string {
  return new JsonWriter({ isCanonical: false }).writeMember([], 0, value);
}
