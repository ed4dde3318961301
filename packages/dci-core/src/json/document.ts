import type { JsonStyle } from './canonical.ts';
import type { IntegralDoubles } from './integral-doubles.ts';
import { isJsonObject, type JsonValue } from './value.ts';
import { JsonWriter } from './writer.ts';

/** A JSON text that was read, with what its canonical form needs: see `readJson`. */
export interface JsonDocument {
  /** The value. Integers that a double cannot hold exactly are `bigint`. */
  readonly value: JsonValue;

  /**
   * @returns the canonical form of the whole document, compact, from the received number lexemes
   *   (protocol.md section 2)
   */
  canonical(): string;

  /**
   * @param name - name of a member of the top-level object
   * @param style - separators; absent: compact
   * @returns the canonical form of that member's value, from the received number lexemes; `undefined` when the
   *   document is not an object or has no such member
   */
  canonicalMember(name: string, style?: JsonStyle): string | undefined;
}

/** What the reader found out about a text while it read it. */
export interface ReadResult {
  readonly text: string;
  /** The value, in an array of one: so that every value has a container. */
  readonly root: readonly [JsonValue];
  readonly integralDoubles: IntegralDoubles | undefined;
  /** True when the text is its own canonical form. */
  readonly isCanonical: boolean;
  /** The texts of the top-level members that are their own canonical form. */
  readonly canonicalMembers: ReadonlyMap<string, string>;
}

/** The document that `readJson` returns. */
export class ReadDocument implements JsonDocument {
  readonly value: JsonValue;
  private readonly result: ReadResult;

  /** @param result - what the reader found */
  constructor(result: ReadResult) {
    this.value = result.root[0];
    this.result = result;
  }

  canonical(): string {
    const { text, root, isCanonical } = this.result;
    return isCanonical ? text : this.write(root, 0, root[0], 'compact');
  }

  canonicalMember(name: string, style: JsonStyle = 'compact'): string | undefined {
    const { value } = this;
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    const member = value[name];
    if (member === undefined) return undefined;
    const text = style === 'compact' ? this.result.canonicalMembers.get(name) : undefined;
    return text ?? this.write(value, name, member, style);
  }

  private write(container: object, key: string | number, value: JsonValue, style: JsonStyle): string {
    const { integralDoubles } = this.result;
    // The reader has bounded the nesting already.
    const maxDepth = Number.POSITIVE_INFINITY;
    const writer = new JsonWriter({ isCanonical: true, isSpaced: style === 'spaced', integralDoubles, maxDepth });
    return writer.writeMember(container, key, value);
  }
}
