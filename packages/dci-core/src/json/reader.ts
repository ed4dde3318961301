import { DciError } from '../errors.ts';
import { type JsonDocument, ReadDocument } from './document.ts';
import { IntegralDoubles } from './integral-doubles.ts';
import { maxIntegerDigits } from './limits.ts';
import { doubleText } from './number-text.ts';
import { formatPath } from './path.ts';
import { positionText } from './position.ts';
import { quoteAscii } from './quote.ts';
import { compareCodePoints } from './text-order.ts';
import type { JsonValue } from './value.ts';

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const quote = 0x22;
const plus = 0x2b;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const upperE = 0x45;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const lowerE = 0x65;
const lowerU = 0x75;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const simpleEscapes: Readonly<Record<number, string>> = {
  34: '"',
  47: '/',
  92: '\\',
  98: '\b',
  102: '\f',
  110: '\n',
  114: '\r',
  116: '\t',
};

const fourHexDigits = /[0-9a-fA-F]{4}/y;

/**
 * Reads one JSON text. Its recursion is bounded by the nesting limit. While it reads it watches whether the text is
 * canonical already (what this project sends is), because then no canonical form has to be written.
 */
export class JsonReader {
  private readonly text: string;
  private readonly maxDepth: number;
  private at = 0;
  private depth = 0;
  /** True until something was read that canonical JSON writes differently. */
  private isCanonical = true;
  /** By depth: the array or object being read, and the index or name at which it is. */
  private readonly containers: object[] = [];
  private readonly keys: (string | number | undefined)[] = [];
  private integralDoubles: IntegralDoubles | undefined;
  private readonly canonicalMembers = new Map<string, string>();

  /**
   * @param text - the JSON text, as `inputText` returns it
   * @param maxDepth - deepest nesting allowed
   */
  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  /**
   * @returns the document
   * @throws DciError `err.request.bad`: see `readJson`
   */
  read(): JsonDocument {
    const root: [JsonValue] = [null];
    this.containers[0] = root;
    this.keys[0] = 0;
    this.next();
    root[0] = this.readValue();
    this.next();
    if (this.at < this.text.length) throw this.fault('text after the end of the document');
    return new ReadDocument({
      text: this.text,
      root,
      integralDoubles: this.integralDoubles,
      isCanonical: this.isCanonical,
      canonicalMembers: this.canonicalMembers,
    });
  }

  /** Skips white space; returns the unit at the new position, NaN at the end. */
  private next(): number {
    const { text } = this;
    let unit = text.charCodeAt(this.at);
    if (unit > space) return unit;
    while (unit === space || unit === lineFeed || unit === carriageReturn || unit === tab) {
      this.isCanonical = false;
      unit = text.charCodeAt(++this.at);
    }
    return unit;
  }

  private readValue(): JsonValue {
    const unit = this.text.charCodeAt(this.at);
    switch (unit) {
      case quote:
        return this.readString();
      case openBrace:
        return this.readObject();
      case openBracket:
        return this.readArray();
      case 0x74:
        return this.readWord('true', true);
      case 0x66:
        return this.readWord('false', false);
      case 0x6e:
        return this.readWord('null', null);
      default:
        if (unit === minus || (unit >= zero && unit <= nine)) return this.readNumber();
        throw this.expected('a value');
    }
  }

