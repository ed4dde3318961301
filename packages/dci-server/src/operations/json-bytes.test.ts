import { canonicalJson, type JsonValue } from 'dci-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonBytes } from './json-bytes.ts';

// What cannot be written at all (`__proto__`, NUL, lone surrogates) has no size.
const values = (fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }) as fc.Arbitrary<JsonValue>).filter((value) => {
  const text = JSON.stringify(value);
  return !text.includes('"__proto__"') && !text.includes('\\u0000');
});

it('is never less than the canonical text, and little more', () => {
  fc.assert(
    fc.property(values, (value) => {
      const { length } = canonicalJson(value);
      const bytes = jsonBytes(value, Number.POSITIVE_INFINITY);
      expect(bytes).toBeGreaterThanOrEqual(length);
      // A comma too many for each list and object, and short escapes such as \n counted as six.
      expect(bytes).toBeLessThanOrEqual(length * 6 + 2);
    }),
  );
});

it('stops at the bound', () => {
  const many = Array.from({ length: 1000 }, () => 'x'.repeat(100));
  const bytes = jsonBytes(many, 500);
  expect(bytes).toBeGreaterThanOrEqual(500);
  expect(bytes).toBeLessThan(700);
});
