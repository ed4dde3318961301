/**
 * Compares two texts by Unicode code point, the order in which canonical JSON sorts member names
 * (protocol.md section 2). It differs from the order of `<`, which compares UTF-16 units, where a character
 * beyond the BMP (written with units from U+D800) meets one from U+E000 to U+FFFF.
 *
 * @param a - well-formed text
 * @param b - well-formed text
 * @returns a negative number, zero or a positive number as for `Array.prototype.sort`
 */
export function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) return codePointRank(unitA) - codePointRank(unitB);
  }
  return a.length - b.length;
}

/** Moves the surrogates above all other units, which makes the order of units the order of code points. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