  private readWord<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.expected('a value');
    this.at += word.length;
    return value;
  }

  private open(container: object): number {
    if (this.depth >= this.maxDepth) throw this.fault(`nesting deeper than ${this.maxDepth}`);
    const depth = ++this.depth;
    this.containers[depth] = container;
    this.keys[depth] = undefined;
    this.at++;
    return depth;
  }

  private readArray(): JsonValue[] {
    const array: JsonValue[] = [];
    const depth = this.open(array);
    if (this.next() === closeBracket) {
      this.at++;
      this.depth--;
      return array;
    }
    this.keys[depth] = 0;
    for (;;) {
      array.push(this.readValue());
      const unit = this.next();
      this.at++;
      if (unit === comma) {
        this.keys[depth] = array.length;
        this.next();
      } else if (unit === closeBracket) {
        this.depth--;
        return array;
      } else {
        this.at--;
        throw this.expected('"," or "]"');
      }
    }
  }

  private readObject(): Record<string, JsonValue> {
    const object: Record<string, JsonValue> = {};
    const depth = this.open(object);
    let unit = this.next();
    if (unit === closeBrace) {
      this.at++;
      this.depth--;
      return object;
    }
    let previous: string | undefined;
    for (;;) {
      if (unit !== quote) throw this.expected('a member name');
      const nameAt = this.at;
      const name = this.readString();
      this.keys[depth] = name;
      if (name === '__proto__') throw this.fault('a member named __proto__', nameAt);
      // Inherited names such as `constructor` are no duplicates.
      if (object[name] !== undefined && Object.hasOwn(object, name)) {
        throw this.fault('a member name that occurs twice', nameAt);
      }
      if (this.isCanonical && previous !== undefined && compareCodePoints(previous, name) > 0) this.isCanonical = false;
      previous = name;
      if (this.next() !== colon) throw this.expected('":"');
      this.at++;
      this.next();
      object[name] = depth === 1 ? this.readTopLevelMember(name) : this.readValue();
      unit = this.next();
      this.at++;
      if (unit === comma) {
        this.keys[depth] = undefined;
        unit = this.next();
      } else if (unit === closeBrace) {
        this.depth--;
        return object;
      } else {
        this.at--;
        throw this.expected('"," or "}"');
      }
    }
  }

  /** A member of an envelope. Where its text is canonical already, its digest needs no second writing. */
  private readTopLevelMember(name: string): JsonValue {
    const before = this.isCanonical;
    const start = this.at;
    this.isCanonical = true;
    const value = this.readValue();
    if (this.isCanonical) this.canonicalMembers.set(name, this.text.slice(start, this.at));
    this.isCanonical = this.isCanonical && before;
    return value;
  }

  private readString(): string {
    const { text } = this;
    const start = this.at + 1;
    let index = start;
    for (;;) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x20 && unit < 0x7f && unit !== quote && unit !== backslash) {
        index++;
      } else if (unit === quote) {
        this.at = index + 1;
        return text.slice(start, index);
      } else if (unit >= 0x7f) {
        this.isCanonical = false;
        index++;
      } else if (unit === backslash) {
        return this.readEscapedString(start, index);
      } else {
        throw this.unfinishedString(index);
      }
    }
  }

  private readEscapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let value = '';
    let plainFrom = start;
    let index = firstEscape;
    for (;;) {
      const unit = text.charCodeAt(index);
      if (unit === quote) {
        value += text.slice(plainFrom, index);
        this.at = index + 1;
        if (this.isCanonical && quoteAscii(value) !== text.slice(start - 1, this.at)) this.isCanonical = false;
        return value;
      }
      if (unit === backslash) {
        value += text.slice(plainFrom, index);
        this.at = index;
        value += this.readEscape();
        index = this.at;
        plainFrom = index;
      } else if (unit >= 0x20) {
        index++;
      } else {
        throw this.unfinishedString(index);
      }
    }
  }

  private readEscape(): string {
    const { text, at } = this;
    const unit = text.charCodeAt(at + 1);
    if (unit !== lowerU) {
      const character = simpleEscapes[unit];
      if (character === undefined) throw this.fault('an escape that JSON does not know');
      this.at += 2;
      return character;
    }
    const escaped = this.readHexEscape(at);
    if (escaped === 0) throw this.fault('a NUL character');
    if (escaped < 0xd800 || escaped > 0xdfff) {
      this.at += 6;
      return String.fromCharCode(escaped);
    }
    const low = escaped < 0xdc00 && text.startsWith('\\u', at + 6) ? this.readHexEscape(at + 6) : 0;
    if (low < 0xdc00 || low > 0xdfff) throw this.fault('a lone surrogate');
    this.at += 12;
    return String.fromCharCode(escaped, low);
  }

  private readHexEscape(at: number): number {
    fourHexDigits.lastIndex = at + 2;
    if (!fourHexDigits.test(this.text)) throw this.fault('an escape without four hexadecimal digits', at);
    return Number.parseInt(this.text.slice(at + 2, at + 6), 16);
  }

  private unfinishedString(at: number): DciError {
    if (at >= this.text.length) return this.fault('a string without an end', at);
    return this.text.charCodeAt(at) === 0
      ? this.fault('a NUL character', at)
      : this.fault('a control character in a string', at);
  }

  private readNumber(): number | bigint {
    const { text } = this;
    const start = this.at;
    const isNegative = text.charCodeAt(start) === minus;
    const firstDigit = isNegative ? start + 1 : start;
    const index = this.skipDigits(firstDigit);
    if (index - firstDigit > 1 && text.charCodeAt(firstDigit) === zero)
      throw this.fault('a number with a leading zero');
    const unit = text.charCodeAt(index);
    if (unit === point || unit === upperE || unit === lowerE) return this.readDouble(start, index);
    this.at = index;
    const lexeme = text.slice(start, index);
    if (index - firstDigit > maxIntegerDigits) {
      throw this.fault(`an integer of more than ${maxIntegerDigits} digits`, start);
    }
    const value = Number(lexeme);
    if (value === 0 && isNegative) {
      this.isCanonical = false;
      return 0;
    }
    return Number.isSafeInteger(value) ? value : BigInt(lexeme);
  }

  private readDouble(start: number, integerEnd: number): number {
    const { text } = this;
    let index = integerEnd;
    if (text.charCodeAt(index) === point) index = this.skipDigits(index + 1);
    const unit = text.charCodeAt(index);
    if (unit === upperE || unit === lowerE) {
      const sign = text.charCodeAt(index + 1);
      index = this.skipDigits(sign === plus || sign === minus ? index + 2 : index + 1);
    }
    const lexeme = text.slice(start, index);
    const value = Number(lexeme);
    if (!Number.isFinite(value)) throw this.fault('a number too large for a double', start);
    this.at = index;
    if (this.isCanonical && doubleText(value) !== lexeme) this.isCanonical = false;
    if (Number.isSafeInteger(value)) this.noteIntegralDouble();
    return value;
  }

  private skipDigits(from: number): number {
    const { text } = this;
    let index = from;
    let unit = text.charCodeAt(index);
    while (unit >= zero && unit <= nine) unit = text.charCodeAt(++index);
    if (index === from) {
      this.at = from;
      throw this.expected('a digit');
    }
    return index;
  }

  private noteIntegralDouble(): void {
    this.integralDoubles ??= new IntegralDoubles();
    this.integralDoubles.add(this.containers[this.depth] as object, this.keys[this.depth] as string | number);
  }

  private expected(what: string): DciError {
    const isAtEnd = this.at >= this.text.length;
    return this.fault(isAtEnd ? `the text ends where ${what} is expected` : `${what} is expected`);
  }

  private fault(what: string, at: number = this.at): DciError {
    const path = formatPath(this.keys, this.depth);
    return new DciError(
      'err.request.bad',
      `The JSON is not acceptable: ${what}, at ${positionText(this.text, at)}.`,
      path === '' ? {} : { path },
    );
  }
}
