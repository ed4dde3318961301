import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from './read.ts';
import type { JsonValue } from './value.ts';
import { jsonValues } from './values.fixtures.ts';
import { writeJson } from './write.ts';

describe('writeJson', () => {
  it('is read back as the same value', () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        expect(readJson(writeJson(value)).value).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('is what JSON.stringify writes, where that knows how', () => {
    const withIntegers = fc.jsonValue({ noUnicodeString: false }).map((value) => integersOnly(value) as JsonValue);
    fc.assert(
      fc.property(withIntegers, (value) => {
        const expected = JSON.stringify(value);
        fc.pre(!/\\u0000|\\ud[89a-f]|__proto__/.test(expected));
        expect(writeJson(value)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a bigint', 123456789012345678901234567890n, '123456789012345678901234567890'],
    ['a double beyond the safe integers', 1e20, '1e+20'],
    ['an integer', 1, '1'],
    ['minus zero', -0, '0'],
    ['members in their own order', { b: 1, a: 2 }, '{"b":1,"a":2}'],
    ['text as it is', 'é😀"', '"é😀\\""'],
    ['undefined members left out', { a: undefined, b: [{ c: undefined }] }, '{"b":[{}]}'],
  ])('writes %s', (_, value, text) => {
    expect(writeJson(value)).toBe(text);
  });
});

/** The two write fractions and exponents differently. */
function integersOnly(value: unknown): unknown {
  if (typeof value === 'number') return Math.trunc(value % 100_000) + 0;
  if (Array.isArray(value)) return value.map(integersOnly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, integersOnly(member)]));
}
