import { DciError, type Logger, type ParsedQuery } from 'dci-core';
import { errorFields } from 'dci-host';
import { compileFieldGrants, type FieldGrants } from '../access/field-grants.ts';
import type { ServerLimits } from '../limits.ts';
import type { FilteredSubscription, Subscription, SubscriptionStore } from '../stores/subscriptions.ts';
import { parseFilter } from '../subscriptions/read-subscription.ts';

/** A subscription, parsed, ready for many events. */
export interface ActiveSubscription {
  readonly subscription: Subscription;
  /** Absent: every record that the subscriber may see. */
  readonly query?: ParsedQuery;
  /** The fields that it wants; absent: all that it may read. */
  readonly fields?: FieldGrants;
}

/** The active subscriptions, in memory. */
export interface ActiveSubscriptions {
  /**
   * @param registry - name of a registry type
   * @param eventType - code of an event type
   * @returns those that want such events, as they are now; some may have come to their end
   */
  of(registry: string, eventType: string): Promise<readonly ActiveSubscription[]>;
  /** @returns the event types that any subscription of the registry wants, and the revision at which that is so */
  wanted(registry: string): Promise<{ readonly eventTypes: ReadonlySet<string>; readonly revision: number }>;
  /**
   * @returns a subscription as it is now, for what is still to be sent: an active one, or one that has expired since;
   *   `undefined` for one that was ended
   */
  find(code: string): Promise<ActiveSubscription | undefined>;
}

/** What {@link createActiveSubscriptions} works with. */
export interface ActiveSubscriptionsOptions {
  readonly store: Pick<SubscriptionStore, 'revision' | 'active' | 'findWithFilter'>;
  readonly limits: Pick<ServerLimits, 'query'>;
  readonly logger: Logger;
}

type ByEventType = ReadonlyMap<string, readonly ActiveSubscription[]>;

/**
 * Keeps the active subscriptions of each registry in memory, parsed and by event type. The store's revision is asked for
 * each time, so that a subscription that another statement or process ended is not served again.
 *
 * @param options - store and limits
 * @returns the subscriptions
 */
export function createActiveSubscriptions({ store, limits, logger }: ActiveSubscriptionsOptions): ActiveSubscriptions {
  let revision: number | undefined;
  let registries = new Map<string, Promise<ByEventType>>();

  const parse = (subscription: FilteredSubscription): ActiveSubscription | undefined => {
    try {
      const { received: _received, ...plain } = subscription;
      const query = parseFilter(subscription, limits);
      const { fields } = subscription;
      return {
        subscription: plain,
        ...(query === undefined ? {} : { query }),
        ...(fields === undefined ? {} : { fields: compileFieldGrants(fields, []) }),
      };
    } catch (error) {
      if (!(error instanceof DciError)) throw error;
      // It was read once; limits that were lowered since, or a newer program, can refuse it.
      logger.error(
        { ...errorFields(error), sender_id: subscription.senderId, registry: subscription.registry },
        'a subscription can no longer be read; nothing is sent for it',
      );
      return undefined;
    }
  };
  const load = async (registry: string): Promise<ByEventType> => {
    const byType = new Map<string, ActiveSubscription[]>();
    for (const stored of await store.active(registry)) {
      const active = parse(stored);
      if (active === undefined) continue;
      for (const eventType of stored.eventTypes) {
        const list = byType.get(eventType) ?? [];
        byType.set(eventType, list);
        list.push(active);
      }
    }
    return byType;
  };
  const current = async (registry: string): Promise<{ readonly byType: ByEventType; readonly revision: number }> => {
    const now = await store.revision();
    if (now !== revision) {
      revision = now;
      registries = new Map();
    }
    const cache = registries;
    const loading = cache.get(registry) ?? load(registry);
    cache.set(registry, loading);
    try {
      return { byType: await loading, revision: now };
    } catch (error) {
      cache.delete(registry);
      throw error;
    }
  };

  return {
    of: async (registry, eventType) => (await current(registry)).byType.get(eventType) ?? [],
    wanted: async (registry) => {
      const { byType, revision: at } = await current(registry);
      return { eventTypes: new Set(byType.keys()), revision: at };
    },
    find: async (code) => {
      const stored = await store.findWithFilter(code);
      return stored?.state === 'active' || stored?.state === 'expired' ? parse(stored) : undefined;
    },
  };
}
