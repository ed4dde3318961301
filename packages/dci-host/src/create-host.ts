import { join } from 'node:path';
import process from 'node:process';
import { announce } from './announcements.ts';
import type { DciConfig, ResolvedConfig } from './config/dci-config.ts';
import type { Environment } from './config/environment.ts';
import { resolveConfig } from './config/resolve.ts';
import { lockDirectory } from './database/directory-lock.ts';
import { checkMigrationIds } from './database/migrate.ts';
import type { OpenedStateDatabase } from './database/open.ts';
import { databaseCheck, jobQueueCheck, signingKeyCheck } from './host-checks.ts';
import type { HostContext } from './host-context.ts';
import { completeHostPorts, type HostPorts } from './host-ports.ts';
import { createHttpApp, type HttpApp } from './http/app.ts';
import { documentationRoutes } from './http/documentation.ts';
import { healthRoutes } from './http/health.ts';
import { locationRoutes } from './http/locations.ts';
import type { HttpRouter } from './http/router.ts';
import { type HttpServer, listen } from './http/server.ts';
import { wellKnownRoutes } from './http/well-known.ts';
import type { HostJobs, StartJobDriver } from './jobs/host-jobs.ts';
import { pgBossDriver } from './jobs/pg-boss-driver.ts';
import { type RunningPlugins, setUpPlugins } from './lifecycle.ts';
import { errorFields } from './observe/error-fields.ts';
import { createLogDestination } from './observe/log-destination.ts';
import { createLogger } from './observe/logger.ts';
import { migrationSets, type OpenedState, openState } from './open-state.ts';
import { createOpenApiDocument } from './openapi/document.ts';

/** A host with its state open and its plug-ins started. */
export interface Host {
  /** What its plug-ins were given. */
  readonly context: HostContext;
  /**
   * Answers a request in process, as the server would.
   *
   * @param request - the request
   * @returns the reply; never rejects
   */
  fetch(request: Request): Promise<Response>;
  /**
   * Accepts connections on the configured address and port, then tells the plug-ins.
   *
   * @param announce - is told the address before the plug-ins are
   * @returns the address, for example `http://127.0.0.1:8080`
   * @throws DciError err.state.conflict when the address is in use or not permitted; err.configuration.invalid when it
   * is none of this machine
   */
  listen(announce?: (url: string) => void): Promise<{ readonly url: string }>;
  /**
   * Stops: no new connections, running requests end within the drain time, plug-ins stop in reverse order, the state
   * is written into its file and closed, the data directory becomes free. Stopping twice does no harm.
   */
  stop(): Promise<void>;
  /**
   * Resolves when the state database cannot be trusted any more. Nothing is accepted from then on; the process must
   * end without a clean stop, and a new one find out what the disk holds (reliability.md DB3).
   */
  readonly failure: Promise<Error>;
}

/** Surroundings of a host; everything defaults to the running Node process. */
export interface HostOptions extends Partial<HostPorts> {
  /** Environment that overrides a configuration that is not resolved yet; default: the process's. */
  readonly env?: Environment;
  /** Absolute; default: the process's. */
  readonly workingDirectory?: string;
  /** What runs jobs; for tests. Default: pg-boss on an in-memory PGlite, from the first job on. */
  readonly jobDriver?: StartJobDriver;
}

/**
 * Composes a host from its configuration: locks the data directory, opens and migrates the state, makes the first
 * signing key, sets up and starts the plug-ins. It does not listen yet.
 *
 * @param config - a configuration, or one that `loadConfig` or `resolveConfig` returned
 * @param options - ports and environment
 * @returns the host
 * @throws DciError err.configuration.invalid for faults of the configuration or a wrong master key; err.state.conflict
 * when another host uses the data directory, or its state is damaged or of another release
 * @example
 * ```ts
 * const host = await createHost({ senderId: 'social.example.org', plugins: [] });
 * const { url } = await host.listen();
 * ```
 */
