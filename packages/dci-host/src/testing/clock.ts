import type { Clock } from 'dci-core';

/**
 * A clock that stands still.
 *
 * @param time - milliseconds since 1970, or an RFC 3339 text
 * @returns the clock
 */
export function fixedClock(time: number | string): Clock {
  const milliseconds = readTime(time);
  return { now: () => milliseconds };
}

/** A clock that a test moves. */
export interface ManualClock extends Clock {
  /** @param milliseconds - how far to go on; negative goes back */
  advance(milliseconds: number): void;
  /** @param time - milliseconds since 1970, or an RFC 3339 text */
  set(time: number | string): void;
}

/**
 * A clock that moves only when it is told to.
 *
 * @param start - milliseconds since 1970, or an RFC 3339 text
 * @returns the clock
 */
export function manualClock(start: number | string): ManualClock {
  let current = readTime(start);
  return {
    now: () => current,
    advance(milliseconds) {
      current += milliseconds;
    },
    set(time) {
      current = readTime(time);
    },
  };
}

function readTime(time: number | string): number {
  const milliseconds = typeof time === 'number' ? time : Date.parse(time);
  if (!Number.isFinite(milliseconds)) throw new RangeError('not a time');
  return milliseconds;
}
