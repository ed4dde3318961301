import { join } from 'node:path';
import { DciError } from 'dci-core';
import { definePlugin, type HealthCheck, type HttpRouter, type Plugin, type PluginInstance } from 'dci-host';
import { auditCommandGroups, auditCommands } from './commands/audit.ts';
import { receiversCommandGroups, receiversCommands } from './commands/receivers.ts';
import { sendersCommandGroups, sendersCommands } from './commands/senders.ts';
import { subscriptionsCommandGroups, subscriptionsCommands } from './commands/subscriptions.ts';
import { createServer } from './create-server.ts';
import { createDelivery } from './deliver/create-delivery.ts';
import type { DeliverySettings } from './deliver/delivery-settings.ts';
import { setUpSubscriptions } from './events/set-up-subscriptions.ts';
import type { PublishedEvent, PublishedResult } from './events/take-events.ts';
import { describeRoutes } from './http/openapi.ts';
import { addRoutes } from './http/routes.ts';
import { addTokenRoute, tokenPath } from './http/token-endpoint.ts';
import { defaultLimits, type ServerLimits } from './limits.ts';
import { createMaintenance } from './maintenance.ts';
import { checkOAuthOptions, createOAuth, type OAuthOptions } from './oauth/oauth.ts';
import { createCursorCodec } from './operations/cursor.ts';
import { specialCalls } from './operations/special/special-calls.ts';
import { createQuotaLimiter } from './quota/quota-limiter.ts';
import { checkRegistries, openAdapter, type RegistryOptions } from './served-registries.ts';
import { migrations } from './stores/sqlite/migrations.ts';
import type { SubscriptionSettings } from './subscriptions/settings.ts';

/** What the server plug-in serves. */
export interface DciServerOptions {
  readonly registries: readonly RegistryOptions[];
  /** Name of the registry type that also answers under `/registry/…`. */
  readonly defaultRegistry?: string;
  /** Default: those of `defaultLimits`. */
  readonly limits?: Partial<ServerLimits>;
  /** Refuse a message that names no receiver; the standard makes `receiver_id` optional. Default false. */
  readonly requireReceiverId?: boolean;
  /** Serves `/oauth2/client/token` for the clients of `dci senders client`. Absent: there is no such endpoint. */
  readonly oauth2?: OAuthOptions;
  /** Default: those of `defaultSubscriptionSettings`. */
  readonly subscriptions?: Partial<SubscriptionSettings>;
  /** How callbacks and notifications are delivered. Default: those of `defaultDeliverySettings`. */
  readonly delivery?: Partial<DeliverySettings>;
}

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
      const { database, clock, random, logger, sealer, jobs } = context;
      const registries = await Promise.all(
        options.registries.map(async (registry) => ({
          type: registry.type,
          name: registry.name ?? registry.type.name,
          adapter: await openAdapter(registry, context),
          ...(registry.onEnrollmentUpdate && { onEnrollmentUpdate: registry.onEnrollmentUpdate }),
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
      const clients = stores.createSqliteOAuthClientStore(database.durable);
      const oauth = options.oauth2 === undefined ? undefined : createOAuth(context, clients, options.oauth2);
      const limits = { ...defaultLimits, ...options.limits };
      const directory = join(context.config.dataDirectory, 'uploads');
      const uploads = stores.createSqliteUploadStore({ database, sealer, random, directory });
      const receipts = stores.createSqliteReceiptStore(stateOptions);
      const subscribing = setUpSubscriptions(context, {
        registries,
        limits,
        ...(options.subscriptions === undefined ? {} : { settings: options.subscriptions }),
        stores: {
          subscriptions: stores.createSqliteSubscriptionStore(stateOptions),
          events: stores.createSqliteEventStore(stateOptions),
          receipts,
          outgoing,
          transactions,
        },
      });
      const server = createServer(context, {
        registries,
        senders: stores.createSqliteSenderStore(database.durable, sealer),
        replays,
        quotas,
        transactions,
        outgoing,
        uploads,
        audit,
        receipts,
        operations: subscribing.operations,
        subscriptionsEnded: (codes) => delivery.interrupt('notification', codes),
        ...(oauth && { accessTokens: oauth.tokens }),
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        ...(options.requireReceiverId === undefined ? {} : { requireReceiverId: options.requireReceiverId }),
      });
      jobs.define(server.processor);
      const { subscriptions, desk } = subscribing.connect(server);
      const special = { limits, logger, cursors: createCursorCodec(sealer, context.crypto) };
      for (const definition of subscriptions.jobs) jobs.define(definition);
      publish = (event) => subscriptions.publish(event);
      const delivery = createDelivery({
        outgoing,
        receivers: stores.createSqliteReceiverStore(database),
        directory: server.directory,
        egress: context.egress,
        hasten: (queue, names) => jobs.hasten(queue, names),
        keys: context.keys,
        clock,
        crypto: context.crypto,
        logger,
        audit,
        sources: { callback: server.callbacks, notification: subscriptions.content },
        ...(options.delivery === undefined ? {} : { settings: options.delivery }),
      });
      jobs.define(delivery.job);
      const tokenEndpoint = oauth?.endpoint(server.directory);
      const addOAuth = (router: HttpRouter) => tokenEndpoint && addTokenRoute(router, tokenEndpoint);
      const kept = { replays, quotas, transactions, outgoing, uploads };
      const maintenance = createMaintenance({ ...kept, limits, clock, logger });
      return {
        routes: (router) => {
          addRoutes(router, {
            server,
            registryTypes,
            defaultRegistryType,
            // A file, an envelope, and the frame around them.
            maxFormBytes: limits.maxUploadBytes + limits.maxUploadedMessageBytes + 64 * 1024,
            further: (type) => ({ ...specialCalls(type, special), 'sync/receipt': desk.operation }),
            acknowledged: (type) => ({ receipt: (request) => desk.acknowledge(request, type) }),
          });
          addOAuth(router);
        },
        rootRoutes: addOAuth,
        openApi: () =>
          describeRoutes({
            registryTypes,
            defaultRegistryType,
            paths: ({ operations }) => [
              ...['sync/search', 'sync/txn/status', 'sync/receipt', 'receipt'],
              ...server.actions.map((action) => (action === 'txn-status' ? 'txn/status' : action)),
              ...operations.map(({ path }) => path),
            ],
            ...(tokenEndpoint === undefined ? {} : { tokenPath }),
          }),
        healthChecks: [
          { name: 'dci-server audit', check: () => audit.check() },
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
