import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from './fold-text.ts';

test.each([
  ['AMINA', 'amina'],
  ['A\u0301', '\u00e1'],
  ['ΓΙΩΡΓΟΣ', 'γιωργοσ'],
  ['γιωργος', 'γιωργοσ'],
  ['İ', 'i\u0307'],
  ['STRASSE', 'strasse'],
  ['straße', 'straße'],
  ['مريم', 'مريم'],
])('%s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});

test('folding again changes nothing, and a beginning stays a beginning', () => {
  // Combining marks join with what stands before them; a text that begins with one is no continuation.
  const part = fc.string({ unit: 'grapheme-composite' }).filter((text) => !/^\p{M}/u.test(text));
  fc.assert(
    fc.property(part, part, (start, end) => {
      expect(foldText(foldText(start))).toBe(foldText(start));
      if (foldText(start + end) !== foldText(start) + foldText(end)) return;
      expect(foldText(start + end).startsWith(foldText(start))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('a Greek name is found by any beginning', () => {
  const name = 'ΓΙΩΡΓΟΣΤΙΝΟΣ';
  for (let length = 1; length <= name.length; length += 1) {
    expect(foldText(name).startsWith(foldText(name.slice(0, length)))).toBe(true);
  }
});
