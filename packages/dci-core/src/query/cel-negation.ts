/** Negations in a row that the CEL parser, which recurses once for each, is given at most. */
const maxRun = 32;

/**
 * Finds a long run of `!` or `-` before the text reaches the CEL parser: it bounds every other recursion
 * itself, but not this one. Text in quotes and comments is passed over as the parser does.
 *
 * @param text - a CEL expression
 * @returns the offset at which the run becomes too long, or `undefined`
 */
export function findDeepNegation(text: string): number | undefined {
  let run = 0;
  for (let offset = 0; offset < text.length; ) {
    const character = text.charAt(offset);
    if (character === '"' || character === "'") {
      offset = endOfString(text, offset);
      run = 0;
    } else if (character === '/' && text.charAt(offset + 1) === '/') {
      const end = text.indexOf('\n', offset);
      offset = end < 0 ? text.length : end;
    } else {
      if (character === '!' || character === '-') run += 1;
      else if (!' \t\r\n'.includes(character)) run = 0;
      if (run > maxRun) return offset;
      offset += 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  const quote = text.charAt(start);
  const closing = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  for (let offset = start + closing.length; offset < text.length; offset += 1) {
    if (text.charAt(offset) === '\\') offset += 1;
    else if (text.startsWith(closing, offset)) return offset + closing.length;
  }
  return text.length;
}
