import type { JsonValue } from './value.ts';
import { JsonWriter } from './writer.ts';

/** Separators of canonical JSON: `,` and `:`, or Python's default `, ` and `: ` (scheme `dci-legacy`). */
export type JsonStyle = 'compact' | 'spaced';

/**
 * The canonical text of a value in memory (protocol.md section 2). It equals
 * `readJson(writeJson(value)).canonical()`.
 *
 * @param value - the value; members that are `undefined` are left out
 * @param style - separators; absent: compact
 * @returns ASCII text
 * @throws DciError `err.internal` with the `path` of the fault, when `readJson` would refuse the text: a number that
 *   is not finite, a lone surrogate, NUL, a member `__proto__`, nesting deeper than 32
 */
export function canonicalJson(value: JsonValue, style: JsonStyle = 'compact'): string {
  return new JsonWriter({ isCanonical: true, isSpaced: style === 'spaced' }).writeMember([], 0, value);
}
