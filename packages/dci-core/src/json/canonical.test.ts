import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../vectors/canonical.json' with { type: 'json' };
import { canonicalJson } from './canonical.ts';
import { askPython, pythonVersion } from './python.fixtures.ts';
import { RandomJson } from './random-json.fixtures.ts';
import { readJson } from './read.ts';
import type { JsonValue } from './value.ts';
import { jsonValues } from './values.fixtures.ts';
import { writeJson } from './write.ts';

describe('canonical form of a received text', () => {
  it.each(vectors.accepted)('$name', ({ text, canonical, spaced }) => {
    expect(readJson(text).canonical()).toBe(canonical);
    const wrapped = readJson(`{"x":[],"member":${text}}`, { maxDepth: 33 });
    expect(wrapped.canonicalMember('member')).toBe(canonical);
    expect(wrapped.canonicalMember('member', 'spaced')).toBe(spaced);
  });

  it.each(vectors.accepted)('$name: the canonical form is its own canonical form', ({ canonical }) => {
    expect(readJson(canonical).canonical()).toBe(canonical);
  });

  it.skipIf(pythonVersion() === undefined)('is that of Python for random values', () => {
    const random = new RandomJson(77);
    const texts = Array.from({ length: 3000 }, () => random.value(5));
    askPython(texts).forEach(({ canonical, spaced }, index) => {
      const document = readJson(`{"member":${texts[index]}}`);
      expect(document.canonicalMember('member')).toBe(canonical);
      expect(document.canonicalMember('member', 'spaced')).toBe(spaced);
      expect(document.canonical()).toBe(`{"member":${canonical}}`);
    });
  });

  it('has no member where the document has none', () => {
    expect(readJson('{"a":1}').canonicalMember('b')).toBeUndefined();
    expect(readJson('{"a":1}').canonicalMember('toString')).toBeUndefined();
    expect(readJson('[1]').canonicalMember('0')).toBeUndefined();
    expect(readJson('null').canonicalMember('a')).toBeUndefined();
  });

  it('is found member by member, canonical as received or not', () => {
    const document = readJson('{"z":{"a":1,"b":2.0},"m":{"b":2.0,"a":1},"a":[1, 2]}');
    expect(document.canonicalMember('z')).toBe('{"a":1,"b":2.0}');
    expect(document.canonicalMember('m')).toBe('{"a":1,"b":2.0}');
    expect(document.canonicalMember('a')).toBe('[1,2]');
    expect(document.canonical()).toBe('{"a":[1,2],"m":{"a":1,"b":2.0},"z":{"a":1,"b":2.0}}');
  });
});

describe('canonical form of a value in memory', () => {
  it('equals that of its text', () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        const document = readJson(writeJson(value));
        expect(canonicalJson(value)).toBe(document.canonical());
        expect(canonicalJson(value, 'spaced')).toBe(
          readJson(`{"a":${writeJson(value)}}`).canonicalMember('a', 'spaced'),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ b: undefined, a: { c: undefined } })).toBe('{"a":{}}');
  });

  it.each<[string, JsonValue, string | undefined]>([
    ['NaN', { a: [Number.NaN] }, 'a[0]'],
    ['Infinity', Number.POSITIVE_INFINITY, undefined],
    ['a lone surrogate', { a: { b: 'x\ud800' } }, 'a.b'],
    ['NUL', ['a', { b: '\0' }], '[1].b'],
    ['a name with a lone surrogate', { '\ud800': 1 }, '*'],
    ['a member named __proto__', JSON.parse('{"a":{"__proto__":1}}'), 'a.__proto__'],
    ['an array item that is undefined', [undefined as unknown as JsonValue], '[0]'],
    ['33 levels', JSON.parse(`${'['.repeat(33)}${']'.repeat(33)}`), '[0]'.repeat(32)],
    ['an integer of 4301 digits', { a: -(10n ** 4300n) }, 'a'],
  ])('refuses %s, which no reader would take', (_, value, path) => {
    for (const write of [canonicalJson, writeJson]) {
      expect(() => write(value)).toThrow(expect.objectContaining({ code: 'err.internal' }));
      expect(() => write(value)).toThrow(path === undefined ? /./ : expect.objectContaining({ path }));
    }
  });

  it('refuses a value that holds itself', () => {
    const value: { [name: string]: JsonValue } = {};
    value.self = value;
    expect(() => canonicalJson(value)).toThrow(/nesting deeper/);
  });
});
