import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonValue } from '../json/value.ts';
import { sameJson } from './same-json.ts';

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member ?? null)]),
  );
}

describe('sameJson', () => {
  it('does not see the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameJson(value as JsonValue, reversed(value as JsonValue))).toBe(true);
      }),
    );
  });

  it('sees the order and number of elements, kinds and missing members', () => {
    const pairs: readonly (readonly [JsonValue, JsonValue])[] = [
      [
        [1, 2],
        [2, 1],
      ],
      [[1], [1, 1]],
      [{ a: 1 }, { a: 1, b: 2 }],
      [{ a: 1, b: 2 }, { a: 1 }],
      ['1', 1],
      [[], {}],
      [{}, null],
      [0, false],
      [1n, 1],
    ];
    for (const [left, right] of pairs) expect(sameJson(left, right), JSON.stringify(String(left))).toBe(false);
  });

  it('takes null for absent', () => {
    expect(sameJson({ a: null }, {})).toBe(true);
    expect(sameJson(undefined, null)).toBe(true);
  });
});
