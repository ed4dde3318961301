import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvHeader } from './csv-header.ts';
import { CsvRows } from './csv-rows.ts';
import type { UploadedItem } from './item-reader.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads a file in chunks of these sizes, the last again and again. */
function read(bytes: Uint8Array, sizes: readonly number[] = [bytes.length || 1], maxRowBytes?: number) {
  const rows = new CsvRows({ delimiter: ',', offset: 0, ...(maxRowBytes === undefined ? {} : { maxRowBytes }) });
  const items: UploadedItem[] = [];
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[Math.min(index, sizes.length - 1)] ?? 1;
    items.push(...rows.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...items, ...rows.end()];
}

const fieldsOf = (text: string) => read(bytesOf(text)).map(({ fields, fault }) => fields ?? fault);

describe('rows of a CSV file', () => {
  it.each<[string, unknown[]]>([
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['\n\r\n  \na\n\n', [['a']]],
    ['"a,b","c""d",""\n', [['a,b', 'c"d', '']]],
    ['"a\r\nb",c\r\n"d"\r\n', [['a\r\nb', 'c'], ['d']]],
    ['a,"b"', [['a', 'b']]],
    [',\n', [['', '']]],
    ['Zoë,日本\n', [['Zoë', '日本']]],
    ['a"b,c\nd\n', ['a quote stands where none may be', ['d']]],
    ['"a"b,c\nd\n', ['a quote stands where none may be', ['d']]],
    ['"a,b\nc\nd\n', ['a quoted field is not closed', ['c'], ['d']]],
    ['a\n"', [['a'], 'a quoted field is not closed']],
  ])('%j', (text, rows) => {
    expect(fieldsOf(text)).toEqual(rows);
  });

  it('a row that is no UTF-8, or too long, is a fault of its own', () => {
    const bad = Uint8Array.of(...bytesOf('a\n'), 0xff, 0x0a, ...bytesOf('b\n'));
    expect(read(bad).map(({ fields, fault }) => fields ?? fault)).toEqual([['a'], 'the row is not UTF-8', ['b']]);
    const long = bytesOf(`a\n${'x'.repeat(50)}\nb\n"${'y\n'.repeat(12)}"\nc`);
    const rows = read(long, [7], 16);
    expect(rows[1]?.fault).toBe('a row may have at most 16 bytes');
    expect(rows.at(-1)?.fields).toEqual(['c']);
  });

  const text = fc.array(fc.constantFrom('a', ',', '"', '""', '\n', '\r\n', '\r', 'é', 'bcd', '",', ',"', '"\n'), {
    maxLength: 60,
  });

  it('how the file is cut makes no difference', () => {
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, sizes) => {
        const bytes = bytesOf(parts.join(''));
        expect(read(bytes, sizes, 20)).toEqual(read(bytes, [bytes.length || 1], 20));
      }),
      { numRuns: 2000 },
    );
  });

  it('reading from the end of any row gives the further rows', () => {
    fc.assert(
      fc.property(text, (parts) => {
        const bytes = bytesOf(parts.join(''));
        const all = read(bytes, undefined, 20);
        for (const [index, { end }] of all.entries()) {
          const rows = new CsvRows({ delimiter: ',', offset: end, maxRowBytes: 20 });
          expect([...rows.push(bytes.subarray(end)), ...rows.end()]).toEqual(all.slice(index + 1));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('what csv-parse reads, it reads alike', () => {
    const field = fc.array(fc.constantFrom('a', ',', '"', '\n', '\r\n', 'é', ' x'), { maxLength: 6 });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const file = rows.map((row) => row.map((parts) => quoted(parts.join(''))).join(',') + end).join('');
        const expected = parse(file, { record_delimiter: end, skip_empty_lines: false }) as string[][];
        expect(fieldsOf(file)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the first line of a CSV file', () => {
  const header = (text: string) => readCsvHeader(bytesOf(text), true);

  it.each([
    ['identifier_type,identifier_value\n', ',', 0, 1, undefined],
    ['\ufeffreference_id;ID Type;"ID-Value";name\r\n', ';', 1, 2, 0],
    ['value\ttype\n', '\t', 1, 0, undefined],
    ['type,value', ',', 0, 1, undefined],
  ])('%j', (text, delimiter, type, value, reference) => {
    const layout = header(`${text}`);
    expect(layout).toMatchObject({ delimiter, type, value, start: bytesOf(text).length });
    expect(layout?.reference).toBe(reference);
  });

  it.each([
    '',
    '\n',
    'a,b\n',
    'type\n',
    'type,type,value\n',
    'type,id_type,value\n',
    '"type,value\n',
    'x'.repeat(20_000),
  ])('%j is refused', (text) => {
    expect(() => header(text)).toThrow(expect.objectContaining({ code: 'err.request.bad' }));
  });

  it('is waited for', () => {
    expect(readCsvHeader(bytesOf('type,val'), false)).toBeUndefined();
  });
});
