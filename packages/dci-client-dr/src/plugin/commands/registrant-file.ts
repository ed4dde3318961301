import { DciError } from 'dci-core';
import type { Registrant, RegistrantIdentifier } from '../../registrant.ts';

/**
 * Reads registrants from lines of text, one registrant a line: `UIN:123`, or as CSV `UIN,123`; further identifiers of the
 * same registrant follow on the line. Below a heading `identifier_type,identifier_value` every line is CSV, also where
 * types and values hold colons. Empty lines and those that begin with `#` are passed over.
 *
 * @param text - the file
 * @returns the registrants, in the order of the file
 * @throws DciError `err.request.bad` with the number of the line, without what stands in it
 */
export function readRegistrantFile(text: string): readonly Registrant[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const rows = lines.flatMap((line, index) => {
    const trimmed = line.trim();
    const number = index + 1;
    return trimmed === '' || trimmed.startsWith('#') ? [] : [{ number, cells: readCells(trimmed, number) }];
  });
  const [first] = rows;
  const hasHeading = first !== undefined && isHeading(first.cells);
  return rows
    .slice(hasHeading ? 1 : 0)
    .map(({ cells, number }) => ({ identifiers: readIdentifiers(cells, number, hasHeading) }));
}

function isHeading([type = '', value = '']: readonly string[]): boolean {
  return /^(identifier_|id_)?type$/i.test(type) && /^(identifier_|id_)?value$/i.test(value);
}

function readIdentifiers(all: readonly string[], line: number, isPaired: boolean): readonly RegistrantIdentifier[] {
  const cells = all.filter((cell) => cell !== '');
  if (!isPaired && cells.every((cell) => cell.includes(':'))) {
    return cells.map((cell) => {
      const colon = cell.lastIndexOf(':');
      return identifier(cell.slice(0, colon), cell.slice(colon + 1), line);
    });
  }
  if (cells.length % 2 === 1) throw badLine(line, 'must hold type and value of each identifier');
  return cells.flatMap((type, index) => (index % 2 === 0 ? [identifier(type, cells[index + 1] ?? '', line)] : []));
}

function identifier(type: string, value: string, line: number): RegistrantIdentifier {
  const [trimmedType, trimmedValue] = [type.trim(), value.trim()];
  if (trimmedType === '' || trimmedValue === '') throw badLine(line, 'must hold type and value of each identifier');
  return { type: trimmedType, value: trimmedValue };
}

/** RFC 4180, but for line ends in quotes. */
function readCells(line: string, number: number): readonly string[] {
  const cells: string[] = [];
  const cell = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (let separator = ','; separator === ','; ) {
    const match = cell.exec(line);
    if (match === null) throw badLine(number, 'is no line of a CSV file');
    const [, quoted, plain = '', end = ''] = match;
    cells.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    separator = end;
  }
  return cells;
}

function badLine(line: number, text: string): DciError {
  return new DciError('err.request.bad', `line ${line} ${text}`, { path: `line ${line}` });
}
