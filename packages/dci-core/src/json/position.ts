/**
 * @param text - a text
 * @param at - index of a UTF-16 unit in it
 * @returns where that is, for an error: `line 3, column 14`, both from 1 on, columns in UTF-16 units
 */
export function positionText(text: string, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = next + 1;
  }
  return `line ${line}, column ${at - lineStart + 1}`;
}
