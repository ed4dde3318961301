import { formatTimestamp } from '../envelope/timestamp.ts';
import type { JsonValue } from '../json/value.ts';
import { formatDay, readDate } from '../query/date-value.ts';
import type { Conversion } from './conversion.ts';
import type { RowValue } from './row.ts';

const dateUnits = {
  text: undefined,
  'epoch-days': 86_400_000,
  'epoch-seconds': 1000,
  'epoch-milliseconds': 1,
} as const;

/** How a date column stores a calendar date: `YYYY-MM-DD`, or a number counted from 1970-01-01 (UTC). */
export type DateStorage = keyof typeof dateUnits;

/**
 * A column that holds a calendar date. Records get `YYYY-MM-DD`. Where the text has a time after the date,
 * in the column or in the record, the date is taken as it is written. A `Date` of a driver is not read,
 * because it has no zone to tell the day by: have the driver give text.
 *
 * @param storage - form of the column; `text` when absent
 * @returns the conversion
 */
export function asDate(storage: DateStorage = 'text'): Conversion {
  const unit = dateUnits[storage];
  return {
    type: 'date',
    ordered: true,
    read: (value) => {
      if (unit === undefined) return dayOf(value);
      const milliseconds = toMilliseconds(value, unit);
      return milliseconds === undefined ? undefined : formatDay(milliseconds);
    },
    write: (value) => {
      const day = dayOf(value);
      if (day === undefined) return [];
      return [unit === undefined ? day : Date.parse(day) / unit];
    },
  };
}

function dayOf(value: RowValue | JsonValue): string | undefined {
  return typeof value === 'string' ? readDate(value)?.day : undefined;
}

const momentUnits = {
  rfc3339: undefined,
  'naive-utc': undefined,
  'epoch-seconds': 1000,
  'epoch-milliseconds': 1,
} as const;

/**
 * How a column stores a moment: RFC 3339 text, `YYYY-MM-DD HH:MM:SS` in UTC without a zone as Odoo does, or
 * a number counted from 1970-01-01T00:00:00Z.
 */
export type DateTimeStorage = keyof typeof momentUnits;

/**
 * A column that holds a moment. Records get RFC 3339 in UTC with whole seconds and `Z` (protocol.md section
 * 1): fractions of a second are dropped. Text without a zone is UTC. A `Date` of a driver is read too.
 *
 * @param storage - form of the column; `rfc3339` when absent
 * @returns the conversion
 */
export function asDateTime(storage: DateTimeStorage = 'rfc3339'): Conversion {
  const unit = momentUnits[storage];
  return {
    type: 'datetime',
    ordered: true,
    read: (value) => {
      if (value instanceof Date) return formatMoment(value.getTime());
      return formatMoment(unit === undefined ? instantOf(value) : toMilliseconds(value, unit));
    },
    write: (value) => {
      const moment = formatMoment(instantOf(value));
      if (moment === undefined) return [];
      if (unit !== undefined) return [Date.parse(moment) / unit];
      return [storage === 'rfc3339' ? moment : `${moment.slice(0, 10)} ${moment.slice(11, 19)}`];
    },
  };
}

function instantOf(value: RowValue | JsonValue): number | undefined {
  const reading = typeof value === 'string' ? readDate(value) : undefined;
  return reading === undefined ? undefined : Date.parse(reading.instant);
}

function toMilliseconds(value: RowValue, unit: number): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) * unit : undefined;
}

function formatMoment(milliseconds: number | undefined): string | undefined {
  // formatDay knows the years that have four digits.
  if (milliseconds === undefined || formatDay(milliseconds) === undefined) return undefined;
  return formatTimestamp(milliseconds);
}
