import { errorFields } from '../observe/error-fields.ts';
import { createDispatcher } from './dispatcher.ts';
import type { StartJobDriver } from './host-jobs.ts';
import { createWorkerQueue } from './worker-queue.ts';

/**
 * Makes the driver of a host in production: pg-boss on an in-memory PGlite in a worker thread.
 *
 * Both start in the background with the first job that is due, and delay no request; a host that never has one never
 * loads them. They need 300 to 400 MB, and about 1 s to start, 5 s the first time in a data directory.
 *
 * @param cacheDirectory - where their start is cached
 * @returns the driver
 */
export function pgBossDriver(cacheDirectory: string): StartJobDriver {
  return (parts) =>
    createDispatcher(parts, {
      createQueue: () =>
        createWorkerQueue({
          cacheDirectory,
          onTrouble: (error) =>
            parts.logger.warn({ component: 'pg-boss', ...errorFields(error) }, 'the job queue has trouble'),
        }),
    });
}
