const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const shortEscapes: Readonly<Record<number, string>> = {
  8: '\\b',
  9: '\\t',
  10: '\\n',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/**
 * A text as canonical JSON writes it (protocol.md section 2): ASCII only, in quotes.
 *
 * @param text - any text
 * @returns the JSON string, or `undefined` when the text holds a lone surrogate or NUL, which no peer would read
 */
export function quoteAscii(text: string): string | undefined {
  for (let index = 0; index < text.length; index++) {
    if (!isPlain(text.charCodeAt(index))) return escapeFrom(text, index);
  }
  return `"${text}"`;
}

/**
 * A text as a JSON string, with only what JSON requires escaped.
 *
 * @param text - any text
 * @returns the JSON string, or `undefined` when the text holds a lone surrogate or NUL, which no peer would read
 */
export function quoteUnicode(text: string): string | undefined {
  return text.isWellFormed() && !text.includes('\0') ? JSON.stringify(text) : undefined;
}

/** Printable ASCII other than the quote and the backslash. */
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit < 0x7f && unit !== 0x22 && unit !== 0x5c;
}

function escapeFrom(text: string, firstEscape: number): string | undefined {
  if (!text.isWellFormed()) return undefined;
  let escaped = `"${text.slice(0, firstEscape)}`;
  let plainFrom = firstEscape;
  for (let index = firstEscape; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (isPlain(unit)) continue;
    if (unit === 0) return undefined;
    if (plainFrom < index) escaped += text.slice(plainFrom, index);
    escaped += shortEscapes[unit] ?? `\\u${hexPairs[unit >> 8]}${hexPairs[unit & 0xff]}`;
    plainFrom = index + 1;
  }
  return `${escaped}${text.slice(plainFrom)}"`;
}
