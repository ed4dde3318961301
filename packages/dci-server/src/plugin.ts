import { definePlugin, type HealthCheck, type Plugin, type PluginInstance } from 'dci-host';
import { sendersCommandGroups, sendersCommands } from './commands/senders.ts';
import { createServer } from './create-server.ts';
import { addRoutes } from './http/routes.ts';
import { defaultLimits, type ServerLimits } from './limits.ts';
import { createMaintenance } from './maintenance.ts';
import { createQuotaLimiter } from './quota/quota-limiter.ts';
import { checkRegistries, openAdapter, type RegistryOptions } from './served-registries.ts';
import { migrations } from './stores/sqlite/migrations.ts';

/** What the server plug-in serves. */
export interface DciServerOptions {
  readonly registries: readonly RegistryOptions[];
  /** Name of the registry type that also answers under `/registry/…`. */
  readonly defaultRegistry?: string;
  /** Default: those of `defaultLimits`. */
  readonly limits?: Partial<ServerLimits>;
  /** Refuse a message that names no receiver; the standard makes `receiver_id` optional. Default false. */
  readonly requireReceiverId?: boolean;
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
export function dciServer(options: DciServerOptions): Plugin {
  const defaultRegistryType = checkRegistries(options.registries, options.defaultRegistry);
  const registryTypes = options.registries.map(({ type }) => type);
  return definePlugin({
    name: 'dci-server',
    migrations,
    commands: sendersCommands(registryTypes),
    commandGroups: sendersCommandGroups,
    setup: async (context): Promise<PluginInstance> => {
      const { database, clock, random, logger, sealer, jobs } = context;
      const registries = await Promise.all(
        options.registries.map(async (registry) => ({
          type: registry.type,
          name: registry.name ?? registry.type.name,
          adapter: await openAdapter(registry, context),
        })),
      );
      // drizzle takes half a second to load, which commands that need no store should not wait for.
      const stores = await import('./stores/entry.ts');
      const replays = stores.createSqliteReplayStore(database.relaxed);
      const quotas = createQuotaLimiter(stores.createSqliteQuotaStore(database.relaxed), logger);
      const stateOptions = { database, sealer, jobs: jobs.writer };
      const transactions = stores.createSqliteTransactionStore(stateOptions);
      const outgoing = stores.createSqliteOutgoingStore(stateOptions);
      const audit = stores.createSqliteAuditStore({ database: database.relaxed, sealer, random, clock });
      const server = createServer(context, {
        registries,
        senders: stores.createSqliteSenderStore(database.durable, sealer),
        replays,
        quotas,
        transactions,
        outgoing,
        audit,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        ...(options.requireReceiverId === undefined ? {} : { requireReceiverId: options.requireReceiverId }),
      });
      jobs.define(server.processor);
      const limits = { ...defaultLimits, ...options.limits };
      const maintenance = createMaintenance({ replays, quotas, transactions, outgoing, limits, clock, logger });
      return {
        routes: (router) => addRoutes(router, { server, registryTypes, defaultRegistryType }),
        healthChecks: registries.flatMap(({ name, adapter }): HealthCheck[] =>
          adapter.check === undefined
            ? []
            : [{ name: `dci-server registry ${name}`, check: async () => adapter.check?.() }],
        ),
        start: () => maintenance.start(),
        stop: async () => {
          await maintenance.stop();
          for (const { adapter } of registries) await adapter.close?.();
        },
      };
    },
  });
}
