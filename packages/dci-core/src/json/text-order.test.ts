import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from './text-order.ts';

describe('compareCodePoints', () => {
  it('is the order of code points', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6 });
    const points = (value: string): number[] => [...value].map((character) => character.codePointAt(0) ?? 0);
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [pointsA, pointsB] = [points(a), points(b)];
        const at = pointsA.findIndex((point, index) => point !== pointsB[index]);
        const expected = at < 0 ? a.length - b.length : (pointsA[at] ?? 0) - (pointsB[at] ?? -1);
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(expected));
      }),
      { numRuns: 5000 },
    );
  });

  it('is not the order of UTF-16 units', () => {
    expect('\u{10000}' < '\uffff').toBe(true);
    expect(compareCodePoints('\u{10000}', '\uffff')).toBeGreaterThan(0);
    expect(compareCodePoints('\ud7ff', '\u{10000}')).toBeLessThan(0);
  });
});
