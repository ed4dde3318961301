import { DciError } from 'dci-core';
import type { CliContext, CliOption } from 'dci-host';
import { textOption } from '../option.ts';

/** How many are listed. */
export const limitOption: CliOption = {
  flags: '--limit <n>',
  description: 'at most as many, up to 1,000',
  default: '100',
};

/** Only those of one registry. */
export const sourceOption: CliOption = { flags: '--source <code>', description: 'only those of one data source' };

/**
 * @param context - the running command
 * @returns the value of {@link limitOption}
 * @throws DciError `err.request.bad` for anything but a number that it can be
 */
export function limitOf(context: CliContext): number {
  const limit = textOption(context, 'limit') ?? '100';
  if (/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= 1_000) return Number(limit);
  throw new DciError('err.request.bad', '--limit must be a number from 1 to 1000');
}

/**
 * @param milliseconds - Unix time
 * @returns RFC 3339, to the second
 */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/**
 * @param seconds - how long something lasts
 * @returns it in its largest unit, `3d`, `5h`, `12m`, `40s`
 */
export function shortAge(seconds: number): string {
  const unit = units.find(([, size]) => seconds >= size);
  return unit === undefined ? `${Math.max(0, Math.floor(seconds))}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}
