/**
 * Folds text for comparisons that ignore case: `contains`, `startsWith`, `endsWith` and sorting. Every
 * adapter uses this one function, so that they agree: NFC, lower case without regard to language, the
 * Greek final sigma like any other sigma, and NFC again. `ß` stays distinct from `ss`, and accents count.
 *
 * @param text - any text
 * @returns the folded text
 */
export function foldText(text: string): string {
  // toLowerCase() picks the final sigma by its neighbours, so a prefix would not match the longer word.
  return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/**
 * Compares two texts by Unicode code point, as SQLite's BINARY collation and PostgreSQL's "C" do.
 * JavaScript's own `<` compares UTF-16 units and differs beyond the basic plane.
 *
 * @param left - any text
 * @param right - any text
 * @returns a negative number, zero or a positive number
 */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const leftUnit = left.charCodeAt(index);
    const rightUnit = right.charCodeAt(index);
    if (leftUnit !== rightUnit) return codePointRank(leftUnit) - codePointRank(rightUnit);
  }
  return left.length - right.length;
}

/** Moves surrogates above the rest of the basic plane, where their code points belong. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit > 0xdfff ? unit - 0x800 : unit + 0x2000;
}
