import { DciError } from '../errors.ts';
import { doubleText, numberText } from './number-text.ts';
import { compareCodePoints } from './text-order.ts';
import type { JsonArray, JsonObject, JsonValue } from './value.ts';

/** Separators of canonical JSON: `,` and `:`, or Python's default `, ` and `: ` (scheme `dci-legacy`). */
export type JsonStyle = 'compact' | 'spaced';

/**
 * Numbers that were written as doubles although they denote a safe integer (`1.0`, `1e3`): by the array or
 * object that holds them, the indexes or names. Their canonical form cannot be told from the value alone.
 */
export type IntegralDoubles = ReadonlyMap<object, ReadonlySet<string | number>>;

const needsEscape = /[^ !#-[\]-~]/;
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const shortEscapes: Readonly<Record<number, string>> = {
  8: '\\b',
  9: '\\t',
  10: '\\n',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/**
 * The canonical text of a value in memory (protocol.md section 2). It equals
 * `readJson(writeJson(value)).canonical()`.
 *
 * @param value - the value; members that are `undefined` are left out
 * @param style - separators; absent: compact
 * @returns ASCII text
 * @throws DciError `err.internal` when the value has no JSON text that a peer could read: a number that is not
 *   finite, a lone surrogate, NUL, a member `__proto__`
 */
export function canonicalJson(value: JsonValue, style: JsonStyle = 'compact'): string {
  return writeCanonicalMember([value], 0, value, style, undefined);
}

/**
 * The canonical text of one value within its container.
 *
 * @param container - the array or object that holds the value
 * @param key - index or name of the value in the container
 * @param value - the value
 * @param style - separators
 * @param integralDoubles - numbers that were received as doubles
 * @returns ASCII text
 * @throws DciError as {@link canonicalJson}
 */
export function writeCanonicalMember(
  container: object,
  key: string | number,
  value: JsonValue,
  style: JsonStyle,
  integralDoubles: IntegralDoubles | undefined,
): string {
  return new CanonicalWriter(style, integralDoubles).write(value, integralDoubles?.get(container), key);
}

/**
 * A text as canonical JSON writes it: ASCII only, in quotes.
 *
 * @param text - any text
 * @returns the JSON string
 * @throws DciError `err.internal` for a lone surrogate or NUL
 */
export function canonicalString(text: string): string {
  return needsEscape.test(text) ? escapeString(text) : `"${text}"`;
}

class CanonicalWriter {
  private readonly comma: string;
  private readonly colon: string;
  private readonly integralDoubles: IntegralDoubles | undefined;

  constructor(style: JsonStyle, integralDoubles: IntegralDoubles | undefined) {
    this.comma = style === 'spaced' ? ', ' : ',';
    this.colon = style === 'spaced' ? ': ' : ':';
    this.integralDoubles = integralDoubles;
  }

  write(value: JsonValue, doubles: ReadonlySet<string | number> | undefined, key: string | number): string {
    switch (typeof value) {
      case 'string':
        return canonicalString(value);
      case 'number':
        if (!Number.isFinite(value)) throw unwritable('a number that is not finite');
        return doubles?.has(key) ? doubleText(value) : numberText(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'bigint':
        return String(value);
      default:
        if (value === null) return 'null';
        return isArray(value) ? this.writeArray(value) : this.writeObject(value);
    }
  }

  private writeArray(array: JsonArray): string {
    const doubles = this.integralDoubles?.get(array);
    let text = '[';
    for (let index = 0; index < array.length; index++) {
      const item = array[index];
      if (item === undefined) throw unwritable('an array item that is undefined');
      if (index > 0) text += this.comma;
      text += this.write(item, doubles, index);
    }
    return `${text}]`;
  }

  private writeObject(object: JsonObject): string {
    const doubles = this.integralDoubles?.get(object);
    let text = '';
    for (const name of sortedNames(object)) {
      const member = object[name];
      if (member === undefined) continue;
      if (name === '__proto__') throw unwritable('a member named __proto__');
      if (text !== '') text += this.comma;
      text += canonicalString(name) + this.colon + this.write(member, doubles, name);
    }
    return `{${text}}`;
  }
}

function sortedNames(object: JsonObject): string[] {
  const names = Object.keys(object);
  for (let index = 1; index < names.length; index++) {
    if (compareCodePoints(names[index - 1] as string, names[index] as string) > 0) return names.sort(compareCodePoints);
  }
  return names;
}

function escapeString(text: string): string {
  if (!text.isWellFormed()) throw unwritable('a lone surrogate');
  let escaped = '"';
  let plainFrom = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit < 0x7f && unit !== 0x22 && unit !== 0x5c) continue;
    if (unit === 0) throw unwritable('a NUL character');
    escaped += text.slice(plainFrom, index);
    escaped += shortEscapes[unit] ?? `\\u${hexPairs[unit >> 8]}${hexPairs[unit & 0xff]}`;
    plainFrom = index + 1;
  }
  return `${escaped}${text.slice(plainFrom)}"`;
}

function isArray(value: JsonArray | JsonObject): value is JsonArray {
  return Array.isArray(value);
}

function unwritable(what: string): DciError {
  return new DciError('err.internal', `A value to be written as JSON holds ${what}.`);
}
