import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1776853800000, '2026-04-22T10:30:00Z'],
  [1776853800999, '2026-04-22T10:30:00Z'],
  [-1, '1969-12-31T23:59:59Z'],
])('%d is written as %s', (milliseconds, text) => {
  expect(formatTimestamp(milliseconds)).toBe(text);
});

test.each([253402300800000, -62167219200001, Number.NaN, Number.POSITIVE_INFINITY])(
  '%d cannot be written',
  (milliseconds) => {
    expect(() => formatTimestamp(milliseconds)).toThrow(RangeError);
  },
);

test.each([
  ['2026-04-22T10:30:00Z', 1776853800000],
  ['2026-04-22t10:30:00z', 1776853800000],
  ['2026-04-22 10:30:00Z', 1776853800000],
  ['2026-04-22T12:30:00+02:00', 1776853800000],
  ['2026-04-22T05:00:00-05:30', 1776853800000],
  ['2026-04-22T10:30:00-00:00', 1776853800000],
  ['2026-04-22T10:30:00.5Z', 1776853800500],
  ['2026-04-22T10:30:00.123456789Z', 1776853800123],
  ['2016-12-31T23:59:60Z', 1483228800000],
  ['0050-01-01T00:00:00Z', -60589296000000],
])('%s is read', (text, milliseconds) => {
  expect(parseTimestamp(text)).toBe(milliseconds);
});

test.each([
  ...['', '2026-04-22', '2026-04-22T10:30:00', '2026-04-22T10:30Z', '2026-04-22T10:30:00+0200', '2026-02-29T00:00:00Z'],
  ...[
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-04-22T24:00:00Z',
    '2026-04-22T10:60:00Z',
  ],
  ...[
    '2026-04-22T10:30:61Z',
    '2026-04-22T10:30:00.Z',
    ' 2026-04-22T10:30:00Z',
    '2026-04-22T10:30:00Z\n',
    '٢026-04-22T10:30:00Z',
  ],
  ...['2026-04-22T10:30:00+24:00', '+02026-04-22T10:30:00Z', '2026-04-22T10:30:00 Z', '1776853800'],
])('%j is no timestamp with zone', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

const times = fc.integer({ min: -62167219200000, max: 253402300799999 });

test('what is written is read back to the second', () => {
  fc.assert(
    fc.property(times, (milliseconds) => {
      expect(parseTimestamp(formatTimestamp(milliseconds))).toBe(Math.floor(milliseconds / 1000) * 1000);
    }),
  );
});

test('any offset means the same instant', () => {
  const offsets = fc.integer({ min: -1439, max: 1439 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253402200000000 }), offsets, (milliseconds, offset) => {
      const local = new Date(milliseconds + offset * 60_000).toISOString().slice(0, -1);
      const pad = (value: number): string => String(Math.trunc(Math.abs(value))).padStart(2, '0');
      const zone = `${offset < 0 ? '-' : '+'}${pad(offset / 60)}:${pad(offset % 60)}`;
      expect(parseTimestamp(`${local}${zone}`)).toBe(milliseconds);
    }),
  );
});

test('any other text is refused without an error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = parseTimestamp(text);
      expect(read === undefined || Number.isFinite(read)).toBe(true);
    }),
  );
});
