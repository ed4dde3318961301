import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json/value.ts';
import { asBoolean, asDecimal, asInteger, asText, type Conversion } from './conversion.ts';
import type { RowValue } from './row.ts';

const huge = 123456789012345678901234567890n;

describe.each<
  [
    string,
    Conversion,
    readonly (readonly [RowValue, JsonValue | undefined])[],
    readonly (readonly [JsonValue, RowValue | undefined])[],
  ]
>([
  [
    'asText',
    asText(),
    [
      ['x', 'x'],
      [5, '5'],
      [huge, String(huge)],
      [true, undefined],
      [new Date(0), undefined],
    ],
    [
      ['x', 'x'],
      [5, '5'],
      [huge, String(huge)],
      [true, undefined],
      [['x'], undefined],
      [{}, undefined],
    ],
  ],
  [
    'asInteger',
    asInteger(),
    [
      [5, 5],
      [5n, 5],
      ['-7', -7],
      [huge, huge],
      [String(huge), huge],
      [1.5, undefined],
      ['1.0', undefined],
      ['', undefined],
      [true, undefined],
    ],
    [
      [5, 5],
      ['5', 5],
      [huge, huge],
      [1.5, undefined],
      ['five', undefined],
      [{}, undefined],
    ],
  ],
  [
    'asDecimal',
    asDecimal(),
    [
      [0.75, 0.75],
      ['0.750', 0.75],
      [5n, 5],
      ['', undefined],
      ['abc', undefined],
      [Number.NaN, undefined],
      [false, undefined],
    ],
    [
      [0.75, 0.75],
      ['36.789', 36.789],
      [5n, 5],
      [' ', undefined],
      ['1e999', undefined],
      [[], undefined],
    ],
  ],
  [
    'asBoolean',
    asBoolean(),
    [
      [true, true],
      [0, false],
      ['T', true],
      ['f', false],
      [1n, true],
      [2, undefined],
      ['perhaps', undefined],
    ],
    [
      [true, true],
      ['0', false],
      [1, true],
      ['maybe', undefined],
      [{}, undefined],
    ],
  ],
  [
    'asBoolean, stored otherwise',
    asBoolean({ false: 'N', true: 'J' }),
    [
      ['J', true],
      ['N', false],
      ['x', undefined],
    ],
    [
      [true, 'J'],
      ['0', 'N'],
    ],
  ],
])('%s', (_name, conversion, reads, writes) => {
  it.each(reads.map(([column, record]) => [column, record] as const))('reads %s as %s', (column, record) => {
    expect(conversion.read(column)).toBe(record);
  });

  it.each(writes.map(([record, column]) => [record, column] as const))('writes %s as %s', (record, column) => {
    expect(conversion.write(record)[0]).toBe(column);
  });
});
