import { DciError } from 'dci-core';
import { definePlugin, type HealthCheck, type Plugin, type PluginInstance } from 'dci-host';
import type { CrvsService } from './crvs-service.ts';
import { eventHandler } from './events/event-handler.ts';
import type { VitalEventLog } from './log/vital-event-log.ts';
import { crvsCommandGroups, crvsCommands } from './plugin/commands/crvs-commands.ts';
import { eventJobs } from './plugin/event-jobs.ts';
import { forgetEvents, forgetQueue } from './plugin/forget-events.ts';
import { keepSubscribed, subscribeQueue } from './plugin/keep-subscribed.ts';
import { type OpenedCrvs, openCrvs } from './plugin/open-service.ts';
import { type CrvsOptions, resolveOptions } from './plugin/options.ts';
import { createSqliteKeptSubscriptionStore } from './plugin/stores/sqlite/kept-subscription-store.ts';
import { migrations } from './plugin/stores/sqlite/migrations.ts';

export type { CrvsOptions, KeptSubscription } from './plugin/options.ts';
export { migrations as crvsMigrations } from './plugin/stores/sqlite/migrations.ts';
export { createSqliteVitalEventLog, type SqliteVitalEventLogOptions } from './plugin/stores/sqlite/vital-event-log.ts';

/** The plug-in of civil registries, with what the application uses of it. */
export interface CrvsPlugin extends Plugin {
  /**
   * @param source - code of one of its data sources; absent: the first
   * @returns the service of that registry
   * @throws DciError `err.configuration.invalid` for a source that is not one of its own, or that the client does not have;
   *   `err.service.unavailable` while the host is not set up
   */
  service(source?: string): Promise<CrvsService>;
  /**
   * @returns the log of vital events
   * @throws DciError `err.service.unavailable` while the host is not set up
   */
  log(): VitalEventLog;
}

/** Milliseconds that a job has beyond the attempt in it, to note how it ended. */
const jobMargin = 30_000;

/**
 * The plug-in of a host that asks civil registries and applies their vital events: log, jobs, handlers of notifications,
 * `dci crvs`, a health check.
 *
 * @param options - the client plug-in, the data sources, the sink
 * @returns the plug-in; it stands after the client plug-in
 * @throws DciError `err.configuration.invalid` for options that cannot be used
 */
export function crvs(options: CrvsOptions): CrvsPlugin {
  const resolved = resolveOptions(options);
  let opened: OpenedCrvs | undefined;
  const whenOpened = (): OpenedCrvs => {
    if (opened === undefined) throw new DciError('err.service.unavailable', 'the host is not set up yet');
    return opened;
  };
  const plugin = definePlugin({
    name: 'dci-client-crvs',
    migrations,
    commands: crvsCommands(resolved),
    commandGroups: crvsCommandGroups,
    setup: (context): PluginInstance => {
      const { client, sources, sink, registryType, subscribe, concurrency, settings } = resolved;
      const parts = openCrvs(resolved, context, (code) => client.client(code));
      const { clock, crypto, logger, jobs, database } = context;
      const { log, processor } = parts;
      opened = parts;
      const store = createSqliteKeptSubscriptionStore(database);
      jobs.define(
        keepSubscribed({
          ...{ client: (source) => client.client(source), store, registryType, clock, crypto, logger },
          ...(subscribe !== undefined && { subscribe }),
        }),
      );
      if (sink !== undefined && processor !== undefined) {
        for (const source of sources) client.handle(eventHandler({ source, processor, processing: 'later' }));
        jobs.define(eventJobs(processor, { concurrency, timeoutMs: (settings.attemptMs ?? 60_000) + jobMargin }));
        jobs.define(forgetEvents({ log, clock, contentDays: resolved.contentDays, eventDays: resolved.eventDays }));
      }
      return {
        healthChecks: [healthCheck(log)],
        start: async () => {
          if (sink !== undefined) await jobs.enqueue([{ queue: forgetQueue, key: 'forget', payload: {} }]);
        },
        // Codes come by callback, so that a host must listen before it subscribes.
        listening: async () => {
          const known = await Promise.all(sources.map((source) => store.find(source)));
          const kept = sources.filter((_, position) => subscribe !== undefined || known[position] !== undefined);
          if (kept.length === 0) return;
          await jobs.enqueue(kept.map((source) => ({ queue: subscribeQueue, key: source, payload: { source } })));
          jobs.hasten(subscribeQueue, kept);
        },
      };
    },
  });
  return {
    ...plugin,
    service: async (source = resolved.sources[0] ?? '') => {
      if (!resolved.sources.includes(source)) {
        throw new DciError('err.configuration.invalid', 'crvs: this data source is none of the plug-in');
      }
      return await whenOpened().service(source);
    },
    log: () => whenOpened().log,
  };
}

/** Not the data sources: one that is disabled, or a registry that is down, is no reason to take this host away. */
function healthCheck(log: VitalEventLog): HealthCheck {
  return {
    name: 'dci-client-crvs log',
    check: async () => void (await log.list({ limit: 1 })),
  };
}
