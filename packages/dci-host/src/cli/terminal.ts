import stringWidth from 'string-width';

/** Where a command writes. The streams of the process satisfy it. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const gap = '  ';

/**
 * Writes rows as aligned columns. Wide and combining characters count as a terminal shows them.
 *
 * @param headings - one for each column
 * @param rows - cells; control characters in them are replaced, so that data cannot steer a terminal
 * @returns the text without a line end
 */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings.map((heading) => heading.toUpperCase()), ...rows.map((row) => row.map(printable))];
  const sized = cells.map((row) => row.map((text) => ({ text, width: stringWidth(text) })));
  const widths = headings.map((_, column) => sized.reduce((most, row) => Math.max(most, row[column]?.width ?? 0), 0));
  return sized
    .map((row) =>
      row
        .map(({ text, width }, column) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width)))
        .join(gap)
        .trimEnd(),
    )
    .join('\n');
}

/**
 * Makes a text safe for one line of a terminal.
 *
 * @param text - any text
 * @returns the text with control characters replaced by U+FFFD
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
}
