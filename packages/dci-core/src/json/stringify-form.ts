/** A string, or a small number, which Python and ECMAScript write differently. */
const stringOrSmallNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d(?:\.\d+)?e-0\d/g;
const escapeSequence = /\\(?:u([0-9a-f]{4})|[^u])/g;

/**
 * Canonical JSON with its text written as ECMAScript's `JSON.stringify` writes it, because that is what peers compare
 * with: characters as they are, `1e-7` and not `1e-07`, `0.00001` and not `1e-05`. Numbers that `JSON.stringify` could not
 * tell apart keep what distinguishes them (`1.0`, `1e+16`, long integers), so the text still denotes the same canonical
 * JSON.
 *
 * @param canonical - canonical JSON, compact
 * @returns JSON of the same value, members in the same order
 */
export function stringifyForm(canonical: string): string {
  return canonical.replace(stringOrSmallNumber, (part) =>
    part.startsWith('"')
      ? part.replace(escapeSequence, (sequence: string, hex?: string) => {
          const unit = hex === undefined ? 0 : Number.parseInt(hex, 16);
          return unit < 0x20 ? sequence : String.fromCharCode(unit);
        })
      : String(Number(part)),
  );
}
