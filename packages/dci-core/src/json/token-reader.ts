import { DciError } from '../errors.ts';
import { maxIntegerDigits } from './limits.ts';
import { doubleText } from './number-text.ts';
import { formatPath } from './path.ts';
import { positionText } from './position.ts';
import { quoteAscii } from './quote.ts';
import { units } from './units.ts';
import type { JsonValue } from './value.ts';

const {
  tab,
  lineFeed,
  carriageReturn,
  space,
  quote,
  plus,
  minus,
  point,
  zero,
  nine,
  upperE,
  backslash,
  lowerE,
  lowerU,
} = units;

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
 * Reads the tokens of a JSON text: white space, strings, numbers and words. While it reads it watches whether the text
 * is canonical already (what this project sends is), because then no canonical form has to be written.
 */
export abstract class TokenReader {
  protected readonly text: string;
  protected at = 0;
  protected depth = 0;
  /** By depth: the index or name at which the reader is. */
  protected readonly keys: (string | number | undefined)[] = [];
  /** True until something was read that canonical JSON writes differently. */
  protected isCanonical = true;

  /** @param text - the JSON text, as `inputText` returns it */
  constructor(text: string) {
    this.text = text;
  }

  /** Called for a number that was written as a double although it denotes a safe integer. */
  protected abstract noteIntegralDouble(): void;

  /** Skips white space; returns the unit at the new position, NaN at the end. */
  protected next(): number {
    const { text } = this;
    let unit = text.charCodeAt(this.at);
    if (unit > space) return unit;
    while (unit === space || unit === lineFeed || unit === carriageReturn || unit === tab) {
      this.isCanonical = false;
      unit = text.charCodeAt(++this.at);
    }
    return unit;
  }

  protected readWord<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.expected('a value');
    this.at += word.length;
    return value;
  }

  protected readString(): string {
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

  protected readNumber(): number | bigint {
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

  protected expected(what: string): DciError {
    const isAtEnd = this.at >= this.text.length;
    return this.fault(isAtEnd ? `the text ends where ${what} is expected` : `${what} is expected`);
  }

  protected fault(what: string, at: number = this.at): DciError {
    const path = formatPath(this.keys, this.depth);
    return new DciError(
      'err.request.bad',
      `The JSON is not acceptable: ${what}, at ${positionText(this.text, at)}.`,
      path === '' ? {} : { path },
    );
  }
}
