import type { JobDriver, StartJobDriver } from './host-jobs.ts';
import { type JobParts, runDue } from './run-due.ts';

/** Jobs that run only when they are told to. */
export interface ManualDriver {
  readonly start: StartJobDriver;
  /**
   * Runs every job that is due by the host's clock, one after another, with those that they request.
   *
   * @returns how many attempts were made
   */
  runJobs(): Promise<number>;
}

/**
 * Makes a driver for tests, under which nothing runs by itself.
 *
 * @returns the driver
 */
export function createManualDriver(): ManualDriver {
  let parts: JobParts | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const driver: JobDriver = {
    wake() {},
    async stop() {
      parts = undefined;
    },
    async check() {},
  };
  return {
    start(given) {
      parts = given;
      return driver;
    },
    runJobs() {
      // Two tests' parts that run at once would run a job twice.
      const runs = last.then(() => (parts === undefined ? 0 : runDue(parts)));
      last = runs.catch(() => undefined);
      return runs;
    },
  };
}
