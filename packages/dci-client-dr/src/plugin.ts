import { DciError } from 'dci-core';
import { definePlugin, type Plugin, type PluginInstance } from 'dci-host';
import type { DrService } from './dr-service.ts';
import { drCommandGroups, drCommands } from './plugin/commands/dr-commands.ts';
import { openDr, sourcesOf } from './plugin/open-dr.ts';
import type { DrOptions } from './plugin/options.ts';
import { createPurge } from './plugin/purge.ts';
import { migrations } from './plugin/stores/sqlite/migrations.ts';
import { checkSchedule, syncJob, syncJobDefinition } from './plugin/sync-job.ts';

export type { DrOptions, SyncSchedule } from './plugin/options.ts';
export {
  createSqliteDisabilityCache,
  type SqliteDisabilityCacheOptions,
} from './plugin/stores/sqlite/disability-cache.ts';

/** The plug-in of disability registries, with what the application around it uses. */
export interface DrPlugin extends Plugin {
  /**
   * Gives the service of a data source, with the cache of the host.
   *
   * @param source - code of one of the plug-in's data sources; absent: the first
   * @returns the service; ask for it anew rather than keep it, since the data source may be changed at run time
   * @throws DciError `err.configuration.invalid` for another data source, or one that is disabled;
   *   `err.service.unavailable` while the host is not set up
   */
  service(source?: string): Promise<DrService>;
}

/**
 * The plug-in that asks disability registries: a sealed cache, `dci dr …`, changes that the registry notifies of, and, if
 * wanted, a synchronisation that the host repeats.
 *
 * @param options - client plug-in, data source, cache, schedule
 * @returns the plug-in; it stands after the client plug-in in `plugins` of a configuration
 * @throws DciError `err.configuration.invalid` for options that cannot be used
 * @example
 * ```ts
 * const client = dciClient({ sources: [{ code: 'dr_main', registry: 'dr', baseUrl: 'https://dr.example.org/dci_api/v1' }] });
 * export const config = defineConfig({
 *   senderId: 'mis.example.org',
 *   plugins: [client, dr({ client, source: 'dr_main' })],
 * });
 * ```
 */
export function dr(options: DrOptions): DrPlugin {
  const { client } = options;
  const sources = sourcesOf(options);
  const schedule = options.sync === undefined ? undefined : checkSchedule(options.sync);
  if (schedule !== undefined && options.cache === false) {
    throw new DciError('err.configuration.invalid', 'dr: data can be synchronised only into a cache', {
      path: 'cache',
    });
  }
  let service: DrPlugin['service'] = async () => {
    throw new DciError('err.service.unavailable', 'the plug-in is not set up; start its host first');
  };
  return definePlugin({
    name: 'dci-client-dr',
    migrations,
    commands: drCommands(options),
    commandGroups: drCommandGroups,
    service: (source) => service(source),
    setup: (context): PluginInstance => {
      const { clock, logger, jobs } = context;
      const opened = openDr(context, options, (source) => client.client(source));
      service = opened.service;
      const { cache } = opened;
      if (cache !== undefined) for (const source of sources) client.handle(opened.changeHandler(source));
      if (schedule !== undefined) jobs.define(syncJobDefinition({ dr: opened, clock, logger }, schedule));
      const purge = cache === undefined ? undefined : createPurge({ cache, clock, logger });
      return {
        // Not the data sources: one that is disabled, or a registry that is down, is no reason to take this host away.
        healthChecks: cache === undefined ? [] : [{ name: 'dci-client-dr cache', check: () => cache.check() }],
        start: async () => {
          purge?.start();
          if (schedule !== undefined) await jobs.enqueue(sources.map(syncJob));
        },
        stop: async () => purge?.stop(),
      };
    },
  });
}
