/** A day as a count of days since 1970-01-01, so that arithmetic stays exact and knows no time zone. */
export type Day = number;

const DAYS_PER_YEAR = 365.2425;
const SECONDS_PER_DAY = 86_400;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/**
 * @param date - a calendar date, `YYYY-MM-DD`
 * @returns the day
 */
export function dayOf(date: string): Day {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / (SECONDS_PER_DAY * 1000));
}

/**
 * @param day - the day
 * @returns the calendar date, `YYYY-MM-DD`
 */
export function dateOf(day: Day): string {
  const date = new Date(day * SECONDS_PER_DAY * 1000);
  return `${date.getUTCFullYear()}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

/**
 * @param day - the day
 * @param second - seconds since its midnight, 0 to 86399
 * @returns an RFC 3339 timestamp in UTC with whole seconds (protocol.md section 1)
 */
export function timestampOf(day: Day, second: number): string {
  const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(twoDigits).join(':');
  return `${dateOf(day)}T${time}Z`;
}

/**
 * @param years - a span in years, also a fraction of one
 * @returns the span in whole days
 */
export function yearsInDays(years: number): number {
  return Math.round(years * DAYS_PER_YEAR);
}

/**
 * @param birth - day of birth
 * @param on - day on which the age is asked
 * @returns completed years by the calendar
 */
export function ageOn(birth: Day, on: Day): number {
  const [born, now] = [dateOf(birth), dateOf(on)];
  const years = Number(now.slice(0, 4)) - Number(born.slice(0, 4));
  return now.slice(5) < born.slice(5) ? years - 1 : years;
}
