import { DciError } from '../errors.ts';
import type { IntegralDoubles } from './integral-doubles.ts';
import { maxIntegerDigits, maxJsonDepth } from './limits.ts';
import { doubleText, numberText } from './number-text.ts';
import { formatPath } from './path.ts';
import { quoteAscii, quoteUnicode } from './quote.ts';
import { compareCodePoints } from './text-order.ts';
import type { JsonArray, JsonObject, JsonValue } from './value.ts';

/** How a {@link JsonWriter} writes. */
export interface JsonWriterOptions {
  /** Members sorted by code point and text in ASCII; else members in their own order and text as it is. */
  readonly isCanonical: boolean;
  /** Python's default separators `, ` and `: `; else `,` and `:`. */
  readonly isSpaced?: boolean;
  readonly integralDoubles?: IntegralDoubles | undefined;
  /** Deepest nesting written; absent: 32. */
  readonly maxDepth?: number;
  /** Names of the objects that will stand around what is written: for nesting and for the path of a fault. */
  readonly outerPath?: readonly string[];
}

/** Objects of messages have few members: up to this many, sorting by insertion is faster than `Array.sort`. */
const insertionSortLimit = 16;

/** Writes JSON values of which `readJson` reads the text back. One writer writes one value. */
export class JsonWriter {
  private readonly isCanonical: boolean;
  private readonly quote: (text: string) => string | undefined;
  private readonly comma: string;
  private readonly colon: string;
  private readonly integralDoubles: IntegralDoubles | undefined;
  private readonly maxDepth: number;
  private depth: number;
  private readonly keys: (string | number | undefined)[];

  /** @param options - order, separators and what is known about the numbers */
  constructor(options: JsonWriterOptions) {
    this.isCanonical = options.isCanonical;
    this.quote = options.isCanonical ? quoteAscii : quoteUnicode;
    this.comma = options.isSpaced ? ', ' : ',';
    this.colon = options.isSpaced ? ': ' : ':';
    this.integralDoubles = options.integralDoubles;
    this.maxDepth = options.maxDepth ?? maxJsonDepth;
    this.depth = options.outerPath?.length ?? 0;
    this.keys = [undefined, ...(options.outerPath ?? [])];
  }

  /**
   * @param container - the array or object that holds the value
   * @param key - index or name of the value in the container
   * @param value - the value
   * @returns its JSON text
   * @throws DciError `err.internal` with the `path` from the value on, when `readJson` would refuse the text
   */
  writeMember(container: object, key: string | number, value: JsonValue): string {
    return this.write(value, container, key);
  }

  private write(value: JsonValue, container: object, key: string | number): string {
    switch (typeof value) {
      case 'string':
        return this.writeString(value);
      case 'number':
        if (!Number.isFinite(value)) throw this.fault('a number that is not finite');
        return this.integralDoubles?.has(container, key) ? doubleText(value) : numberText(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'bigint':
        return this.writeBigInt(value);
      default:
        if (value === null) return 'null';
        return isArray(value) ? this.writeArray(value) : this.writeObject(value);
    }
  }

  private writeString(text: string): string {
    const quoted = this.quote(text);
    if (quoted === undefined) throw this.fault('a text with a lone surrogate or NUL');
    return quoted;
  }

  private writeBigInt(value: bigint): string {
    const text = String(value);
    if (text.length > maxIntegerDigits + (value < 0n ? 1 : 0)) throw this.fault('an integer of too many digits');
    return text;
  }

  private writeArray(array: JsonArray): string {
    const depth = this.open();
    let text = '[';
    for (let index = 0; index < array.length; index++) {
      this.keys[depth] = index;
      const item = array[index];
      if (item === undefined) throw this.fault('an array item that is undefined');
      if (index > 0) text += this.comma;
      text += this.write(item, array, index);
    }
    this.depth--;
    return `${text}]`;
  }

  private writeObject(object: JsonObject): string {
    const depth = this.open();
    let text = '{';
    let isFirst = true;
    for (const name of this.isCanonical ? sortedNames(object) : Object.keys(object)) {
      const member = object[name];
      if (member === undefined) continue;
      this.keys[depth] = name;
      if (name === '__proto__') throw this.fault('a member named __proto__');
      if (isFirst) isFirst = false;
      else text += this.comma;
      text += this.writeString(name) + this.colon + this.write(member, object, name);
    }
    this.depth--;
    return `${text}}`;
  }

  private open(): number {
    if (this.depth >= this.maxDepth) throw this.fault(`nesting deeper than ${this.maxDepth}`);
    return ++this.depth;
  }

  private fault(what: string): DciError {
    const path = formatPath(this.keys, this.depth);
    return new DciError('err.internal', `A value to be written as JSON holds ${what}.`, path === '' ? {} : { path });
  }
}

function sortedNames(object: JsonObject): string[] {
  const names = Object.keys(object);
  if (names.length > insertionSortLimit) return names.sort(compareCodePoints);
  for (let index = 1; index < names.length; index++) {
    const name = names[index] as string;
    let place = index;
    for (; place > 0 && compareCodePoints(names[place - 1] as string, name) > 0; place--) {
      names[place] = names[place - 1] as string;
    }
    names[place] = name;
  }
  return names;
}

function isArray(value: JsonArray | JsonObject): value is JsonArray {
  return Array.isArray(value);
}
