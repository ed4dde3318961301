import { DciError } from '../errors.ts';
import { numberText } from './number-text.ts';
import type { JsonArray, JsonObject, JsonValue } from './value.ts';

/**
 * The JSON text of a value in memory, members in their own order and text as it is. Unlike `JSON.stringify` it
 * writes `bigint`, keeps doubles beyond the safe integers apart from integers (`1e20` is written `1e+20`), and
 * refuses what has no JSON text instead of writing `null`.
 *
 * @param value - the value; members that are `undefined` are left out
 * @returns a JSON text without white space, which `readJson` reads back as an equal value
 * @throws DciError `err.internal` for a number that is not finite, a lone surrogate, NUL, a member `__proto__`
 */
export function writeJson(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      if (!Number.isFinite(value)) throw unwritable('a number that is not finite');
      return numberText(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      if (value === null) return 'null';
      return isArray(value) ? `[${value.map(writeJson).join(',')}]` : writeObject(value);
  }
}

function writeObject(object: JsonObject): string {
  const members: string[] = [];
  for (const [name, member] of Object.entries(object)) {
    if (member === undefined) continue;
    if (name === '__proto__') throw unwritable('a member named __proto__');
    members.push(`${writeString(name)}:${writeJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw unwritable('a lone surrogate');
  if (text.includes('\0')) throw unwritable('a NUL character');
  return JSON.stringify(text);
}

function isArray(value: JsonArray | JsonObject): value is JsonArray {
  return Array.isArray(value);
}

function unwritable(what: string): DciError {
  return new DciError('err.internal', `A value to be written as JSON holds ${what}.`);
}
