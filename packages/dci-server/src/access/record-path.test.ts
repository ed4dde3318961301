import { describe, expect, it } from 'vitest';
import { covers, overlaps, parseRecordPath } from './record-path.ts';

describe('parseRecordPath', () => {
  it.each([
    ['', []],
    ['name', [{ kind: 'member', name: 'name' }]],
    [
      'name.surname',
      [
        { kind: 'member', name: 'name' },
        { kind: 'member', name: 'surname' },
      ],
    ],
    [
      'a[key=b c].value',
      [
        { kind: 'member', name: 'a' },
        { kind: 'where', member: 'key', value: 'b c' },
        { kind: 'member', name: 'value' },
      ],
    ],
    [
      'identifier[identifier_type=UIN]',
      [
        { kind: 'member', name: 'identifier' },
        { kind: 'where', member: 'identifier_type', value: 'UIN' },
      ],
    ],
    [
      'a[k=].@type',
      [
        { kind: 'member', name: 'a' },
        { kind: 'where', member: 'k', value: '' },
        { kind: 'member', name: '@type' },
      ],
    ],
  ])('reads %j', (text, steps) => {
    expect(parseRecordPath(text)).toEqual(steps);
  });

  it.each(['.', 'a.', '.a', 'a..b', 'a[', 'a[k', 'a[k=v', 'a]', 'a[=v]', 'a[k=v]b', 'a.*', '*.a', 'a.**'])(
    'refuses %j',
    (text) => {
      expect(() => parseRecordPath(text)).toThrow(expect.objectContaining({ code: 'err.configuration.invalid' }));
    },
  );
});

describe('covers', () => {
  it.each([
    ['', 'a', true],
    ['a', 'a', true],
    ['a', 'a.b', true],
    ['a', 'ab', false],
    ['a.b', 'a', false],
    ['a.b', 'a.c', false],
    ['a', 'a[k=v].b', true],
    ['a.b', 'a[k=v].b', true],
    ['a[k=v]', 'a[k=v].b', true],
    ['a[k=v]', 'a[k=w].b', false],
    ['a[k=v]', 'a[l=v].b', false],
    ['a[k=v]', 'a.b', false],
    ['a[k=v]', 'a', false],
    ['a[k=v].b', 'a[k=v].b.c', true],
  ])('%j covers %j: %s', (prefix, path, expected) => {
    expect(covers(parseRecordPath(prefix), parseRecordPath(path))).toBe(expected);
  });
});

describe('overlaps', () => {
  it.each([
    ['', 'a', true],
    ['a', 'a.b', true],
    ['a.b', 'a.c', false],
    ['a', 'b', false],
    ['a[k=v].b', 'a.b', true],
    ['a[k=v].b', 'a.c', false],
    ['a[k=v].b', 'a[k=w].b', false],
    ['a[k=v].b', 'a[l=w].b', true],
    ['a[k=v]', 'a', true],
    ['a[k=v]', 'a.c', true],
  ])('%j overlaps %j: %s, either way round', (first, second, expected) => {
    expect(overlaps(parseRecordPath(first), parseRecordPath(second))).toBe(expected);
    expect(overlaps(parseRecordPath(second), parseRecordPath(first))).toBe(expected);
  });
});
