import process from 'node:process';
import { DciError } from 'dci-core';
import type { HostConfig } from './config/host-config.ts';
import type { SecretReader } from './config/secret.ts';
import { tryLockDirectory } from './database/directory-lock.ts';
import { hostMigrations } from './database/host-migrations.ts';
import { checkMigrationIds, type MigrationSet, migrate, pendingMigrations } from './database/migrate.ts';
import { type OpenedStateDatabase, type OpenOptions, openStateDatabase } from './database/open.ts';
import type { HostContext } from './host-context.ts';
import type { HostPorts } from './host-ports.ts';
import { createHostJobs, type HostJobs } from './jobs/host-jobs.ts';
import { openSealer } from './keys/master-key.ts';
import type { Plugin } from './plugin.ts';
import { createKeyStore } from './stores/sqlite/key-store.ts';
import { createOutbox } from './stores/sqlite/outbox.ts';

/** How long a statement of a host waits for the write lock; the event loop stands still meanwhile. */
export const hostBusyTimeoutMs = 1000;

/** How long a statement of a command waits for it. */
export const commandBusyTimeoutMs = 10_000;

/** What {@link openState} works with. */
export interface OpenStateOptions {
  readonly config: HostConfig;
  readonly plugins: readonly Plugin[];
  readonly ports: HostPorts;
  readonly secrets: SecretReader;
}

/** The state of a host, open, and the database to close. */
export interface OpenedState {
  readonly context: HostContext;
  readonly database: OpenedStateDatabase;
  /** The jobs behind `context.jobs`; they do not run yet. */
  readonly jobs: HostJobs;
}

/**
 * Opens the state for a host that holds the lock of the data directory: database, migrations of the host and its
 * plug-ins, sealer, keys.
 *
 * @param options - configuration, plug-ins, ports
 * @returns what plug-ins and commands work with
 * @throws DciError err.state.conflict or err.configuration.invalid as the single steps do; nothing stays open then
 */
export function openState(options: OpenStateOptions): OpenedState {
  return open(options, { busyTimeoutMs: hostBusyTimeoutMs, beside: false }, (database, sets) =>
    applyAll(database, sets, options.ports),
  );
}

/**
 * Opens the state for a command, beside a running host or without one. The schema is changed only while no host runs.
 *
 * @param options - configuration, plug-ins, ports
 * @returns what commands work with
 * @throws DciError err.state.conflict also when a running host works with an older schema than this program
 */
export function openStateBeside(options: OpenStateOptions): OpenedState {
  checkMigrationIds(migrationSets(options.plugins));
  return open(options, { busyTimeoutMs: commandBusyTimeoutMs, beside: true }, (database, sets) => {
    const lock = tryLockDirectory(options.config.dataDirectory, process.pid);
    if (lock === undefined) {
      throw new DciError(
        'err.state.conflict',
        'a running host uses an older schema than this program; restart it first',
      );
    }
    try {
      applyAll(database, sets, options.ports);
    } finally {
      lock.release();
    }
  });
}

/**
 * Lists the migrations of a host.
 *
 * @param plugins - its plug-ins
 * @returns the host's own migrations, then those of each plug-in
 */
export function migrationSets(plugins: readonly Plugin[]): readonly MigrationSet[] {
  return [hostMigrations, ...plugins.map(({ name, migrations = [] }) => ({ owner: name, migrations }))];
}

function open(
  { config, plugins, ports, secrets }: OpenStateOptions,
  { busyTimeoutMs, beside }: Pick<OpenOptions, 'busyTimeoutMs'> & { readonly beside: boolean },
  prepareSchema: (database: OpenedStateDatabase, sets: readonly MigrationSet[]) => void,
): OpenedState {
  const { clock, random, logger } = ports;
  const database = openStateDatabase({ directory: config.dataDirectory, busyTimeoutMs, checkIntegrity: !beside });
  try {
    const sets = migrationSets(plugins);
    const unseal = () =>
      openSealer({
        database: database.durable,
        dataDirectory: config.dataDirectory,
        random,
        ...(config.masterKey === undefined ? {} : { masterKey: config.masterKey }),
      }).sealer;
    const pending = pendingMigrations(database.durable, sets);
    // A state that was sealed is opened before its schema changes, so that a wrong master key leaves it as it was.
    const isNew = pending.some((migration) => migration === hostMigrations.migrations[0]);
    const unsealed = isNew ? undefined : unseal();
    if (pending.length > 0) prepareSchema(database, sets);
    const sealer = unsealed ?? unseal();
    const keys = createKeyStore({
      database: database.durable,
      sealer,
      senderId: config.senderId,
      settings: config.keys,
      clock,
      random,
    });
    const jobs = createHostJobs({ database, createOutbox, clock, random, logger, writesOnly: beside });
    return { database, jobs, context: { config, ...ports, database, keys, sealer, secrets, jobs: jobs.jobs } };
  } catch (error) {
    database.close();
    throw error;
  }
}

function applyAll(database: OpenedStateDatabase, sets: readonly MigrationSet[], { clock, logger }: HostPorts): void {
  for (const migration of migrate(database.durable, sets, clock)) logger.info({ migration }, 'migration applied');
}
