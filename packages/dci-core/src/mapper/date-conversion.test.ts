import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asDate, asDateTime, type DateStorage, type DateTimeStorage } from './date-conversion.ts';

const moment = fc.date({
  min: new Date('1000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

describe('asDate', () => {
  it.each<[DateStorage, string | number]>([
    ['text', '1990-05-15'],
    ['epoch-days', 7439],
    ['epoch-seconds', 642_729_600],
    ['epoch-milliseconds', 642_729_600_000],
  ])('%s', (storage, column) => {
    const conversion = asDate(storage);
    expect(conversion.read(column)).toBe('1990-05-15');
    expect(conversion.write('1990-05-15')).toEqual([column]);
    fc.assert(
      fc.property(moment, (date) => {
        const day = date.toISOString().slice(0, 10);
        expect(conversion.write(day).map((stored) => conversion.read(stored))).toEqual([day]);
      }),
    );
  });

  it('keeps the day as written when there is a time', () => {
    expect(asDate().write('1990-05-15T23:30:00-05:00')).toEqual(['1990-05-15']);
    expect(asDate().read('1990-05-15 00:00:00')).toBe('1990-05-15');
  });

  it('refuses what is no day', () => {
    for (const text of ['1990-02-30', '15.05.1990', 'yesterday', '', '1990-05']) {
      expect(asDate().read(text), text).toBeUndefined();
      expect(asDate().write(text), text).toEqual([]);
    }
    expect(asDate().read(new Date(0))).toBeUndefined();
    expect(asDate('epoch-days').read('7439')).toBeUndefined();
    expect(asDate('epoch-days').read(1e12)).toBeUndefined();
  });
});

describe('asDateTime', () => {
  it.each<[DateTimeStorage, string | number]>([
    ['rfc3339', '2024-01-15T10:30:00Z'],
    ['naive-utc', '2024-01-15 10:30:00'],
    ['epoch-seconds', 1_705_314_600],
    ['epoch-milliseconds', 1_705_314_600_000],
  ])('%s', (storage, column) => {
    const conversion = asDateTime(storage);
    expect(conversion.read(column)).toBe('2024-01-15T10:30:00Z');
    expect(conversion.read(new Date('2024-01-15T10:30:00.999Z'))).toBe('2024-01-15T10:30:00Z');
    expect(conversion.write('2024-01-15T12:30:00.500+02:00')).toEqual([column]);
    fc.assert(
      fc.property(moment, (date) => {
        const text = `${date.toISOString().slice(0, 19)}Z`;
        expect(conversion.write(text).map((stored) => conversion.read(stored))).toEqual([text]);
      }),
    );
  });

  it('reads fractions of Odoo and PostgreSQL', () => {
    expect(asDateTime('naive-utc').read('2024-01-15 10:30:00.123456')).toBe('2024-01-15T10:30:00Z');
    expect(asDateTime().read('2024-01-15 10:30:00+00:00')).toBe('2024-01-15T10:30:00Z');
  });

  it('refuses what is no moment', () => {
    expect(asDateTime('naive-utc').read('2024-01-15 25:00:00')).toBeUndefined();
    expect(asDateTime('epoch-seconds').read('1705314600')).toBeUndefined();
    expect(asDateTime('epoch-seconds').read(1e18)).toBeUndefined();
    expect(asDateTime().read(new Date(Number.NaN))).toBeUndefined();
    expect(asDateTime().write(true)).toEqual([]);
  });
});
