import type { CivilName } from './civil-person.ts';

/** A name as a caller has it: in parts, or in one piece in any order. */
export type NameInput = CivilName | string;

/**
 * How two names compare.
 *
 * - `match`: the same words, whatever their order, case and accents.
 * - `partial`: one has all words of the other and further ones.
 * - `mismatch`: each has a word that the other has not.
 * - `not_stated`: one of them has no word at all.
 */
export type NameComparison = 'match' | 'partial' | 'mismatch' | 'not_stated';

/** Letters that do not decompose into a letter and an accent. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
  ŋ: 'n',
};

/** Accents of Latin, Greek and Cyrillic letters and the vowel signs of Arabic; in other scripts marks tell words apart. */
const accents = /[\u0300-\u036f\u064b-\u0652\u0670]/gu;
/** Apostrophes of all kinds, soft hyphens, Arabic lengthening, and joiners that are not seen. */
const ignored = /['’‘ʼʻ`´\u00ad\u0640\u200b-\u200f\u2060\ufeff]/gu;
const betweenWords = /[^\p{L}\p{M}\p{N}]+/u;

/**
 * Folds a name for comparison: case, accents, apostrophes and signs between words do not count.
 *
 * @param text - a name or a part of one
 * @returns its words, in order
 */
export function nameWords(text: string): readonly string[] {
  return text
    .replace(ignored, '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(accents, '')
    .replace(ignored, '')
    .replaceAll('ς', 'σ')
    .replace(/[ßøłđðþæœıħŋ]/gu, (letter) => letters[letter] ?? letter)
    .normalize('NFC')
    .split(betweenWords)
    .filter((word) => word !== '');
}

/**
 * Compares two names. Titles and suffixes do not count; a maiden name may stand in for the surname; words may stand in any
 * order, because what is the surname differs by country and by form. A word that is written in one piece here and in
 * several there is the same.
 *
 * @param one - a name
 * @param other - another
 * @returns how they compare; the same whichever is first
 */
export function compareNames(one: NameInput, other: NameInput): NameComparison {
  const results = variants(one).flatMap((first) => variants(other).map((second) => compareParts(first, second)));
  return (['match', 'partial', 'mismatch'] as const).find((result) => results.includes(result)) ?? 'not_stated';
}

/** The parts of a name as words; once with the surname and once with the maiden name, where there are both. */
function variants(name: NameInput): readonly (readonly (readonly string[])[])[] {
  if (typeof name === 'string') return [[nameWords(name)]];
  const { givenName, secondName, surname, maidenName } = name;
  const given = [givenName, secondName];
  const families = [...new Set([surname ?? maidenName, maidenName ?? surname])];
  return families.map((family) => [...given, family].map((part) => nameWords(part ?? '')));
}

function compareParts(one: readonly (readonly string[])[], other: readonly (readonly string[])[]): NameComparison {
  const [first, second] = [one.flat(), other.flat()];
  if (first.length === 0 || second.length === 0) return 'not_stated';
  const joined = (parts: readonly (readonly string[])[]): readonly string[] =>
    parts.map((words) => words.join('')).filter((part) => part !== '');
  if (sameWords(first, second) || sameWords(joined(one), joined(other)) || first.join('') === second.join('')) {
    return 'match';
  }
  return containsAll(first, second) || containsAll(second, first) ? 'partial' : 'mismatch';
}

function sameWords(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && containsAll(one, other);
}

/** @returns whether the first list has each word of the second at least as often */
function containsAll(words: readonly string[], wanted: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return wanted.every((word) => {
    const left = (counts.get(word) ?? 0) - 1;
    counts.set(word, left);
    return left >= 0;
  });
}
