import { DciError } from '../errors.ts';
import { positionText } from './position.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a JSON document, refused when it is no Unicode text without a byte order mark (RFC 8259 section 8.1).
 *
 * @param input - UTF-8 bytes, or text
 * @returns well-formed text
 * @throws DciError `err.request.bad` with the position of the fault
 */
export function inputText(input: Uint8Array | string): string {
  const text = typeof input === 'string' ? wellFormed(input) : decoded(input);
  if (text.charCodeAt(0) === 0xfeff) throw fault('a byte order mark, at line 1, column 1');
  return text;
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw fault(`a lone surrogate, at ${positionText(text, text.search(/\p{Surrogate}/u))}`);
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    // The decoder does not tell where: the first byte that changes when its replacement characters are encoded.
    const repaired = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    const offset = repaired.findIndex((byte, index) => byte !== bytes[index]);
    throw fault(`invalid UTF-8, at byte ${offset + 1}`);
  }
}

function fault(what: string): DciError {
  return new DciError('err.request.bad', `The JSON is not acceptable: ${what}.`);
}
