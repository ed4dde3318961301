import { DciError } from 'dci-core';
import { definePlugin } from 'dci-host';
import type { CallbackHandler } from './callbacks/handlers.ts';
import type { DciClientOptions, DciClientPlugin } from './plugin/client-plugin.ts';
import { clientCommandGroups, clientCommands } from './plugin/commands/client-commands.ts';
import { setUpClient } from './plugin/set-up-client.ts';
import { type OpenedSources, openSources } from './plugin/sources/open-sources.ts';
import { optionFaults } from './plugin/sources/source-directory.ts';
import { callbackMigrations } from './plugin/stores/sqlite/migrations.ts';
import { sourceMigrations } from './plugin/stores/sqlite/source-store.ts';

export type { DciClientOptions, DciClientPlugin } from './plugin/client-plugin.ts';
export type { ClientCredentials } from './plugin/credentials.ts';
export { searchCommand } from './plugin/search-command.ts';

/**
 * The plug-in of a host that asks other registries: data sources, the routes of their callbacks, handlers of what they
 * notify, `dci sources …`, `dci requests …`, `dci events …` and `dci search`.
 *
 * @param options - data sources, handlers, and the address for callbacks
 * @returns the plug-in; those that use it stand after it in `plugins`
 * @throws DciError `err.configuration.invalid` when two handlers have the same name
 * @example
 * ```ts
 * const client = dciClient({
 *   callbackBase: 'https://mis.example.org/dci_api/v1',
 *   sources: [{ code: 'crvs_main', registry: 'crvs', baseUrl: 'https://crvs.example.org/dci_api/v1' }],
 * });
 * export const config = defineConfig({ senderId: 'mis.example.org', plugins: [client] });
 * ```
 */
export function dciClient(options: DciClientOptions = {}): DciClientPlugin {
  const handlers = new Map<string, CallbackHandler>();
  let isStarted = false;
  const handle: DciClientPlugin['handle'] = (handler) => {
    if (isStarted) {
      throw new DciError('err.state.conflict', `the handler ${handler.name} is too late: the host has started`);
    }
    if (handlers.has(handler.name)) {
      throw new DciError('err.configuration.invalid', `two handlers have the name ${handler.name}`, {
        path: 'handlers',
      });
    }
    handlers.set(handler.name, handler);
  };
  for (const handler of options.handlers ?? []) handle(handler);
  const ownHandlers = [...handlers.keys()];
  let running: OpenedSources | undefined;
  const whenRunning = (): OpenedSources => {
    if (running === undefined) {
      throw new DciError('err.service.unavailable', 'the client is not set up; start its host first');
    }
    return running;
  };
  return definePlugin({
    name: 'dci-client',
    migrations: [...callbackMigrations, ...sourceMigrations],
    commands: clientCommands(options),
    commandGroups: clientCommandGroups,
    faults: (config) => optionFaults(options, config),
    handle,
    client: async (code) => (await whenRunning().clients.open(code)).client,
    clientFor: async (context, code) => (await openSources(context, options).clients.open(code)).client,
    sources: async () =>
      whenRunning()
        .directory.list()
        .flatMap(({ settings, disabled }) => (disabled ? [] : [settings.code])),
    setup: async (context) => {
      const { sources, instance } = await setUpClient(context, options, () => [...handlers.values()]);
      running = sources;
      return {
        ...instance,
        start: async () => {
          isStarted = true;
          await instance.start?.();
        },
        stop: async () => {
          running = undefined;
          isStarted = false;
          // The same plug-in can be set up again, in another host of the same process: others then add theirs anew.
          for (const name of handlers.keys()) if (!ownHandlers.includes(name)) handlers.delete(name);
          await instance.stop?.();
        },
      };
    },
  });
}
