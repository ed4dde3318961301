import { DciError, type Logger, type RegistryType } from 'dci-core';
import type { HostContext, PluginInstance } from 'dci-host';
import { type CallbackWork, createCallbackWork } from '../callbacks/callback-work.ts';
import type { CallbackHandler } from '../callbacks/handlers.ts';
import { receiptsBy } from '../callbacks/receipts-by.ts';
import { createCallbackReceiver } from '../callbacks/receive/create-receiver.ts';
import { registryTypeOf } from '../settings/check-settings.ts';
import { callbackJobs } from './callback-jobs.ts';
import { createCallbackMaintenance } from './callback-maintenance.ts';
import type { DciClientOptions } from './client-plugin.ts';
import { addCallbackRoutes } from './http/callback-routes.ts';
import { describeCallbackRoutes } from './http/openapi.ts';
import { type OpenedSources, openSources } from './sources/open-sources.ts';
import { createSqliteNotificationStore } from './stores/sqlite/notification-store.ts';

/** The client side of one host. */
export interface ClientSetUp {
  readonly sources: OpenedSources;
  readonly instance: PluginInstance;
}

/**
 * Composes the client side of a host: clients of the data sources, the receiver of callbacks, and the jobs of handlers and
 * receipts.
 *
 * @param context - the host
 * @param options - of the plug-in
 * @param handlers - gives the handlers of all plug-ins; called when the host starts, after every plug-in was set up
 * @returns the sources, and what the host runs
 */
export async function setUpClient(
  context: HostContext,
  options: DciClientOptions,
  handlers: () => readonly CallbackHandler[],
): Promise<ClientSetUp> {
  const { clock, crypto, random, logger, config, database, sealer, jobs } = context;
  const sources = openSources(context, options);
  const { directory, clients, rules, transactions, subscriptions } = sources;
  const notifications = createSqliteNotificationStore({ database, sealer, jobs: jobs.writer });
  const stores = { transactions, subscriptions, notifications };
  await reportSources(sources, logger);

  // What a source that is disabled by now has answered is handled all the same.
  const registryOf = (source: string): RegistryType | undefined => {
    const entry = directory.find(source);
    return entry && registryTypeOf(entry.settings, rules);
  };
  const receiver = createCallbackReceiver({
    ...stores,
    ...{ clock, crypto, random, logger },
    sources: () => clients.callbackSources(),
    requireReceiverId: config.production,
    development: {
      allowUnsigned: config.development.allowUnsignedRequests,
      bypassBearer: config.development.bypassBearerAuth,
    },
  });
  let work: CallbackWork | undefined;
  for (const definition of callbackJobs(() => {
    if (work === undefined) throw new DciError('err.service.unavailable', 'the host has not started yet');
    return work;
  })) {
    jobs.define(definition);
  }
  const maintenance = createCallbackMaintenance({ stores, clock, logger });
  return {
    sources,
    instance: {
      routes: (router) => addCallbackRoutes(router, receiver),
      openApi: describeCallbackRoutes,
      start: async () => {
        work = createCallbackWork({
          handlers: handlers(),
          transactions,
          notifications,
          registryOf,
          receipts: receiptsBy(async (source) =>
            directory.find(source) === undefined ? undefined : (await clients.open(source)).client,
          ),
          logger,
        });
        maintenance.start();
      },
      stop: () => maintenance.stop(),
    },
  };
}

/**
 * Tells of sources that cannot be used. The host starts all the same: others can be asked, and what is missing, such as a
 * secret that is written later, may be there by the next call.
 */
async function reportSources({ directory, clients }: OpenedSources, logger: Logger): Promise<void> {
  for (const entry of directory.list()) {
    const setting = `source ${entry.settings.code}`;
    if (entry.hidesStored)
      logger.warn({ setting }, 'what was added at run time is not used: the configuration has it too');
    const reason = entry.disabled ? undefined : await clients.faultOf(entry);
    if (reason !== undefined) logger.error({ setting, reason }, 'A DATA SOURCE CANNOT BE USED');
  }
}
