/** Deepest nesting of arrays and objects that is read or written (protocol.md section 2). */
export const maxJsonDepth = 32;

/** Python refuses to read or print longer integers (`sys.int_info.default_max_str_digits`). */
export const maxIntegerDigits = 4300;

/** Values of a short text: it can hold as many as its length allows, up to this. */
const valuesOfShortText = 1_000_000;
/** Characters for each value of a longer one; records have twice as many. */
const charactersForValue = 16;

/**
 * Bounds what a text becomes in memory: `[[],[],…]` takes thirty times its length, and everybody may send it.
 *
 * @param length - of the text
 * @returns how many values it may hold
 */
export function mostJsonValues(length: number): number {
  return Math.max(valuesOfShortText, Math.floor(length / charactersForValue));
}
