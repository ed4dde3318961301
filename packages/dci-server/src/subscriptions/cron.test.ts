import { DciError } from 'dci-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCron } from './cron.ts';

// a Wednesday
const start = Date.parse('2026-04-22T10:30:00Z');

function runs(line: string, count = 3, after = start): readonly string[] {
  const schedule = parseCron(line);
  const times: string[] = [];
  let at = schedule.next(after);
  while (at !== undefined && times.length < count) {
    times.push(new Date(at).toISOString().replace('.000Z', 'Z'));
    at = schedule.next(at);
  }
  return times;
}

describe('five fields', () => {
  test.each<[string, readonly string[]]>([
    ['0 0 * * *', ['2026-04-23T00:00:00Z', '2026-04-24T00:00:00Z', '2026-04-25T00:00:00Z']],
    ['*/20 * * * *', ['2026-04-22T10:40:00Z', '2026-04-22T11:00:00Z', '2026-04-22T11:20:00Z']],
    ['0 6 * * 1', ['2026-04-27T06:00:00Z', '2026-05-04T06:00:00Z', '2026-05-11T06:00:00Z']],
    ['0 6 * * 0', ['2026-04-26T06:00:00Z', '2026-05-03T06:00:00Z', '2026-05-10T06:00:00Z']],
    ['0 6 * * 7', ['2026-04-26T06:00:00Z', '2026-05-03T06:00:00Z', '2026-05-10T06:00:00Z']],
    ['0 6 * * mon-FRI', ['2026-04-23T06:00:00Z', '2026-04-24T06:00:00Z', '2026-04-27T06:00:00Z']],
    ['0 6 * * 5-7', ['2026-04-24T06:00:00Z', '2026-04-25T06:00:00Z', '2026-04-26T06:00:00Z']],
    ['0 0 1 JAN,JUL *', ['2026-07-01T00:00:00Z', '2027-01-01T00:00:00Z', '2027-07-01T00:00:00Z']],
    // either day field counts
    ['0 0 1 * 5', ['2026-04-24T00:00:00Z', '2026-05-01T00:00:00Z', '2026-05-08T00:00:00Z']],
    ['0 0 29 2 *', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z', '2036-02-29T00:00:00Z']],
  ])('%s', (line, expected) => {
    expect(runs(line)).toEqual(expected);
  });
});

// the examples of Quartz's own documentation, and the standard's
describe('Quartz', () => {
  test.each<[string, readonly string[]]>([
    ['0 0 0 5,15 * ? *', ['2026-05-05T00:00:00Z', '2026-05-15T00:00:00Z', '2026-06-05T00:00:00Z']],
    ['0 0 12 * * ?', ['2026-04-22T12:00:00Z', '2026-04-23T12:00:00Z', '2026-04-24T12:00:00Z']],
    ['0 15 10 ? * *', ['2026-04-23T10:15:00Z', '2026-04-24T10:15:00Z', '2026-04-25T10:15:00Z']],
    ['0 15 10 * * ? 2027', ['2027-01-01T10:15:00Z', '2027-01-02T10:15:00Z', '2027-01-03T10:15:00Z']],
    ['0 0/5 14 * * ?', ['2026-04-22T14:00:00Z', '2026-04-22T14:05:00Z', '2026-04-22T14:10:00Z']],
    ['0 0-5 14 * * ?', ['2026-04-22T14:00:00Z', '2026-04-22T14:01:00Z', '2026-04-22T14:02:00Z']],
    ['0 10,44 14 ? 3 WED', ['2027-03-03T14:10:00Z', '2027-03-03T14:44:00Z', '2027-03-10T14:10:00Z']],
    ['0 15 10 ? * MON-FRI', ['2026-04-23T10:15:00Z', '2026-04-24T10:15:00Z', '2026-04-27T10:15:00Z']],
    // 2 is Monday
    ['0 15 10 ? * 2-6', ['2026-04-23T10:15:00Z', '2026-04-24T10:15:00Z', '2026-04-27T10:15:00Z']],
    ['0 15 10 15 * ?', ['2026-05-15T10:15:00Z', '2026-06-15T10:15:00Z', '2026-07-15T10:15:00Z']],
    ['0 15 10 L * ?', ['2026-04-30T10:15:00Z', '2026-05-31T10:15:00Z', '2026-06-30T10:15:00Z']],
    ['0 15 10 LW * ?', ['2026-04-30T10:15:00Z', '2026-05-29T10:15:00Z', '2026-06-30T10:15:00Z']],
    ['0 15 10 15W * ?', ['2026-05-15T10:15:00Z', '2026-06-15T10:15:00Z', '2026-07-15T10:15:00Z']],
    // 6 is Friday
    ['0 15 10 ? * 6L', ['2026-04-24T10:15:00Z', '2026-05-29T10:15:00Z', '2026-06-26T10:15:00Z']],
    ['0 15 10 ? * 6#3', ['2026-05-15T10:15:00Z', '2026-06-19T10:15:00Z', '2026-07-17T10:15:00Z']],
    ['0 15 10 ? * FRIL 2026-2028', ['2026-04-24T10:15:00Z', '2026-05-29T10:15:00Z', '2026-06-26T10:15:00Z']],
    ['0 15 10 ? * L', ['2026-04-25T10:15:00Z', '2026-05-02T10:15:00Z', '2026-05-09T10:15:00Z']],
    ['0 15 10 ? * 1', ['2026-04-26T10:15:00Z', '2026-05-03T10:15:00Z', '2026-05-10T10:15:00Z']],
    ['0 0 12 1/5 * ?', ['2026-04-26T12:00:00Z', '2026-05-01T12:00:00Z', '2026-05-06T12:00:00Z']],
    ['0 11 11 11 11 ?', ['2026-11-11T11:11:00Z', '2027-11-11T11:11:00Z', '2028-11-11T11:11:00Z']],
    // ranges that pass the end
    ['0 0 22-2 * * ?', ['2026-04-22T22:00:00Z', '2026-04-22T23:00:00Z', '2026-04-23T00:00:00Z']],
    ['0 0 0 ? * FRI-MON', ['2026-04-24T00:00:00Z', '2026-04-25T00:00:00Z', '2026-04-26T00:00:00Z']],
    ['30 0 0 1 NOV-FEB ?', ['2026-11-01T00:00:30Z', '2026-12-01T00:00:30Z', '2027-01-01T00:00:30Z']],
  ])('%s', (line, expected) => {
    expect(runs(line)).toEqual(expected);
  });
});

test.each(['0 0 0 31 2 ? *', '0 0 0 1 1 ? 2020'])('%s is never due', (line) => {
  expect(parseCron(line).next(start)).toBeUndefined();
});

test.each([
  '',
  '* * * *',
  '* * * * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * 32 * *',
  '* * * 13 *',
  '* * * * 8',
  '* * * * BLA',
  '* * * * 5#6',
  '0 0 0 5 * 2',
  '0 0 0 ? * 0',
  '0 0 0 ? * 8',
  '0 0 0 L-3 * ?',
  '0 0 0 40W * ?',
  '0 0 0 1 1 ? 1969',
  '*/0 * * * *',
  '1-2-3 * * * *',
  '1/2/3 * * * *',
  ', * * * *',
  '@daily',
  '-1 * * * *',
  `${'1,'.repeat(200)}1 * * * *`,
])('%j is refused', (line) => {
  expect(() => parseCron(line)).toThrow(expect.objectContaining({ code: 'rjct.notify_details.invalid' }));
});

test('any text is read or refused, and what is read is later than asked for', () => {
  const field = fc.oneof(
    fc.constantFrom('*', '?', 'L', 'LW', '15W', '6L', '6#3', 'MON', 'FRI-MON', '*/7', '0/5', '22-2', '1,2,L'),
    fc.nat(70).map(String),
    fc.string({ unit: fc.constantFrom(...'0123456789*?,-/#LWMONFRI+@'), maxLength: 8 }),
  );
  const line = fc.oneof(
    fc.array(field, { minLength: 4, maxLength: 8 }).map((fields) => fields.join(' ')),
    fc.string({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(line, fc.integer({ min: start, max: start + 4e10 }), (text, after) => {
      try {
        const at = parseCron(text).next(after);
        expect(at === undefined || at > after).toBe(true);
      } catch (error) {
        if (!(error instanceof DciError)) throw error;
        expect(error.code).toBe('rjct.notify_details.invalid');
      }
    }),
    { numRuns: 500 },
  );
});
