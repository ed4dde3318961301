import { join } from 'node:path';
import type { DciConfig } from '../config/dci-config.ts';
import type { Environment } from '../config/environment.ts';
import { createHost, type Host } from '../create-host.ts';
import type { Egress } from '../egress/egress.ts';
import type { HostPorts } from '../host-ports.ts';
import { createDispatcher } from '../jobs/dispatcher.ts';
import type { StartJobDriver } from '../jobs/host-jobs.ts';
import { createManualDriver } from '../jobs/manual-driver.ts';
import { createMemoryQueue } from '../jobs/memory-queue.ts';
import { pgBossDriver } from '../jobs/pg-boss-driver.ts';
import { silentLogger } from './logger.ts';
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts';

/** How {@link createTestHost} composes. */
export interface TestHostOptions extends Partial<Omit<HostPorts, 'egress'>>, DciConfig {
  /** Takes what the host sends to peers; default: the egress that `egress` and `development` configure. */
  readonly egressPort?: Egress;
  /** Default: empty, so that nothing of the machine matters. */
  readonly env?: Environment;
  /**
   * What runs jobs. `manual`, the default: they run only when `runJobs` is called. `memory`: by themselves, through a
   * queue in memory. `pg-boss`: as in production.
   */
  readonly jobs?: 'manual' | 'memory' | 'pg-boss';
}

/** A host of a test. */
export interface TestHost extends Host, AsyncDisposable {
  readonly dataDirectory: string;
  /**
   * Runs every job that is due by the host's clock, one after another, with those that they request, until none is
   * due. With `jobs: 'manual'` only.
   *
   * @returns how many attempts were made
   */
  runJobs(): Promise<number>;
  /** Stops the host and removes its directory, unless `dataDirectory` was given. */
  dispose(): Promise<void>;
}

/**
 * Composes a host in a temporary data directory, on a port that the system chooses, with a silent logger and an empty
 * environment.
 *
 * @param options - configuration and ports
 * @returns the host, started, not yet listening
 * @example
 * ```ts
 * await using host = await createTestHost({ plugins: [dciServer({ registries: [] })] });
 * const reply = await host.fetch(new Request('http://localhost/health/ready'));
 * ```
 */
export async function createTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const {
    clock,
    random,
    fetch,
    egressPort,
    crypto,
    logger = silentLogger,
    env = {},
    jobs = 'manual',
    ...config
  } = options;
  const directory = config.dataDirectory === undefined ? temporaryDirectory() : undefined;
  const dataDirectory = directory?.path ?? config.dataDirectory ?? '';
  const ports = Object.fromEntries(
    Object.entries({ clock, random, fetch, egress: egressPort, crypto }).filter(([, port]) => port !== undefined),
  );
  const manual = createManualDriver();
  const drivers: Readonly<Record<NonNullable<TestHostOptions['jobs']>, StartJobDriver>> = {
    manual: manual.start,
    memory: (parts) => createDispatcher(parts, { createQueue: createMemoryQueue, pollMs: 50 }),
    'pg-boss': pgBossDriver(join(dataDirectory, 'cache')),
  };
  try {
    const jobDriver = drivers[jobs];
    const host = await createHost({ port: 0, ...config, dataDirectory }, { ...ports, logger, env, jobDriver });
    return withDisposal(host, directory, dataDirectory, () => manual.runJobs());
  } catch (error) {
    directory?.remove();
    throw error;
  }
}

function withDisposal(
  host: Host,
  directory: TemporaryDirectory | undefined,
  dataDirectory: string,
  runJobs: () => Promise<number>,
): TestHost {
  const dispose = async (): Promise<void> => {
    await host.stop();
    directory?.remove();
  };
  return {
    context: host.context,
    failure: host.failure,
    fetch: (request) => host.fetch(request),
    listen: (announce) => host.listen(announce),
    stop: () => host.stop(),
    dataDirectory,
    runJobs,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
