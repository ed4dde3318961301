import { DciError } from 'dci-core';
import { CsvRows, maxRowBytes } from './csv-rows.ts';
import type { UploadLayout } from './item-reader.ts';

/** Names of columns, spelled in any way; others are passed over. */
const typeNames = ['identifiertype', 'idtype', 'type'];
const valueNames = ['identifiervalue', 'idvalue', 'value'];
const referenceNames = ['referenceid'];

const newline = 0x0a;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * Reads the first line of a CSV file of identifiers, which names its columns: `identifier_type` and `identifier_value`
 * (or `id_type`, `type` and `id_value`, `value`), and `reference_id` if there is one. Columns are separated by commas, or
 * by semicolons or tabs where the line has no comma. A UTF-8 byte order mark is passed over.
 *
 * @param bytes - the file from its beginning
 * @param isEnd - whether that is all of it
 * @returns the layout; `undefined` when the first line is not all there yet
 * @throws DciError `err.request.bad` for a file without such a line
 */
export function readCsvHeader(
  bytes: Uint8Array,
  isEnd: boolean,
): Extract<UploadLayout, { readonly format: 'csv' }> | undefined {
  const found = bytes.indexOf(newline);
  if (found < 0 && !isEnd && bytes.length <= maxRowBytes) return undefined;
  const skipped = byteOrderMark.every((byte, index) => bytes[index] === byte) ? byteOrderMark.length : 0;
  const line = bytes.subarray(skipped, found < 0 ? bytes.length : found + 1);
  const delimiter = delimiterOf(line);
  const rows = new CsvRows({ delimiter, offset: skipped });
  const [row] = [...rows.push(line), ...rows.end()];
  if (row?.fields === undefined) throw badHeader(row?.fault ?? 'the first line of the file is empty');
  const names = row.fields.map((field) => field.toLowerCase().replaceAll(/[^a-z]/g, ''));
  const indexOf = (wanted: readonly string[]): number | undefined => {
    const indexes = names.flatMap((name, index) => (wanted.includes(name) ? [index] : []));
    if (indexes.length > 1) throw badHeader('the first line of the file names a column twice');
    return indexes[0];
  };
  const type = indexOf(typeNames);
  const value = indexOf(valueNames);
  const reference = indexOf(referenceNames);
  if (type === undefined || value === undefined) {
    throw badHeader('the first line of the file must name the columns identifier_type and identifier_value');
  }
  return {
    format: 'csv',
    start: skipped + line.length,
    delimiter,
    width: names.length,
    type,
    value,
    ...(reference === undefined ? {} : { reference }),
  };
}

function delimiterOf(line: Uint8Array): string {
  return [',', ';', '\t'].find((character) => line.includes(character.charCodeAt(0))) ?? ',';
}

function badHeader(message: string): DciError {
  return new DciError('err.request.bad', message, { path: 'fileName' });
}
