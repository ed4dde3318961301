import type { HostContext } from 'dci-host';
import type { DciServer } from '../create-server.ts';
import type { ServerLimits } from '../limits.ts';
import type { TransactionOperations } from '../operations/processor.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import { createSubscribe } from '../operations/subscribe.ts';
import { createUnsubscribe } from '../operations/unsubscribe.ts';
import type { EventStore } from '../stores/events.ts';
import type { OutgoingStore } from '../stores/outgoing.ts';
import type { ReceiptStore } from '../stores/receipts.ts';
import type { SubscriptionStore } from '../stores/subscriptions.ts';
import type { TransactionStore } from '../stores/transactions.ts';
import { defaultSubscriptionSettings, type SubscriptionSettings } from '../subscriptions/settings.ts';
import { createSubscriptions, type Subscriptions } from './create-subscriptions.ts';
import { createReceiptDesk, type ReceiptDesk } from './receipt-desk.ts';

/** What {@link setUpSubscriptions} works with. */
export interface SubscriptionParts {
  readonly registries: readonly ServedRegistry[];
  readonly limits: ServerLimits;
  readonly settings?: Partial<SubscriptionSettings>;
  readonly stores: {
    readonly subscriptions: SubscriptionStore;
    readonly events: EventStore;
    readonly receipts: ReceiptStore;
    readonly outgoing: OutgoingStore;
    readonly transactions: TransactionStore;
  };
}

/** Subscriptions before there is a server: it is made of the operations, and the rest is made of it. */
export interface SubscriptionSetUp {
  /** For the options of `createServer`. */
  readonly operations: Pick<TransactionOperations, 'subscribe' | 'unsubscribe'>;
  /**
   * @param server - made with the operations
   * @returns what tells subscribers of events, and what takes receipts
   */
  connect(server: DciServer): { readonly subscriptions: Subscriptions; readonly desk: ReceiptDesk };
}

/**
 * Composes subscriptions for the plug-in (protocol.md section 9).
 *
 * @param context - the host
 * @param parts - registries, limits, stores
 * @returns the operations, and the way to the rest
 */
export function setUpSubscriptions(
  context: Pick<HostContext, 'config' | 'clock' | 'random' | 'crypto' | 'logger'>,
  parts: SubscriptionParts,
): SubscriptionSetUp {
  const { config, clock, random, crypto, logger } = context;
  const { registries, limits, stores } = parts;
  const settings: SubscriptionSettings = {
    ...defaultSubscriptionSettings,
    maxSubscriptionsPerSender: config.maxSubscriptionsPerSender,
    ...parts.settings,
  };
  const { subscriptions: store, events, receipts, outgoing, transactions } = stores;
  return {
    operations: {
      subscribe: createSubscribe({ subscriptions: store, limits, settings, crypto }),
      unsubscribe: createUnsubscribe({ subscriptions: store }),
    },
    connect: ({ directory, receiving }) => ({
      subscriptions: createSubscriptions({
        registries,
        store,
        events,
        receipts,
        outgoing,
        transactions,
        directory,
        limits,
        settings,
        senderId: config.senderId,
        clock,
        random,
        crypto,
        logger,
      }),
      desk: createReceiptDesk({
        registries,
        receipts,
        events,
        transactions,
        limits,
        receiving,
        random,
      }),
    }),
  };
}
