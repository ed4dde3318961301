import { daysInMonth, parseTimestamp } from '../envelope/timestamp.ts';

/** A date, and whether a time of day other than midnight was with it. */
export interface ReadDate {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly hadTime: boolean;
}

const yearFirst =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?:([Zz])|([+-]\d{2}):?(\d{2}))?)?$/;
const dayFirst = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;

/**
 * Reads a date in the spellings that peers use (records.md section 1): `1985-05-20`, `1980-03-23T10:20:15` with or
 * without zone, `02.05.2004` (day first). The calendar day stands as written; the zone does not move it.
 *
 * @param text - the date as received
 * @returns the date, or `undefined` when the text is none
 */
export function readDate(text: string): ReadDate | undefined {
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = yearFirst.exec(text) ?? [];
  if (year !== '') {
    if (!isDay(Number(year), Number(month), Number(day))) return undefined;
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
    return { date: `${year}-${month}-${day}`, hadTime: `${hour}${minute}${second}` !== '000000' };
  }
  const [, dotDay = '', dotMonth = '', dotYear = ''] = dayFirst.exec(text) ?? [];
  if (dotYear === '' || !isDay(Number(dotYear), Number(dotMonth), Number(dotDay))) return undefined;
  return { date: `${dotYear}-${dotMonth.padStart(2, '0')}-${dotDay.padStart(2, '0')}`, hadTime: false };
}

/** A point in time, and whether the text left the zone open. */
export interface ReadDateTime {
  /** RFC 3339 with zone */
  readonly dateTime: string;
  /** True when a time of day came without zone and was taken as UTC. */
  readonly zoneAssumed: boolean;
}

/**
 * Reads a timestamp of a record: RFC 3339 with zone as it is; a time without zone is taken as UTC; a date in any
 * spelling of {@link readDate} as its first second in UTC.
 *
 * @param text - the timestamp as received
 * @returns the timestamp, or `undefined` when the text is none
 */
export function readDateTime(text: string): ReadDateTime | undefined {
  if (parseTimestamp(text) !== undefined) return { dateTime: text, zoneAssumed: false };
  const read = readDate(text);
  if (read === undefined) return undefined;
  const [, , , , hour = '00', minute = '00', second = '00', fraction = '', utc, offsetHours, offsetMinutes] =
    yearFirst.exec(text) ?? [];
  const zone = offsetHours === undefined ? 'Z' : `${offsetHours}:${offsetMinutes}`;
  const dateTime = `${read.date}T${hour}:${minute}:${second}${fraction}${zone}`;
  const hasZone = utc !== undefined || offsetHours !== undefined;
  return parseTimestamp(dateTime) === undefined ? undefined : { dateTime, zoneAssumed: text.includes(':') && !hasZone };
}

function isDay(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= daysInMonth(year, month);
}
