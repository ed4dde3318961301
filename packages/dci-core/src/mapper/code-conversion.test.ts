import { describe, expect, it } from 'vitest';
import { maritalStatus, sexCategory } from '../code-lists/core.ts';
import { asCode } from './code-conversion.ts';
import { asInteger, asText } from './conversion.ts';
import { throughLookup } from './lookup.ts';

describe('asCode', () => {
  const table = asCode({
    local: [
      ['J', 'male'],
      ['M', 'male'],
      ['W', 'female'],
      [1, 'other'],
    ],
  });

  it('translates by a table in any case, and stores the first of several', () => {
    expect(table.read('m')).toBe('male');
    expect(table.read(1)).toBe('other');
    expect(table.write('male')).toEqual(['J', 'M']);
    expect(table.write('other')).toEqual([1]);
  });

  it('leaves out what it does not know, or keeps it', () => {
    expect(table.read('X')).toBeUndefined();
    expect(table.write('unknown')).toEqual([]);
    expect(table.write({})).toEqual([]);
    const keeping = asCode({ local: [['J', 'male']], unknown: 'keep' });
    expect(keeping.read('X')).toBe('X');
    expect(keeping.write('Severe')).toEqual(['Severe']);
  });

  it('translates by a code list: codes are stored, labels and aliases read', () => {
    const listed = asCode({ codeList: maritalStatus });
    expect(listed.read('Married')).toBe('M');
    expect(listed.write('married')).toEqual(['M', 'Married']);
    expect(listed.write('no such thing')).toEqual([]);
  });

  it('translates by a table first and then by a code list', () => {
    const both = asCode({
      local: [
        ['W', 'female'],
        ['M', 'male'],
      ],
      codeList: sexCategory,
    });
    expect(both.read('W')).toBe('female');
    expect(both.read('Female')).toBe('female');
    expect(both.write('F')[0]).toBe('W');
    expect(both.write('F')).toContain('female');
  });

  it('lists column values that all read as what it says', () => {
    for (const conversion of [
      table,
      asCode({ codeList: sexCategory }),
      asCode({ local: [['2', 'male']], codeList: sexCategory }),
    ]) {
      expect(conversion.entries?.length).toBeGreaterThan(0);
      for (const [column, code] of conversion.entries ?? []) {
        expect(conversion.read(column)).toBe(code);
        expect(conversion.write(code)).toContain(column);
      }
    }
  });
});

describe('throughLookup', () => {
  const types = {
    table: 'spp_id_type',
    key: 'id',
    value: 'namespace_uri',
    entries: [
      [1, 'urn:a'],
      [2, 'urn:b'],
      [3, 'urn:a'],
    ],
  } as const;

  it('reads a foreign key as the value it points to', () => {
    const conversion = throughLookup(types, asText());
    expect(conversion.read(2)).toBe('urn:b');
    expect(conversion.read(2n)).toBe('urn:b');
    expect(conversion.read(9)).toBeUndefined();
    expect(conversion.write('urn:a')).toEqual([1, 3]);
    expect(conversion.write('urn:c')).toEqual([]);
    expect(conversion.entries).toEqual([
      [1, 'urn:a'],
      [3, 'urn:a'],
      [2, 'urn:b'],
    ]);
  });

  it('translates the value, whatever its spelling in the lookup table', () => {
    const genders = {
      table: 'vocabulary',
      key: 'id',
      value: 'code',
      entries: [
        [7, 'Male'],
        [8, '2'],
      ],
    } as const;
    const conversion = throughLookup(genders, asCode({ codeList: sexCategory }));
    expect(conversion.read(7)).toBe('male');
    expect(conversion.write('M')).toEqual([7]);
    expect(conversion.write('female')).toEqual([8]);
    expect(conversion.write('other')).toEqual([]);
    expect(conversion.ordered).toBe(false);
  });

  it('passes over entries that the conversion cannot read', () => {
    const years = {
      table: 'year',
      key: 'id',
      value: 'name',
      entries: [
        ['a', '2024'],
        ['b', 'none'],
      ],
    } as const;
    const conversion = throughLookup(years, asInteger());
    expect(conversion.read('a')).toBe(2024);
    expect(conversion.read('b')).toBeUndefined();
  });
});
