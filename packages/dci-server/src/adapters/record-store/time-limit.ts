import type { Database } from 'better-sqlite3';
import type { Clock } from 'dci-core';
import { searchTimeout } from '../search-error.ts';

/** Bounds the time of statements: better-sqlite3 runs them to the end and has no way to interrupt one. */
export interface TimeLimit {
  /**
   * A condition that is always true, for the start of a WHERE clause. While a statement runs it looks at
   * the clock for about one row in a thousand, and ends the statement when its time is up.
   */
  readonly guard: string;
  /**
   * @param work - runs statements with the guard in them
   * @returns what `work` returns
   * @throws DciError `err.request.timeout` when the work took longer than allowed
   */
  run<T>(work: () => T): T;
}

interface Timer {
  isOver: () => boolean;
}

const never = (): boolean => false;

// A connection has one function of a name, and one statement running: so one timer, whoever uses it.
const timers = new WeakMap<Database, Timer>();

function timerOf(database: Database): Timer {
  let timer = timers.get(database);
  if (timer === undefined) {
    const created: Timer = { isOver: never };
    database.function('within_time_limit', { deterministic: false, directOnly: true }, () => {
      if (created.isOver()) throw searchTimeout();
      return 1;
    });
    timers.set(database, created);
    timer = created;
  }
  return timer;
}

/**
 * Sets a time limit up for a connection.
 *
 * @param database - the connection; gets a function `within_time_limit()`
 * @param options - the clock, and the milliseconds that one call of `run` may take
 * @returns the limit
 */
export function limitTime(
  database: Database,
  options: { readonly clock: Clock; readonly milliseconds: number },
): TimeLimit {
  const { clock, milliseconds } = options;
  const timer = timerOf(database);
  return {
    // A call into JavaScript for every row would double the time of a scan; random() adds a tenth.
    guard: '((random() & 1023) <> 0 OR within_time_limit())',
    run(work) {
      const end = clock.now() + milliseconds;
      timer.isOver = () => clock.now() > end;
      try {
        return work();
      } finally {
        timer.isOver = never;
      }
    },
  };
}
