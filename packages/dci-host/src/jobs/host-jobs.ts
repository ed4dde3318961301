import type { Clock, Logger, Random } from 'dci-core';
import type { StateDatabase } from '../database/state-database.ts';
import { errorFields } from '../observe/error-fields.ts';
import { JobDefinitions } from './job-definitions.ts';
import { jobIdOf } from './job-id.ts';
import { JobRunner } from './job-runner.ts';
import { createJobWriter } from './job-writer.ts';
import type { Jobs } from './jobs.ts';
import type { Outbox } from './outbox.ts';
import type { JobParts } from './run-due.ts';

/** What {@link createHostJobs} works with. */
export interface HostJobsOptions {
  readonly database: StateDatabase;
  /** Makes the outbox over one of its connections. */
  createOutbox(connection: StateDatabase['durable']): Outbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** True for a command beside a host: queues are defined in vain, since it runs no jobs. */
  readonly writesOnly: boolean;
}

/** Tells when jobs run. */
export interface JobDriver {
  /** Called, within a transaction that has yet to end, when there may be new work. */
  wake(): void;
  /** Hands out nothing any more and lets go of what it holds. */
  stop(): Promise<void>;
  /** Rejects when it cannot do its work. */
  check(): Promise<void>;
}

/** What a driver works with. */
export interface RunningParts extends JobParts {
  readonly logger: Logger;
  /** Called when the state database cannot be trusted any more. */
  onFatal(error: Error): void;
}

/** Starts what tells when jobs run. */
export type StartJobDriver = (parts: RunningParts) => JobDriver;

/** The jobs of a host, as the host sees them. */
export interface HostJobs {
  /** What plug-ins and commands get. */
  readonly jobs: Jobs;
  /** True when a plug-in has defined a queue. */
  readonly hasQueues: boolean;
  /**
   * Ends the definition of queues and begins to run jobs.
   *
   * @param drive - tells when
   * @param onFatal - called when the state database cannot be trusted any more
   */
  start(drive: StartJobDriver, onFatal: (error: Error) => void): void;
  /**
   * Begins no further job; running ones may go on for a while, then they are aborted. Before `start` and the second
   * time it does nothing.
   *
   * @param drainMs - how long they may go on
   */
  stop(drainMs: number): Promise<void>;
  /** Rejects when jobs cannot be run. */
  check(): Promise<void>;
}

/**
 * Makes the jobs of a host.
 *
 * @param options - state, clock, randomness, logger
 * @returns the jobs, which do not run yet
 */
export function createHostJobs(options: HostJobsOptions): HostJobs {
  const { database, clock, random, logger, writesOnly } = options;
  const durable = options.createOutbox(database.durable);
  const definitions = new JobDefinitions();
  let driver: JobDriver | undefined;
  let runner: JobRunner | undefined;
  let relaxed: Outbox | undefined;
  const writer = createJobWriter({ outbox: durable, clock, onRequested: () => driver?.wake() });
  return {
    jobs: {
      writer,
      define: (definition) => {
        if (!writesOnly) definitions.add(definition);
      },
      enqueue: (requests) => database.commit(() => writer.apply({ enqueue: requests })),
      hasten: (queue, keys) => {
        if (relaxed === undefined || keys.length === 0) return;
        const jobIds = keys.map((key) => jobIdOf(queue, key));
        try {
          relaxed.hasten(jobIds, clock.now());
        } catch (error) {
          logger.warn({ job: queue, ...errorFields(error) }, 'jobs cannot be made due sooner; they run at their time');
        }
        driver?.wake();
      },
      retry: async (queue, keys) => {
        const retried = await database.commit(() => {
          const now = clock.now();
          return keys.filter((key) => durable.retry(jobIdOf(queue, key), now)).length;
        });
        driver?.wake();
        return retried;
      },
    },
    get hasQueues() {
      return definitions.all().length > 0;
    },
    start(drive, onFatal) {
      definitions.close();
      const outbox = options.createOutbox(database.relaxed);
      relaxed = outbox;
      runner = new JobRunner({ outbox, clock, random, logger, onFatal });
      driver = drive({ definitions, runner, outbox, clock, logger, onFatal });
    },
    async stop(drainMs) {
      const [stopped, stoppedRunner] = [driver, runner];
      driver = undefined;
      runner = undefined;
      relaxed = undefined;
      await Promise.all([stopped?.stop(), stoppedRunner?.stop(drainMs)]);
    },
    async check() {
      await driver?.check();
    },
  };
}
