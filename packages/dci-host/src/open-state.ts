import type { HostConfig } from './config/host-config.ts';
import { hostMigrations } from './database/host-migrations.ts';
import { migrate } from './database/migrate.ts';
import { type OpenedStateDatabase, openStateDatabase } from './database/open.ts';
import type { HostContext } from './host-context.ts';
import type { HostPorts } from './host-ports.ts';
import { openSealer } from './keys/master-key.ts';
import { createKeyStore } from './keys/sqlite-key-store.ts';
import type { Plugin } from './plugin.ts';

/** How long a statement of a host waits for the write lock; the event loop stands still meanwhile. */
export const hostBusyTimeoutMs = 1000;

/** What {@link openState} works with. */
export interface OpenStateOptions {
  readonly config: HostConfig;
  readonly plugins: readonly Plugin[];
  readonly ports: HostPorts;
  readonly busyTimeoutMs: number;
}

/** The state of a host, open, and the database to close. */
export interface OpenedState {
  readonly context: HostContext;
  readonly database: OpenedStateDatabase;
}

/**
 * Opens the state of a host: database, migrations of the host and its plug-ins, sealer, keys.
 *
 * @param options - configuration, plug-ins, ports
 * @returns what plug-ins and commands work with
 * @throws DciError err.state.conflict or err.configuration.invalid as the single steps do; nothing stays open then
 */
export function openState({ config, plugins, ports, busyTimeoutMs }: OpenStateOptions): OpenedState {
  const { clock, random, logger } = ports;
  const database = openStateDatabase({ directory: config.dataDirectory, busyTimeoutMs });
  try {
    const sets = [hostMigrations, ...plugins.map(({ name, migrations = [] }) => ({ owner: name, migrations }))];
    for (const migration of migrate(database.durable, sets, clock)) logger.info({ migration }, 'migration applied');
    const { sealer } = openSealer({
      database: database.durable,
      dataDirectory: config.dataDirectory,
      random,
      ...(config.masterKey === undefined ? {} : { masterKey: config.masterKey }),
    });
    const keys = createKeyStore({
      database: database.durable,
      sealer,
      senderId: config.senderId,
      settings: config.keys,
      clock,
      random,
    });
    return { database, context: { config, ...ports, database, keys, sealer } };
  } catch (error) {
    database.close();
    throw error;
  }
}
