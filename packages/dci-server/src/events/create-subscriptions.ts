import type { Clock, CryptoProvider, Logger, Random } from 'dci-core';
import { errorFields, type JobDefinition } from 'dci-host';
import type { ServerLimits } from '../limits.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { SenderDirectory } from '../senders/directory.ts';
import type { EventStore } from '../stores/events.ts';
import type { OutgoingStore } from '../stores/outgoing.ts';
import type { ReceiptStore } from '../stores/receipts.ts';
import type { SubscriptionStore } from '../stores/subscriptions.ts';
import type { TransactionStore } from '../stores/transactions.ts';
import type { SubscriptionSettings } from '../subscriptions/settings.ts';
import { createActiveSubscriptions } from './active-subscriptions.ts';
import { type EventWork, matchJobDefinition } from './match-events.ts';
import { createNotificationContent, type NotificationContent } from './notification-content.ts';
import { createFeedReader } from './read-feed.ts';
import { digestJobDefinition } from './send-digest.ts';
import { type PublishedEvent, type PublishedResult, publishEvent } from './take-events.ts';
import { decisionJobDefinition } from './tell-decision.ts';

/** What subscriptions live on. */
export interface SubscriptionsOptions {
  readonly registries: readonly ServedRegistry[];
  readonly store: SubscriptionStore;
  readonly events: EventStore;
  readonly receipts: Pick<ReceiptStore, 'purge'>;
  readonly outgoing: Pick<OutgoingStore, 'list' | 'add'>;
  readonly transactions: Pick<TransactionStore, 'find' | 'countCallbacks' | 'revise'>;
  readonly directory: Pick<SenderDirectory, 'find'>;
  readonly limits: Pick<ServerLimits, 'query'>;
  readonly settings: SubscriptionSettings;
  /** The host's own id. */
  readonly senderId: string;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly logger: Logger;
}

/** Everything that happens to subscriptions between requests: events, matching, digests, expiry. */
export interface Subscriptions {
  /** Queues; to be defined by whoever sets the server up. */
  readonly jobs: readonly JobDefinition[];
  /** Makes notifications again when access has changed; for the delivery, kind `notification`. */
  readonly content: NotificationContent;
  /** Takes an event that an application tells of. */
  publish(event: PublishedEvent): Promise<PublishedResult>;
  /** Reads the change feeds up to their ends. */
  readFeeds(): Promise<void>;
  /** Marks subscriptions whose time is over, and deletes what was kept long enough; a bounded number of rows. */
  maintain(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const dayMilliseconds = 86_400_000;

/** Between two rounds of {@link Subscriptions.maintain}. */
const maintenanceMs = 60_000;

/**
 * Makes the part of a server that tells subscribers of events (protocol.md section 9). The operations `subscribe` and
 * `unsubscribe` are made by `createSubscribe` and `createUnsubscribe`.
 *
 * @param options - registries, stores, time
 * @returns the jobs, the content source, `publish` and the background work, not started
 */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { registries, store, events, receipts, directory, settings, clock, crypto, logger, senderId } = options;
  const subscriptions = createActiveSubscriptions({ store, limits: options.limits, logger });
  const work: EventWork = { registries, events, subscriptions, directory, clock, crypto, senderId };
  const readers = registries.flatMap((registry) => {
    const reader = createFeedReader({ registry, work, logger, intervalMs: settings.feedIntervalMs });
    return reader === undefined ? [] : [reader];
  });
  let timer: ReturnType<typeof setInterval> | undefined;
  let round: Promise<void> | undefined;

  const maintain = async (): Promise<void> => {
    const now = clock.now();
    await store.expire(now);
    const contentBefore = now - settings.eventDays * dayMilliseconds;
    const rowsBefore = now - settings.subscriptionRecordDays * dayMilliseconds;
    await events.purge({ contentBefore, rowsBefore });
    await receipts.purge(rowsBefore);
    await store.purge(rowsBefore);
  };
  const maintainQuietly = (): void => {
    round ??= maintain()
      .catch((error: unknown) => {
        logger.warn(errorFields(error), 'maintenance of the subscriptions failed; it is tried again');
      })
      .finally(() => {
        round = undefined;
      });
  };

  return {
    jobs: [
      matchJobDefinition(work),
      digestJobDefinition({ ...work, settings, logger }),
      decisionJobDefinition({ ...work, store, outgoing: options.outgoing, transactions: options.transactions }),
    ],
    content: createNotificationContent(work),
    publish: (event) => publishEvent(event, work, () => options.random.uuid()),
    readFeeds: async () => {
      for (const reader of readers) await reader.read();
    },
    maintain,
    start: async () => {
      for (const reader of readers) await reader.start();
      timer = setInterval(maintainQuietly, maintenanceMs);
      timer.unref();
      maintainQuietly();
    },
    stop: async () => {
      clearInterval(timer);
      for (const reader of readers) await reader.stop();
      await round;
    },
  };
}
