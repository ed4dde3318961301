import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agesIn, compareAge } from './age.ts';
import { evaluateFilter, satisfies } from './evaluate-filter.ts';
import { testRecordType, testRegistryType } from './registry-type.fixtures.ts';

/** Whole years, counted as people count them. */
function naiveAge(birthDate: string, today: string): number {
  const [birthYear = 0, birthMonth = 0, birthDay = 0] = birthDate.split('-').map(Number);
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  const hadBirthday = month > birthMonth || (month === birthMonth && day >= birthDay);
  return year - birthYear - (hadBirthday ? 0 : 1);
}

const day = fc.oneof(
  fc
    .date({ min: new Date('1890-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  fc.constantFrom('2004-02-29', '2004-02-28', '2004-03-01', '2023-02-28', '2024-02-29', '2000-02-29', '1900-02-28'),
);
const age = fc.oneof(fc.integer({ min: -20, max: 130 }), fc.constantFrom(17.5, -0.5, 1e9, -1e9, 1e300));
const recordType = testRecordType(
  'Person',
  {
    birth_date: { type: 'date', path: 'birth_date' },
    birth_dates: { type: 'date', path: 'births', many: true },
  },
  [],
);

describe('ages', () => {
  test.each(['eq', 'gt', 'gte', 'lt', 'lte'] as const)('%s agrees with counting', (operator) => {
    fc.assert(
      fc.property(day, day, age, (birthDate, today, number) => {
        const filter = compareAge(operator, number, { birthDate: 'birth_date', many: false, today });
        const expected = satisfies(naiveAge(birthDate, today), { operator, value: number });
        expect(evaluateFilter(filter, { birth_date: birthDate }, recordType, testRegistryType)).toBe(expected);
        expect(evaluateFilter(filter, {}, recordType, testRegistryType)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('close ages agree with counting, for one birth date and for several', () => {
    const near = fc.tuple(day, fc.integer({ min: -3, max: 3 })).chain(([today, years]) =>
      fc.tuple(
        fc.constant(today),
        fc.constant(years),
        fc.array(
          fc.integer({ min: -3, max: 3 }).map((days) => {
            const birth = new Date(`${today}T00:00:00Z`);
            birth.setUTCFullYear(birth.getUTCFullYear() - years);
            birth.setUTCDate(birth.getUTCDate() + days);
            return birth.toISOString().slice(0, 10);
          }),
          { minLength: 1, maxLength: 3 },
        ),
      ),
    );
    fc.assert(
      fc.property(near, ([today, years, births]) => {
        const record = { birth_date: births[0], births };
        const single = agesIn([years, years + 5], { birthDate: 'birth_date', many: false, today });
        const several = agesIn([years], { birthDate: 'birth_dates', many: true, today });
        const ages = births.map((birth) => naiveAge(birth, today));
        expect(evaluateFilter(single, record, recordType, testRegistryType)).toBe(
          ages[0] === years || ages[0] === years + 5,
        );
        expect(evaluateFilter(several, record, recordType, testRegistryType)).toBe(ages.includes(years));
      }),
      { numRuns: 500 },
    );
  });

  test('on 29 February, birthdays of common years are those of 28 February', () => {
    const today = '2024-02-29';
    expect(compareAge('gte', 1, { birthDate: 'birth_date', many: false, today })).toEqual({
      kind: 'comparison',
      attribute: 'birth_date',
      operator: 'lte',
      value: '2023-02-28',
    });
    const filter = agesIn([0], { birthDate: 'birth_dates', many: true, today });
    expect(filter.kind === 'in' && [filter.values[0], filter.values.at(-1)]).toEqual(['2023-03-01', '2024-02-29']);
  });

  test('a list of days stays short', () => {
    const context = { birthDate: 'birth_dates', many: true, today: '2026-11-22' };
    const filter = agesIn([10, 11], context);
    expect(filter.kind === 'in' && filter.values.length).toBe(731);
    expect(() => agesIn([10, 11, 12], context)).toThrow('at most 2 ages');
  });
});
