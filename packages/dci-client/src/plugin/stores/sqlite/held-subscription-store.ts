import type { HeldSubscriptionStore } from '../../../callbacks/subscriptions.ts';
import type { CallbackStoreOptions } from './store-options.ts';
import { readSubscription, type SubscriptionRow, subscriptionWriter } from './subscription-row.ts';

const newestFirst = 'ORDER BY since DESC, number DESC';

/**
 * The subscriptions that we hold in a SQLite state database.
 *
 * @param options - the database
 * @returns the store
 */
export function createSqliteHeldSubscriptionStore({
  database,
}: Pick<CallbackStoreOptions, 'database'>): HeldSubscriptionStore {
  const { durable, commit } = database;
  const writer = subscriptionWriter(durable);
  const all = durable.prepare<[], SubscriptionRow>(`SELECT * FROM dci_client_subscription ${newestFirst}`);
  const bySource = durable.prepare<[string], SubscriptionRow>(
    `SELECT * FROM dci_client_subscription WHERE source = ? ${newestFirst}`,
  );
  const byTransaction = durable.prepare<[string], SubscriptionRow>(
    `SELECT * FROM dci_client_subscription WHERE transaction_id = ? ${newestFirst}`,
  );
  const select = (source: string | undefined, transactionId: string | undefined): readonly SubscriptionRow[] => {
    if (transactionId !== undefined) return byTransaction.all(transactionId);
    return source === undefined ? all.all() : bySource.all(source);
  };

  return {
    save: (subscription) => commit(() => writer.save(subscription)),
    find: async (source, code) => writer.find(source, code),
    list: async (source, { ended = false, transactionId } = {}) =>
      select(source, transactionId)
        .filter((row) => (source === undefined || row.source === source) && (ended || row.state !== 'ended'))
        .map(readSubscription),
    setState: (source, code, state) => commit(() => writer.setState(source, code, state)),
  };
}
