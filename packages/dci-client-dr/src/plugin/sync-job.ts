import { type Clock, DciError, type Logger } from 'dci-core';
import type { JobDefinition, JobOutcome, JobRequest } from 'dci-host';
import type { SyncReport } from '../sync-disability-data.ts';
import type { OpenedDr } from './open-dr.ts';
import type { SyncSchedule } from './options.ts';

/** Queue of the jobs that synchronise; one job for each data source, which never ends. */
export const syncQueue = 'dci-client-dr/sync';

const shortestSeconds = 60;
/** After this time a run makes room for others and goes on where it stopped. */
const longestRunMs = 3_600_000;
/** When the registry did not answer, the next run does not wait for its time. */
const retrySeconds = 900;

/**
 * Checks a schedule.
 *
 * @param schedule - of the options of the plug-in
 * @returns the same
 * @throws DciError `err.configuration.invalid` for a time that is too short or none
 */
export function checkSchedule(schedule: SyncSchedule): SyncSchedule {
  if (Number.isFinite(schedule.everySeconds) && schedule.everySeconds >= shortestSeconds) return schedule;
  throw new DciError('err.configuration.invalid', `dr: sync.everySeconds must be at least ${shortestSeconds}`, {
    path: 'sync.everySeconds',
  });
}

/**
 * @param source - code of a data source
 * @returns the job that synchronises it
 */
export function syncJob(source: string): JobRequest {
  return { queue: syncQueue, key: source, payload: { source } };
}

/**
 * Makes the job that synchronises a data source again and again.
 *
 * @param context - services, time
 * @param schedule - whom to ask for, how often
 * @returns the definition, for `jobs.define`
 */
export function syncJobDefinition(
  context: { readonly dr: Pick<OpenedDr, 'service'>; readonly clock: Clock; readonly logger: Logger },
  schedule: SyncSchedule,
): JobDefinition {
  const { dr, clock, logger } = context;
  const { registrants, everySeconds, maxAge = everySeconds / 2, ...options } = schedule;
  // Asked for by a retry, so that a job is never given up.
  const again = (seconds: number, reason: string): JobOutcome => ({
    ...{ kind: 'retry', reason },
    dueAt: clock.now() + Math.round(seconds * 1000),
  });
  return {
    queue: syncQueue,
    concurrency: 1,
    timeoutMs: longestRunMs,
    run: async ({ payload, signal }) => {
      const source = String(payload.source);
      try {
        const service = await dr.service(source);
        const report = await service.syncDisabilityData(registrants(source), { ...options, maxAge, signal });
        logReport(logger, report);
        if (report.stopped === 'aborted') return again(0, 'interrupted');
        if (report.stopped === 'failures') return again(Math.min(everySeconds, retrySeconds), 'registry_failed');
        return again(everySeconds, 'scheduled');
      } catch (error) {
        const code = error instanceof DciError ? error.code : 'err.internal';
        logger.warn({ state: source, code }, 'disability data were not synchronised; it is tried again');
        return again(Math.min(everySeconds, retrySeconds), code);
      }
    },
  };
}

function logReport(logger: Logger, report: SyncReport): void {
  const { source, done, updated, unchanged, noRecord, fresh, failed, stopped, failures } = report;
  const counts = `${updated} updated, ${unchanged} unchanged, ${noRecord} without record, ${fresh} fresh, ${failed} failed`;
  const [first] = failures;
  const fields = { state: source, total: done, count: failed, reason: stopped ?? first?.kind, code: first?.code };
  if (failed > 0 || stopped === 'failures') logger.warn(fields, `disability data synchronised in part: ${counts}`);
  else logger.info(fields, `disability data synchronised: ${counts}`);
}
