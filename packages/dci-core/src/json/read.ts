import type { JsonDocument } from './document.ts';
import { inputText } from './input-text.ts';
import { maxJsonDepth } from './limits.ts';
import { JsonReader } from './reader.ts';

/** Options of {@link readJson}. */
export interface ReadJsonOptions {
  /** Deepest nesting allowed; absent: 32. A document `[]` has depth 1. */
  readonly maxDepth?: number;
}

/**
 * Reads a JSON text (RFC 8259) in one pass, keeping what a canonical form and a signature need, and refusing
 * everything that two readers could understand differently (protocol.md section 2): duplicate member names,
 * lone surrogates (raw or escaped), NUL, a byte order mark, invalid UTF-8, members named `__proto__`, nesting
 * deeper than 32, more values than a million and than one for each 16 characters, numbers that overflow a double, integers of
 * more than 4300 digits, and whatever is not JSON.
 *
 * @param input - UTF-8 bytes, or text
 * @param options - the nesting limit
 * @returns the value and its canonical form
 * @throws DciError `err.request.bad` with the `path` of the fault and its position in the message; the text
 *   never repeats input
 */
export function readJson(input: Uint8Array | string, options: ReadJsonOptions = {}): JsonDocument {
  return new JsonReader(inputText(input), options.maxDepth ?? maxJsonDepth).read();
}