export async function createHost(config: DciConfig | ResolvedConfig, options: HostOptions = {}): Promise<Host> {
  const resolved = isResolved(config)
    ? config
    : resolveConfig(config, {
        env: options.env ?? process.env,
        workingDirectory: options.workingDirectory ?? process.cwd(),
      });
  const ports = completeHostPorts(options, () => defaultLogger(resolved), resolved.config);
  checkMigrationIds(migrationSets(resolved.plugins));
  announce(ports.logger, resolved.config, resolved.plugins);
  const lock = lockDirectory(resolved.config.dataDirectory, process.pid);
  try {
    const jobDriver = options.jobDriver ?? pgBossDriver(join(resolved.config.dataDirectory, 'cache'));
    return await compose(resolved, ports, jobDriver, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function compose(
  { config, plugins, secrets }: ResolvedConfig,
  ports: HostPorts,
  jobDriver: StartJobDriver,
  unlock: () => void,
): Promise<Host> {
  const state = openState({ config, plugins, ports, secrets });
  const { context, database } = state;
  try {
    database.markInUse();
    await makeFirstKeys(context);
    const running = await setUpPlugins(plugins, context);
    try {
      const host = new RunningHost(state, running, unlock);
      await running.start();
      host.startJobs(jobDriver);
      return host;
    } catch (error) {
      await running.stop();
      throw error;
    }
  } catch (error) {
    database.close();
    throw error;
  }
}

/** One key of each use that there never was a key of: none is made in place of keys that were all revoked. */
async function makeFirstKeys({ keys, logger }: HostContext): Promise<void> {
  const known = await keys.list();
  for (const use of ['sig', 'enc'] as const) {
    if (known.some((key) => key.use === use)) continue;
    const { keyId, algorithm } = await keys.generate({ use });
    logger.info({ key_id: keyId, algorithm }, `the first ${use === 'sig' ? 'signing' : 'encryption'} key was made`);
  }
}

class RunningHost implements Host {
  readonly context: HostContext;
  readonly failure: Promise<Error>;
  readonly #database: OpenedStateDatabase;
  readonly #jobs: HostJobs;
  readonly #plugins: RunningPlugins;
  readonly #unlock: () => void;
  readonly #app: HttpApp;
  readonly #documentation: (router: HttpRouter) => void;
  readonly #onFatal: (error: Error) => void;
  readonly #inProcess = new Set<Promise<Response>>();
  #server: HttpServer | undefined;
  #state: 'running' | 'failed' | 'stopping' | 'stopped' = 'running';
  #stopped: Promise<void> | undefined;

  constructor({ context, database, jobs }: OpenedState, plugins: RunningPlugins, unlock: () => void) {
    const { config, clock, random, logger, keys } = context;
    const failure = Promise.withResolvers<Error>();
    this.context = context;
    this.failure = failure.promise;
    this.#database = database;
    this.#jobs = jobs;
    this.#plugins = plugins;
    this.#unlock = unlock;
    this.#onFatal = (error) => {
      if (this.#state === 'running') this.#state = 'failed';
      failure.resolve(error);
    };
    this.#documentation = documentationRoutes(() =>
      createOpenApiDocument({
        config,
        contributions: plugins.instances.flatMap((instance) => instance.openApi?.() ?? []),
      }),
    );
    this.#app = createHttpApp({
      basePaths: [config.basePath, ...config.basePathAliases],
      limits: config.limits,
      clock,
      random,
      logger,
      isAvailable: () => this.#state === 'running' || this.#state === 'stopping',
      onFatal: this.#onFatal,
      rootRoutes: (router) => {
        const checks = [
          databaseCheck(database),
          signingKeyCheck(keys),
          ...(jobs.hasQueues ? [jobQueueCheck(jobs)] : []),
          ...plugins.instances.flatMap(({ healthChecks = [] }) => healthChecks),
        ];
        healthRoutes(router, { checks, logger, isStopping: () => this.#state !== 'running' });
        if (config.basePath !== '') this.#documents(router);
        for (const { rootRoutes } of plugins.instances) rootRoutes?.(router);
      },
      routes: (router) => {
        this.#documents(router);
        for (const instance of plugins.instances) instance.routes?.(router);
      },
    });
  }

  /** What lies both at the root and below every base path. */
  #documents(router: HttpRouter): void {
    wellKnownRoutes(router, this.context.keys);
    locationRoutes(router, this.context.config.locations);
    this.#documentation(router);
  }

  /** Called once every plug-in has started. */
  startJobs(driver: StartJobDriver): void {
    this.#jobs.start(driver, this.#onFatal);
  }

  async fetch(request: Request): Promise<Response> {
    const reply = this.#app.fetch(request);
    this.#inProcess.add(reply);
    try {
      return await reply;
    } finally {
      this.#inProcess.delete(reply);
    }
  }

  async listen(announce?: (url: string) => void): Promise<{ readonly url: string }> {
    const { config, logger } = this.context;
    if (this.#server !== undefined || this.#state !== 'running')
      throw new Error('the host listens already or has ended');
    const { host: address, port: wanted, limits } = config;
    this.#server = await listen({ app: this.#app, limits, host: address, port: wanted, logger });
    const { host, port } = this.#server;
    logger.info({ host, port }, 'listening');
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    announce?.(url);
    for (const { listening } of this.#plugins.instances) await listening?.(url);
    return { url };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { logger, config } = this.context;
    const failed = this.#state === 'failed';
    if (!failed) this.#state = 'stopping';
    const jobsStopped = this.#jobs.stop(failed ? 0 : config.limits.drainTimeoutMs);
    const cutOff = await this.#server?.close();
    if (cutOff) logger.warn({ count: cutOff }, 'requests were cut off, the drain time was over');
    await Promise.race([Promise.allSettled(this.#inProcess), pause(config.limits.drainTimeoutMs)]);
    await jobsStopped;
    await this.#plugins.stop();
    this.#state = 'stopped';
    // Closing would write into a file that is not to be trusted; the end of the process closes it without that.
    if (failed) return;
    try {
      this.#database.markClosed();
    } catch (error) {
      logger.error(errorFields(error), 'the state could not be marked as closed');
    }
    this.#database.close();
    this.#unlock();
    logger.info({}, 'stopped');
  }
}

function isResolved(config: DciConfig | ResolvedConfig): config is ResolvedConfig {
  return 'config' in config;
}

function defaultLogger({ config }: ResolvedConfig) {
  const destination = createLogDestination({ json: config.production, color: process.stderr.isTTY === true });
  return createLogger({ level: config.logLevel, clock: { now: () => Date.now() }, destination });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
