/** What a date or date-time text means. */
export interface DateReading {
  /** Calendar day as written, `YYYY-MM-DD`. */
  readonly day: string;
  /** The instant, RFC 3339 UTC with milliseconds. A date alone is midnight UTC; without a zone, UTC. */
  readonly instant: string;
  /** False when only a date was given. */
  readonly hasTime: boolean;
}

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?)?$/;

/**
 * Reads an ISO 8601 date, or a date-time with or without zone. Fractions below a millisecond are cut off.
 *
 * @param text - for example `1990-05-15` or `2024-01-15T10:30:00+03:00`
 * @returns its day and instant, or `undefined` when it is none or does not exist in the calendar
 */
export function readDate(text: string): DateReading | undefined {
  if (text.length > 40) return undefined;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, , sign, zoneHour, zoneMinute] = match;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const written = `${year}-${month}-${day}`;
  // Date.UTC rolls 30 February over and maps the years 0 to 99 to 1900; both show as another text.
  if (formatDay(midnight) !== written) return undefined;
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  const time = [hour, minute, second].map((part) => Number(part ?? 0));
  const [h = 0, m = 0, s = 0] = time;
  const zone = [Number(zoneHour ?? 0), Number(zoneMinute ?? 0)] as const;
  if (h > 23 || m > 59 || s > 60 || zone[0] > 23 || zone[1] > 59) return undefined;
  const offset = (zone[0] * 60 + zone[1]) * (sign === '-' ? -60_000 : 60_000);
  const instant = midnight + ((h * 60 + m) * 60 + s) * 1000 + milliseconds - offset;
  const instantText = formatInstant(instant);
  return instantText === undefined ? undefined : { day: written, instant: instantText, hasTime: hour !== undefined };
}

/**
 * Adds days to a calendar day.
 *
 * @param day - `YYYY-MM-DD`
 * @param days - how many, may be negative
 * @returns the other day, or `undefined` outside the years 100 to 9999
 */
export function addDays(day: string, days: number): string | undefined {
  return formatDay(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000);
}

/**
 * Formats the UTC day of an instant.
 *
 * @param milliseconds - since 1970-01-01T00:00:00Z
 * @returns `YYYY-MM-DD`, or `undefined` outside the years 100 to 9999
 */
export function formatDay(milliseconds: number): string | undefined {
  return formatInstant(milliseconds)?.slice(0, 10);
}

function formatInstant(milliseconds: number): string | undefined {
  const text =
    Number.isFinite(milliseconds) && Math.abs(milliseconds) < 8.64e15 ? new Date(milliseconds).toISOString() : '';
  // Years beyond four digits are written with a sign, and text order would no longer be time order.
  return text.length === 24 && text >= '0100' ? text : undefined;
}
