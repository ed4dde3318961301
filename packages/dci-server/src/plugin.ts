import { DciError } from 'dci-core';
import { definePlugin, type HealthCheck, type Plugin, type PluginInstance } from 'dci-host';
import { auditCommandGroups, auditCommands } from './commands/audit.ts';
import { receiversCommandGroups, receiversCommands } from './commands/receivers.ts';
import { sendersCommandGroups, sendersCommands } from './commands/senders.ts';
import { subscriptionsCommandGroups, subscriptionsCommands } from './commands/subscriptions.ts';
import type { PublishedEvent, PublishedResult } from './events/take-events.ts';
import { checkOAuthOptions } from './oauth/oauth.ts';
import { composeServer } from './plugin/compose-server.ts';
import { openStores } from './plugin/open-stores.ts';
import type { DciServerOptions } from './plugin/options.ts';
import { serverRoutes } from './plugin/server-routes.ts';
import { checkRegistries, openRegistries } from './served-registries.ts';
import { migrations } from './stores/sqlite/migrations.ts';

export type { DciServerOptions } from './plugin/options.ts';

/** The server plug-in, with what the application around it can tell it. */
export interface DciServerPlugin extends Plugin {
  /**
   * Tells subscribers of an event that no change feed shows (protocol.md section 9). It is stored durably when the promise
   * resolves.
   *
   * @param event - what happened
   * @returns its id, and whether any subscription wants it
   * @throws DciError `err.request.bad` for a registry, event type or record type that this server does not have,
   *   `err.service.unavailable` while the host is not set up
   */
  publish(event: PublishedEvent): Promise<PublishedResult>;
}

/**
 * The plug-in that makes a host a registry: sender registry, checks, access policy, signed search.
 *
 * @param options - the registries and their limits
 * @returns the plug-in, for `plugins` of a configuration
 * @throws DciError `err.configuration.invalid` when registries contradict one another
 * @example
 * ```ts
 * export const config = defineConfig({
 *   senderId: 'social.example.org',
 *   plugins: [dciServer({ registries: [{ type: social, adapter: memoryAdapter({ registryType: social, records }) }] })],
 * });
 * ```
 */
export function dciServer(options: DciServerOptions): DciServerPlugin {
  const defaultRegistryType = checkRegistries(options.registries, options.defaultRegistry);
  const registryTypes = options.registries.map(({ type }) => type);
  if (options.oauth2 !== undefined) checkOAuthOptions(options.oauth2);
  let publish: DciServerPlugin['publish'] = async () => {
    throw new DciError('err.service.unavailable', 'the server is not set up; start its host first');
  };
  return definePlugin({
    name: 'dci-server',
    migrations,
    commands: [
      ...sendersCommands(registryTypes),
      ...receiversCommands(registryTypes),
      ...subscriptionsCommands,
      ...auditCommands(registryTypes),
    ],
    commandGroups: {
      ...sendersCommandGroups,
      ...receiversCommandGroups,
      ...subscriptionsCommandGroups,
      ...auditCommandGroups,
    },
    publish: (event) => publish(event),
    setup: async (context): Promise<PluginInstance> => {
      const registries = await openRegistries(options.registries, context);
      const stores = await openStores(context);
      const composed = composeServer(context, options, { registries, stores });
      const { subscriptions, maintenance } = composed;
      for (const definition of composed.jobs) context.jobs.define(definition);
      publish = (event) => subscriptions.publish(event);
      return {
        ...serverRoutes(context, composed, { registryTypes, defaultRegistryType }),
        healthChecks: [
          { name: 'dci-server audit', check: () => stores.audit.check() },
          ...registries.flatMap(({ name, adapter }): HealthCheck[] =>
            adapter.check === undefined
              ? []
              : [{ name: `dci-server registry ${name}`, check: async () => adapter.check?.() }],
          ),
        ],
        start: async () => {
          await maintenance.start();
          await subscriptions.start();
        },
        stop: async () => {
          await subscriptions.stop();
          await maintenance.stop();
          for (const { adapter } of registries) await adapter.close?.();
        },
      };
    },
  });
}
