import { randomBytes } from 'node:crypto';
import { createRandom } from 'dci-core';
import { createSealer } from 'dci-host';
import { describe, expect, it } from 'vitest';
import type { PagePosition } from '../adapters/adapter.ts';
import { testCrypto } from '../server.fixtures.ts';
import { createCursorCodec } from './cursor.ts';

const random = createRandom(globalThis.crypto);
const sealer = createSealer(randomBytes(32), random);
const cursors = createCursorCodec(sealer, testCrypto);
const search = { sender: 'a', registry: 'social', query: { type: 'UIN', value: '1' }, sort: [] };
const at = (after: PagePosition) => ({ pageNumber: 2, after });

describe('a cursor', () => {
  it.each<PagePosition>([
    { values: [], key: 1 },
    { values: ['王', null, 1.5, true, '1990-05-15'], key: 'record-17' },
    { values: ['x'.repeat(10_000)], key: 9_007_199_254_740_991 },
  ])('leads back to its place', (after) => {
    expect(cursors.read(cursors.write(at(after), search), search)).toEqual(at(after));
  });

  it('has the same length for every ordinary place, and never the same text', () => {
    const places: readonly PagePosition[] = [
      { values: [], key: 9 },
      { values: [], key: 10_000_000_000 },
      { values: ['Abe'], key: 1 },
      { values: ['Wolfeschlegelsteinhausen', '1990-05-15', 45.5], key: 123_456 },
    ];
    const texts = [...places, ...places].map((after) => cursors.write(at(after), search));
    expect(new Set(texts.map(({ length }) => length)).size).toBe(1);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('belongs to its search', () => {
    const text = cursors.write(at({ values: [], key: 1 }), search);
    for (const changed of [
      { ...search, sender: 'b' },
      { ...search, registry: 'crvs' },
      { ...search, query: { type: 'UIN', value: '2' } },
      { ...search, sort: [{ attribute: 'sex', order: 'asc' }] },
    ]) {
      expect(cursors.read(text, changed)).toBeUndefined();
    }
  });

  it('is refused when it was not written here', () => {
    const text = cursors.write(at({ values: [], key: 1 }), search);
    const foreign = createCursorCodec(createSealer(randomBytes(32), random), testCrypto);
    expect(foreign.read(text, search)).toBeUndefined();
    const plain = new TextEncoder().encode(JSON.stringify({ search: 'x', page: 2, values: [], key: 1 }));
    const other = Buffer.from(sealer.seal(plain, 'another purpose')).toString('base64url');
    for (const refused of ['', 'x', text.slice(1), text.slice(0, -4), `A${text}`, other]) {
      expect(cursors.read(refused, search)).toBeUndefined();
    }
  });
});
