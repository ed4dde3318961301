import { type Clock, DciError } from 'dci-core';

const dayMilliseconds = 86_400_000;
const pattern = /^(\d{4}-\d{2}-\d{2})(?:[Tt ].*)?$/;

/**
 * Reads the calendar day of a date or timestamp. The day stands as written; a zone does not move it.
 *
 * @param text - `2026-01-31`, or a timestamp that begins so
 * @returns `YYYY-MM-DD`; `undefined` for anything that is no day of the calendar
 */
export function readDay(text: string): string | undefined {
  const day = text.length > 40 ? undefined : pattern.exec(text)?.[1];
  if (day === undefined) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day) ? day : undefined;
}

/**
 * Reads a day that a caller gives.
 *
 * @param text - the day
 * @param name - of the parameter
 * @returns `YYYY-MM-DD`
 * @throws DciError `err.request.bad` for anything else
 */
export function checkDay(text: string, name: string): string {
  const day = readDay(text);
  if (day === undefined) throw new DciError('err.request.bad', `${name} must be a date as 2026-01-31`, { path: name });
  return day;
}

/**
 * Tells the last day that can be today anywhere: zones are up to 14 hours ahead of UTC.
 *
 * @param clock - the time
 * @returns `YYYY-MM-DD`; a day after it is in the future
 */
export function lastPossibleToday(clock: Clock): string {
  return new Date(clock.now() + dayMilliseconds).toISOString().slice(0, 10);
}
