import type { Random } from 'dci-core';

/** Rejections in a row after which a job is given up. */
export const mostFailures = 20;

const leastMs = 1000;
const mostMs = 5 * 60 * 1000;

/**
 * Tells how long to wait after a failed attempt: it doubles from 1 s up to 5 min, and is moved by up to a fifth either
 * way, so that jobs which failed together do not come back together.
 *
 * @param failures - attempts that failed in a row, from 1
 * @param random - source of the shift
 * @returns milliseconds
 */
export function backoffMs(failures: number, random: Random): number {
  const middle = Math.min(mostMs, leastMs * 2 ** Math.min(failures - 1, 30));
  const [high = 0, low = 0] = random.bytes(2);
  const shift = (high * 256 + low) / 65_535;
  return Math.round(Math.max(leastMs, Math.min(mostMs, middle * (0.8 + 0.4 * shift))));
}
