import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { readJson } from './read.ts';
import { stringifyForm } from './stringify-form.ts';
import type { JsonValue } from './value.ts';

describe('stringifyForm', () => {
  it.each([
    ['"\\u00e9 \\ud83d\\ude00 \\u007f \\u2028"', '"é 😀 \u007f \u2028"'],
    ['"\\n\\t\\u0001\\"\\\\ /"', '"\\n\\t\\u0001\\"\\\\ /"'],
    ['"\\\\u00e9"', '"\\\\u00e9"'],
    ['"e-07 \\"e-07\\""', '"e-07 \\"e-07\\""'],
    ['[1e-07,1.5e-10,1e+21,1.0,-0.0,12345678901234567890]', '[1e-7,1.5e-10,1e+21,1.0,-0.0,12345678901234567890]'],
    ['[1e-05,-1.25e-06,9.9e-05]', '[0.00001,-0.00000125,0.000099]'],
    ['{"\\u00e9":1e-07}', '{"é":1e-7}'],
  ])('%s', (canonical, expected) => {
    expect(stringifyForm(canonical)).toBe(expected);
  });

  it('is what JSON.stringify writes of what is sent, and denotes the same canonical JSON', () => {
    // Without member names that ECMAScript sorts as array indices, and doubles that it writes as integers.
    const names = fc.string({ unit: 'binary' }).filter((name) => !/^\d+$/.test(name));
    const numbers = fc
      .oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .filter((number) => !Object.is(number, -0) && (Number.isSafeInteger(number) || /[.e]/.test(String(number))));
    const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'binary' }),
        numbers,
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4 }),
      ),
    }));
    const sendable = (value: JsonValue): string | undefined => {
      try {
        return canonicalJson(value);
      } catch {
        return undefined;
      }
    };
    let count = 0;
    fc.assert(
      fc.property(values, (value) => {
        const canonical = sendable(value);
        if (canonical === undefined) return;
        count++;
        expect(stringifyForm(canonical)).toBe(JSON.stringify(JSON.parse(canonical)));
        expect(readJson(stringifyForm(canonical)).canonical()).toBe(canonical);
      }),
      { numRuns: 300 },
    );
    expect(count).toBeGreaterThan(100);
  });

  it('reads a long text', () => {
    const long = JSON.stringify('\\"é'.repeat(300_000));
    expect(stringifyForm(readJson(long).canonical())).toBe(long);
  });
});
