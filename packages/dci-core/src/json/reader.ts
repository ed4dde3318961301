import { type JsonDocument, ReadDocument } from './document.ts';
import { IntegralDoubles } from './integral-doubles.ts';
import { mostJsonValues } from './limits.ts';
import { compareCodePoints } from './text-order.ts';
import { TokenReader } from './token-reader.ts';
import { units } from './units.ts';
import type { JsonValue } from './value.ts';

const { quote, comma, minus, zero, nine, colon, openBracket, closeBracket, openBrace, closeBrace } = units;

/** Reads one JSON text into a document. Its recursion is bounded by the nesting limit. */
export class JsonReader extends TokenReader {
  private readonly maxDepth: number;
  /** How many more may be read. */
  private valuesLeft: number;
  /** By depth: the array or object being read. */
  private readonly containers: object[] = [];
  private integralDoubles: IntegralDoubles | undefined;
  private readonly canonicalMembers = new Map<string, string>();

  /**
   * @param text - the JSON text, as `inputText` returns it
   * @param maxDepth - deepest nesting allowed
   */
  constructor(text: string, maxDepth: number) {
    super(text);
    this.maxDepth = maxDepth;
    this.valuesLeft = mostJsonValues(text.length);
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

  protected noteIntegralDouble(): void {
    this.integralDoubles ??= new IntegralDoubles();
    this.integralDoubles.add(this.containers[this.depth] as object, this.keys[this.depth] as string | number);
  }

  private readValue(): JsonValue {
    if (--this.valuesLeft < 0) throw this.fault('too many values');
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
}
