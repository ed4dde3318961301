import { allOf, anyOf } from './combine.ts';
import { addDays } from './date-value.ts';
import type { Filter } from './filter.ts';
import { invalidFilter } from './query-error.ts';

/** A birth date attribute, and the day for which ages are counted. */
export interface AgeContext {
  /** Canonical name of the birth date attribute, of type `date`. */
  readonly birthDate: string;
  /** True when a record can have several birth dates, for example those of a group's members. */
  readonly many: boolean;
  /** Day of the request in UTC, `YYYY-MM-DD`. */
  readonly today: string;
}

const firstDay = '0100-01-01';
const lastDay = '9999-12-31';
/** Ages that are written out as lists of days, so that a list stays within 1,000 values. */
const maxListedAges = 2;
const never: Filter = { kind: 'constant', value: false };

/**
 * Turns a comparison of an age with a number into comparisons of the birth date (protocol.md section 7).
 * The age is the number of whole years completed on `today`: who is born on 29 February completes a year
 * on 1 March of a common year. A record without a birth date has no age.
 *
 * @param operator - the comparison
 * @param age - the number compared with; a fraction is allowed
 * @param context - the birth date attribute and the day
 * @returns an equivalent filter over the birth date
 */
export function compareAge(operator: 'eq' | 'gt' | 'gte' | 'lt' | 'lte', age: number, context: AgeContext): Filter {
  switch (operator) {
    case 'gte':
      return atLeast(Math.ceil(age), context);
    case 'gt':
      return atLeast(Math.floor(age) + 1, context);
    case 'lt':
      return below(Math.ceil(age), context);
    case 'lte':
      return below(Math.floor(age) + 1, context);
    case 'eq':
      return agesIn([age], context);
  }
}

/**
 * Turns "the age is one of these" into comparisons of the birth date.
 *
 * @param ages - the numbers; fractions match nobody
 * @param context - the birth date attribute and the day
 * @returns an equivalent filter over the birth date
 * @throws DciError `rjct.filter.invalid` when a record has several birth dates and too many ages are given
 */
export function agesIn(ages: readonly number[], context: AgeContext): Filter {
  const whole = [...new Set(ages.filter(Number.isInteger))].sort((left, right) => left - right);
  const ranges: { from: number; to: number }[] = [];
  for (const age of whole) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === age - 1) last.to = age;
    else ranges.push({ from: age, to: age });
  }
  if (!context.many) {
    return anyOf(ranges.map(({ from, to }) => allOf([atLeast(from, context), below(to + 1, context)])));
  }
  // Of several birth dates one alone must lie in the range, which two separate comparisons cannot say.
  if (whole.length > maxListedAges) {
    throw invalidFilter(`An age that a record has several of is compared with at most ${maxListedAges} ages.`);
  }
  const days = ranges.flatMap(({ from, to }) => daysBetween(to + 1, from, context.today));
  return days.length === 0 ? never : { kind: 'in', attribute: context.birthDate, values: days };
}

function atLeast(age: number, { birthDate: attribute, today }: AgeContext): Filter {
  const latest = birthdayOf(age, today);
  if (latest === 'never') return never;
  if (latest === 'always') return { kind: 'exists', attribute };
  return { kind: 'comparison', attribute, operator: 'lte', value: latest };
}

function below(age: number, { birthDate: attribute, today }: AgeContext): Filter {
  const latest = birthdayOf(age, today);
  if (latest === 'never') return { kind: 'exists', attribute };
  if (latest === 'always') return never;
  return { kind: 'comparison', attribute, operator: 'gt', value: latest };
}

/** The latest birth date of those who are this old today; `never` before and `always` after all dates. */
function birthdayOf(age: number, today: string): string | 'never' | 'always' {
  const year = Number(today.slice(0, 4)) - age;
  if (year < 100) return 'never';
  if (year > 9999) return 'always';
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const monthAndDay = today.slice(4) === '-02-29' && !isLeap ? '-02-28' : today.slice(4);
  return `${String(year).padStart(4, '0')}${monthAndDay}`;
}

/** The birth dates after that of `after` years up to that of `upTo` years. */
function daysBetween(after: number, upTo: number, today: string): readonly string[] {
  const start = birthdayOf(after, today);
  const end = birthdayOf(upTo, today);
  if (start === 'always' || end === 'never') return [];
  const days: string[] = [];
  let day = start === 'never' ? firstDay : addDays(start, 1);
  const last = end === 'always' ? lastDay : end;
  while (day !== undefined && day <= last) {
    days.push(day);
    day = addDays(day, 1);
  }
  return days;
}
