import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UploadedItem } from './item-reader.ts';
import { JsonItems } from './json-items.ts';
import { scanUpload } from './scan-upload.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string, shape: 'list' | 'lines', size = text.length * 4 || 1, offset = 0, maxElementBytes = 1000) {
  const bytes = bytesOf(text);
  const reader = new JsonItems({ shape, offset, maxElementBytes });
  const items: UploadedItem[] = [];
  for (let at = 0; at < bytes.length; at += size) items.push(...reader.push(bytes.subarray(at, at + size)));
  return [...items, ...reader.end()];
}

const textsOf = (items: readonly UploadedItem[]) =>
  items.map(({ text, fault }) => (text === undefined ? fault : JSON.parse(Buffer.from(text).toString('utf8'))));

describe('elements of a JSON file', () => {
  const values = fc.array(
    fc.jsonValue().filter((value) => value !== undefined),
    { minLength: 1, maxLength: 8 },
  );

  it('are the elements, however the file is cut and written', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), fc.constantFrom('', ' ', '\n  '), (list, size, space) => {
        const text = `${list.map((value) => space + JSON.stringify(value, null, space) + space).join(',')}]`;
        expect(textsOf(read(text, 'list', size, 0, 1e6))).toEqual(JSON.parse(`[${text}`));
        const lines = list.map((value) => `${JSON.stringify(value)}\n\n`).join('');
        expect(textsOf(read(lines, 'lines', size, 0, 1e6))).toEqual(JSON.parse(`[${text}`));
      }),
      { numRuns: 200 },
    );
  });

  it('reading from the end of an element gives the further ones', () => {
    const text = '{"a":"]},"} , [1,[2]],"x\\"," ,3 ]';
    const all = read(text, 'list');
    expect(all).toHaveLength(4);
    for (const [index, { end }] of all.slice(0, -1).entries()) {
      expect(read(text.slice(end), 'list', 3, end)).toEqual(all.slice(index + 1));
    }
  });

  it('one that is too long is a fault of its own', () => {
    const items = read(`1,"${'x'.repeat(2000)}",2]`, 'list', 100);
    expect(textsOf(items)).toEqual([1, 'an element may have at most 1000 bytes', 2]);
  });
});

describe('a file that is looked at while it comes', () => {
  const scan = (text: string, format: 'json' | 'csv' = 'json', maxItems = 3) => {
    const scanner = scanUpload(format, maxItems);
    for (const byte of bytesOf(text)) scanner.push(Uint8Array.of(byte));
    return scanner.end();
  };

  it('is counted and weighed', () => {
    const lookUp = { search_criteria: { query_type: 'idtype-value' } };
    const text = { search_criteria: { query_type: 'predicate', query: 'name.contains("x")' } };
    expect(scan(` \n[${JSON.stringify(lookUp)},${JSON.stringify(text)},nonsense]`)).toEqual({
      layout: { format: 'json', shape: 'list', start: 3 },
      items: 3,
      bytes: expect.any(Number),
      points: 22,
    });
    expect(scan('{"a":1}\n{}')).toMatchObject({ layout: { shape: 'lines', start: 0 }, items: 2 });
    expect(scan('type,value\na,1\n"\n', 'csv')).toMatchObject({ items: 2, points: 2 });
  });

  it.each<[string, 'json' | 'csv', number]>([
    ['', 'json', 400],
    ['   ', 'json', 400],
    ['[]', 'json', 400],
    ['[1', 'json', 400],
    ['[1,]', 'json', 400],
    ['[,1]', 'json', 400],
    ['[1] x', 'json', 400],
    ['"x"', 'json', 400],
    ['\ufeff[1]', 'json', 400],
    ['[1,2,3,4]', 'json', 413],
    ['type,value\n', 'csv', 400],
    ['type,value\na,1\na,1\na,1\na,1\n', 'csv', 413],
    ['nothing', 'csv', 400],
  ])('%j is refused', (text, format, status) => {
    expect(() => scan(text, format)).toThrow(expect.objectContaining({ code: 'err.request.bad', status }));
  });
});
