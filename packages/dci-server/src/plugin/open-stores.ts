import { join } from 'node:path';
import type { HostContext } from 'dci-host';
import type { AuditStore } from '../stores/audit.ts';
import type { EventStore } from '../stores/events.ts';
import type { OAuthClientStore } from '../stores/oauth.ts';
import type { OutgoingStore } from '../stores/outgoing.ts';
import type { QuotaStore, ReplayStore, SenderStore } from '../stores/ports.ts';
import type { ReceiptStore } from '../stores/receipts.ts';
import type { ReceiverStore } from '../stores/receivers.ts';
import type { SubscriptionStore } from '../stores/subscriptions.ts';
import type { TransactionStore } from '../stores/transactions.ts';
import type { UploadStore } from '../stores/uploads.ts';

/** Everything that a server keeps. */
export interface ServerStores {
  readonly senders: SenderStore;
  readonly replays: ReplayStore;
  readonly quotaUsage: QuotaStore;
  readonly transactions: TransactionStore;
  readonly outgoing: OutgoingStore;
  readonly receivers: ReceiverStore;
  readonly subscriptions: SubscriptionStore;
  readonly events: EventStore;
  readonly receipts: ReceiptStore;
  readonly uploads: UploadStore;
  readonly audit: AuditStore;
  readonly oauthClients: OAuthClientStore;
}

/**
 * Opens the stores in the state database of a host.
 *
 * @param context - the host
 * @returns the stores; what an ACK promises is in the durable ones
 */
export async function openStores(context: HostContext): Promise<ServerStores> {
  const { config, database, clock, random, sealer, jobs } = context;
  // drizzle takes half a second to load, which commands that need no store should not wait for.
  const stores = await import('../stores/entry.ts');
  const state = { database, sealer, jobs: jobs.writer };
  return {
    senders: stores.createSqliteSenderStore(database.durable, sealer),
    replays: stores.createSqliteReplayStore(database.relaxed),
    quotaUsage: stores.createSqliteQuotaStore(database.relaxed),
    transactions: stores.createSqliteTransactionStore(state),
    outgoing: stores.createSqliteOutgoingStore(state),
    receivers: stores.createSqliteReceiverStore(database),
    subscriptions: stores.createSqliteSubscriptionStore(state),
    events: stores.createSqliteEventStore(state),
    receipts: stores.createSqliteReceiptStore(state),
    uploads: stores.createSqliteUploadStore({
      ...{ database, sealer, random },
      directory: join(config.dataDirectory, 'uploads'),
    }),
    audit: stores.createSqliteAuditStore({ database: database.relaxed, sealer, random, clock }),
    oauthClients: stores.createSqliteOAuthClientStore(database.durable),
  };
}
