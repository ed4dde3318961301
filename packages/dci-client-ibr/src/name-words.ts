/**
 * Tells whether two names may be of one person: they have a word in common, or one that is nearly the same. Registries
 * write names in other orders, without accents, with initials and with slips.
 *
 * @param one - parts of a name, as far as they are known
 * @param other - parts of another
 * @returns true also when either side says nothing
 */
export function haveCommonName(one: readonly (string | undefined)[], other: readonly (string | undefined)[]): boolean {
  const [ours, theirs] = [wordsOf(one), wordsOf(other)];
  if (ours.length === 0 || theirs.length === 0) return true;
  return ours.some((word) => theirs.some((their) => areAlike(word, their)));
}

/** Words without case and without accents of Latin, Greek and Cyrillic letters; marks of other scripts are letters too. */
function wordsOf(parts: readonly (string | undefined)[]): readonly string[] {
  return parts.flatMap((part) =>
    (part ?? '')
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .toUpperCase()
      .split(/[^\p{L}\p{M}\p{N}]+/u)
      .filter((word) => word !== ''),
  );
}

function areAlike(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length === 1) return long.startsWith(short);
  // One letter in four: "MOHAMED" and "MUHAMED" are alike, "ANA" and "EVA" are not.
  const allowed = Math.floor(short.length / 4);
  return long.length - short.length <= allowed && distance(short, long) <= allowed;
}

/** Letters to change, add or take away to make one word of the other (Levenshtein). */
function distance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}
