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
