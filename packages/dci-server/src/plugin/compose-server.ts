import type { HostContext, JobDefinition } from 'dci-host';
import { createServer, type DciServer } from '../create-server.ts';
import { createDelivery } from '../deliver/create-delivery.ts';
import type { Subscriptions } from '../events/create-subscriptions.ts';
import type { ReceiptDesk } from '../events/receipt-desk.ts';
import { setUpSubscriptions } from '../events/set-up-subscriptions.ts';
import { defaultLimits, type ServerLimits } from '../limits.ts';
import { createMaintenance, type Maintenance } from '../maintenance.ts';
import { createOAuth } from '../oauth/oauth.ts';
import type { TokenEndpoint } from '../oauth/token-endpoint.ts';
import { createQuotaLimiter } from '../quota/quota-limiter.ts';
import type { OpenedRegistry } from '../served-registries.ts';
import type { ServerStores } from './open-stores.ts';
import type { DciServerOptions } from './options.ts';

/** The parts of a server that routes and background work are made of. */
export interface ComposedServer {
  readonly limits: ServerLimits;
  readonly server: DciServer;
  readonly subscriptions: Subscriptions;
  readonly receipts: ReceiptDesk;
  readonly maintenance: Maintenance;
  /** Absent: the host issues no access tokens. */
  readonly tokenEndpoint?: TokenEndpoint;
  /** Every queue; to be defined by the plug-in. */
  readonly jobs: readonly JobDefinition[];
}

/**
 * Makes the parts of a server and connects them.
 *
 * @param context - the host
 * @param options - of the plug-in
 * @param parts - what the server answers from, and what it keeps
 * @returns the parts, not started
 */
export function composeServer(
  context: HostContext,
  options: DciServerOptions,
  parts: { readonly registries: readonly OpenedRegistry[]; readonly stores: ServerStores },
): ComposedServer {
  const { clock, logger, jobs } = context;
  const { registries, stores } = parts;
  const { replays, transactions, outgoing, uploads, receipts, audit } = stores;
  const limits = { ...defaultLimits, ...options.limits };
  const quotas = createQuotaLimiter(stores.quotaUsage, logger);
  const oauth = options.oauth2 === undefined ? undefined : createOAuth(context, stores.oauthClients, options.oauth2);
  const subscribing = setUpSubscriptions(context, {
    registries,
    limits,
    ...(options.subscriptions === undefined ? {} : { settings: options.subscriptions }),
    stores,
  });
  const server = createServer(context, {
    registries,
    senders: stores.senders,
    replays,
    quotas,
    transactions,
    outgoing,
    uploads,
    audit,
    receipts,
    operations: subscribing.operations,
    // The delivery needs the server, and is there before any request is.
    subscriptionsEnded: (codes) => delivery.interrupt('notification', codes),
    ...(oauth && { accessTokens: oauth.tokens }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.requireReceiverId === undefined ? {} : { requireReceiverId: options.requireReceiverId }),
  });
  const { subscriptions, desk } = subscribing.connect(server);
  const delivery = createDelivery({
    outgoing,
    receivers: stores.receivers,
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
  const tokenEndpoint = oauth?.endpoint(server.directory);
  return {
    limits,
    server,
    subscriptions,
    receipts: desk,
    maintenance: createMaintenance({ replays, quotas, transactions, outgoing, uploads, limits, clock, logger }),
    ...(tokenEndpoint && { tokenEndpoint }),
    jobs: [server.processor, ...subscriptions.jobs, delivery.job],
  };
}
