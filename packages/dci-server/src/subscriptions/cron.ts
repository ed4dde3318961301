import { Cron } from 'croner';
import { DciError } from 'dci-core';

/** When digests of a subscription are due; UTC. */
export interface Schedule {
  /**
   * @param after - Unix milliseconds
   * @returns the first time later than `after`; `undefined` when there is none
   */
  next(after: number): number | undefined;
}

const longestLine = 200;
const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** What one field of a cron line may hold. */
interface Field {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  /** Names of the values from `lowest` on. */
  readonly names?: readonly string[];
}

const second: Field = { name: 'second', lowest: 0, highest: 59 };
const minute: Field = { name: 'minute', lowest: 0, highest: 59 };
const hour: Field = { name: 'hour', lowest: 0, highest: 23 };
const dayOfMonth: Field = { name: 'day of month', lowest: 1, highest: 31 };
const month: Field = { name: 'month', lowest: 1, highest: 12, names: monthNames };
const year: Field = { name: 'year', lowest: 1970, highest: 2199 };
const quartzWeekday: Field = { name: 'day of week', lowest: 1, highest: 7, names: dayNames };
/** 7 is Sunday as 0 is. */
const cronWeekday: Field = { name: 'day of week', lowest: 0, highest: 7, names: dayNames };

/**
 * Reads the cron line of a subscription (protocol.md section 9; OpenAPI v1.0.0, `frequency.frequency`). Five fields are
 * cron's: minute, hour, day of month, month, day of week with 0 and 7 as Sunday, and a day counts when either day field
 * names it. Six or seven are Quartz's: second first, day of week with 1 as Sunday, one of the day fields `?` or `*`,
 * a year at the end; with `L`, `LW`, `15W`, `6L`, `6#3`. Times are UTC.
 *
 * @param line - for example `0 6 * * 1` or `0 0 0 5,15 * ? *`
 * @returns when it is due
 * @throws DciError `rjct.notify_details.invalid` with the fault
 */
export function parseCron(line: string): Schedule {
  const fields = line.trim().split(/\s+/);
  if (line.length > longestLine || fields.length < 5 || fields.length > 7) {
    throw fault('must be a cron line of five fields, or of six or seven as Quartz writes them');
  }
  const isQuartz = fields.length > 5;
  const [seconds = '', minutes = '', hours = '', days = '', months = '', weekdays = '', years = '*'] = isQuartz
    ? fields
    : ['0', ...fields];
  const isOpen = (text: string): boolean => text === '?' || text === '*';
  if (isQuartz && !isOpen(days) && !isOpen(weekdays)) {
    throw fault('must have ? as its day of month or as its day of week');
  }
  const pattern = [
    readField(seconds, second),
    readField(minutes, minute),
    readField(hours, hour),
    isOpen(days) ? '*' : readDays(days),
    readField(months, month),
    isOpen(weekdays) ? '*' : readWeekdays(weekdays, isQuartz),
    readField(years, year),
  ].join(' ');
  return scheduleOf(pattern);
}

function scheduleOf(pattern: string): Schedule {
  let cron: Cron;
  try {
    // Without a function and paused: it only counts, no timer is started.
    cron = new Cron(pattern, { paused: true, timezone: 'UTC', mode: '7-part' });
  } catch (cause) {
    throw new DciError('rjct.notify_details.invalid', 'the frequency is no cron line that can be read', { cause });
  }
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
}

/** Writes a field as a list of numbers, or `*`. */
function readField(text: string, field: Field): string {
  if (text === '*' || text === '?') return '*';
  const values = new Set<number>();
  for (const part of text.split(',')) for (const value of readPart(part, field)) values.add(value);
  return [...values].join(',');
}

/** `a`, `a-b`, and `*`, `a` or `a-b` with a step; a range may pass the end, as `FRI-MON`. */
function readPart(text: string, field: Field): readonly number[] {
  const [range = '', stepText, ...more] = text.split('/');
  if (more.length > 0) throw unreadable(field);
  const [from = '', to, ...rest] = range.split('-');
  if (rest.length > 0) throw unreadable(field);
  const size = field.highest - field.lowest + 1;
  const isAll = from === '*' && to === undefined;
  const first = isAll ? field.lowest : readValue(from, field);
  // Quartz and cron read `5/15` as `5-59/15`
  const last = isAll || (to === undefined && stepText !== undefined) ? field.highest : readValue(to ?? from, field);
  const step = stepText === undefined ? 1 : readStep(stepText, field);
  const length = last >= first ? last - first : last - first + size;
  const values: number[] = [];
  for (let offset = 0; offset <= length; offset += step) {
    values.push(((first - field.lowest + offset) % size) + field.lowest);
  }
  return values;
}

function readValue(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? field.lowest + named : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.lowest && value <= field.highest) return value;
  throw unreadable(field);
}

function readStep(text: string, field: Field): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step >= 1) return step;
  throw unreadable(field);
}

/** Beside numbers: `L` the last day, `LW` the last weekday, `15W` the weekday next to the 15th. */
function readDays(text: string): string {
  return text
    .split(',')
    .map((part) => {
      const special = part.toUpperCase();
      if (special === 'L' || special === 'LW') return special;
      const near = /^(\d{1,2})W$/.exec(special)?.[1];
      return near === undefined ? readField(part, dayOfMonth) : `${readValue(near, dayOfMonth)}W`;
    })
    .join(',');
}

/** Beside numbers and names: `6L` or `FRIL` the last Friday, `6#3` the third one, Quartz's `L` for Saturday. */
function readWeekdays(text: string, isQuartz: boolean): string {
  const field = isQuartz ? quartzWeekday : cronWeekday;
  const day = (value: number): number => (isQuartz ? value - 1 : value % 7);
  return text
    .split(',')
    .map((part) => {
      const special = part.toUpperCase();
      if (special === 'L' && isQuartz) return '6';
      const [, weekday = '', last, nth] = /^(\d|[A-Z]{3})(?:(L)|#([1-5]))$/.exec(special) ?? [];
      if (last !== undefined) return `${day(readValue(weekday, field))}#L`;
      if (nth !== undefined) return `${day(readValue(weekday, field))}#${nth}`;
      if (part === '*') return '*';
      return [...new Set(readPart(part, field).map(day))].join(',');
    })
    .join(',');
}

function unreadable({ name }: Field): DciError {
  return fault(`has a ${name} that cannot be read`);
}

function fault(reason: string): DciError {
  return new DciError('rjct.notify_details.invalid', `the frequency ${reason}`, {
    path: 'subscribe_criteria.frequency.frequency',
  });
}
