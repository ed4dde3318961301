const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Writes a timestamp as this project sends it: RFC 3339, UTC, whole seconds, `Z`
 * (protocol.md section 1; any other form breaks the signature check of OpenSPP).
 *
 * @param milliseconds - milliseconds since 1970-01-01T00:00:00Z, in the years 0000 to 9999; fractions of a second are cut off
 * @returns for example `2026-04-22T10:30:00Z`
 * @throws RangeError when the time lies outside these years
 */
export function formatTimestamp(milliseconds: number): string {
  const text = new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
  if (text.length !== 24) throw new RangeError('timestamp outside the years 0000 to 9999');
  return `${text.slice(0, 19)}Z`;
}

/**
 * Reads a timestamp in any RFC 3339 form with zone (protocol.md section 1): fractions of any length, an
 * offset or `Z`, a space or lower-case letters as separators. A leap second is read as the second after it.
 *
 * @param text - the text of a `message_ts` or `timestamp`
 * @returns milliseconds since 1970-01-01T00:00:00Z, or `undefined` when the text is no such timestamp
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = rfc3339.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const offsetHours = Number(parts[9] ?? 0);
  const offsetMinutes = Number(parts[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  const milliseconds = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  // setUTCFullYear, because Date.UTC reads the years 0 to 99 as 1900 to 1999
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, milliseconds);
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  return local.getTime() - (parts[8] === '-' ? -offset : offset);
}

/**
 * @param year - 0 to 9999
 * @param month - 1 to 12
 * @returns the number of days of that month, 0 when there is no such month
 */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
