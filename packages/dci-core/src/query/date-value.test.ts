import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, formatDay, readDate } from './date-value.ts';

describe('dates', () => {
  test.each([
    '',
    '1990',
    '1990-05',
    '1990-5-15',
    '1990-13-01',
    '1990-00-10',
    '1990-02-30',
    '2023-02-29',
    '0000-01-01',
    '0099-01-01',
    '10000-01-01',
    '1990-05-15T',
    '1990-05-15T24:00:00Z',
    '1990-05-15T10:60:00Z',
    '1990-05-15T10:00:61Z',
    '1990-05-15T10:00:00+24:00',
    '1990-05-15T10:00:00 Z',
    ' 1990-05-15',
    '1990-05-15\n',
    '１９９０-05-15',
    '9999-12-31T23:59:59-01:00',
    '02.05.2004',
    'yesterday',
  ])('no date: "%s"', (text) => {
    expect(readDate(text)).toBeUndefined();
  });

  test.each([
    ['2024-02-29', '2024-02-29', '2024-02-29T00:00:00.000Z', false],
    ['2024-01-01T00:30+01:00', '2024-01-01', '2023-12-31T23:30:00.000Z', true],
    ['2024-01-01T00:30:15,5-0130', '2024-01-01', '2024-01-01T02:00:15.500Z', true],
    ['2016-12-31T23:59:60Z', '2016-12-31', '2017-01-01T00:00:00.000Z', true],
  ])('%s', (text, day, instant, hasTime) => {
    expect(readDate(text)).toEqual({ day, instant, hasTime });
  });

  test('agrees with Date for every instant that it writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString();
          expect(readDate(text)).toEqual({ day: text.slice(0, 10), instant: text, hasTime: true });
          expect(formatDay(date.getTime())).toBe(text.slice(0, 10));
        },
      ),
    );
  });

  test('days are added across months, years and the ends of time', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2024-01-01', -1)).toBe('2023-12-31');
    expect(addDays('9999-12-31', 1)).toBeUndefined();
    expect(addDays('0100-01-01', -1)).toBeUndefined();
    expect(formatDay(Number.NaN)).toBeUndefined();
  });
});
