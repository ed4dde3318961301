import { formatTimestamp, isJsonObject, type JsonObject, type JsonValue, type RegistryType, social } from 'dci-core';
import { type ManualClock, manualClock, silentLogger, type TestHostOptions } from 'dci-host/testing';
import type { AccessPolicy, RegistryPolicy } from '../access/policy.ts';
import { type MemoryAdapter, memoryAdapter } from '../adapters/memory-adapter.ts';
import { silentEgress } from '../async.fixtures.ts';
import { type DciServerOptions, type DciServerPlugin, dciServer } from '../plugin.ts';
import { createSenderDirectory } from '../senders/directory.ts';
import {
  receiverId,
  startTestServer,
  startTime,
  type TestPeer,
  type TestReply,
  type TestServer,
  testCrypto,
} from '../server.fixtures.ts';
import type { OutgoingContent, OutgoingMessage } from '../stores/outgoing.ts';
import { createSqliteEventStore } from '../stores/sqlite/event-store.ts';
import { createSqliteOutgoingStore } from '../stores/sqlite/outgoing-store.ts';
import { createSqliteReceiptStore } from '../stores/sqlite/receipt-store.ts';
import { createSqliteSenderStore } from '../stores/sqlite/sender-store.ts';
import { createSqliteSubscriptionStore } from '../stores/sqlite/subscription-store.ts';
import { createSqliteTransactionStore } from '../stores/sqlite/transaction-store.ts';
import type { SubscriptionSettings } from '../subscriptions/settings.ts';
import { createActiveSubscriptions } from './active-subscriptions.ts';
import type { EventWork } from './match-events.ts';
import { createFeedReader } from './read-feed.ts';

/** Where callbacks of these tests go; nothing is sent. */
export const senderUri = 'https://mis.example.org/callback';

/** The stores of a test server, opened beside it. */
export function storesBeside({ host }: Pick<TestServer, 'host'>) {
  const { database, sealer, jobs } = host.context;
  const options = { database, sealer, jobs: jobs.writer };
  return {
    subscriptions: createSqliteSubscriptionStore(options),
    events: createSqliteEventStore(options),
    receipts: createSqliteReceiptStore(options),
    outgoing: createSqliteOutgoingStore(options),
    transactions: createSqliteTransactionStore(options),
  };
}

/** A message that would be sent, with what it says. */
export interface SentMessage extends OutgoingMessage {
  readonly content: OutgoingContent;
}

/** A server with subscriptions, whose jobs run when told and whose messages stay in the store. */
export interface SubscriptionServer extends AsyncDisposable {
  readonly server: TestServer;
  readonly plugin: DciServerPlugin;
  readonly adapter: MemoryAdapter;
  readonly stores: ReturnType<typeof storesBeside>;
  /** Sends a message to an asynchronous path and runs the jobs. @returns the last callback */
  ask(action: 'subscribe' | 'unsubscribe', message: JsonObject, peer?: TestPeer): Promise<SentMessage>;
  /** Makes one subscription. @returns the item that answers it, and its code */
  subscribe(
    criteria?: JsonObject,
    peer?: TestPeer,
  ): Promise<{ readonly item: JsonObject; readonly code: string; readonly callback: SentMessage }>;
  /** Ends subscriptions. */
  unsubscribe(codes: readonly string[], peer?: TestPeer): Promise<SentMessage>;
  /** Tells of an event of a person and runs the jobs. */
  publish(record: JsonObject, eventType?: string, eventId?: string): Promise<void>;
  /** Reads the change feed to its end and runs the jobs; the server itself does not look at it. */
  readFeed(): Promise<void>;
  /** What notifications are composed by, beside the server. */
  readonly work: EventWork;
  /** @returns the notifications of a subscription, oldest first */
  notifications(code: string): Promise<readonly SentMessage[]>;
}

/** How a {@link SubscriptionServer} is made. */
export interface SubscriptionServerOptions {
  readonly registryType?: RegistryType;
  readonly records?: Readonly<Record<string, readonly JsonObject[]>>;
  /** Of the first sender, where it differs from everything. */
  readonly grant?: Partial<RegistryPolicy>;
  readonly approval?: 'automatic' | 'manual';
  readonly settings?: Partial<SubscriptionSettings>;
  readonly host?: TestHostOptions;
  readonly clock?: ManualClock;
  readonly server?: Partial<DciServerOptions>;
}

/** A policy that grants search and subscriptions to everything. */
export function grantEvents(type: RegistryType, grant: Partial<RegistryPolicy> = {}): AccessPolicy {
  return {
    registries: {
      [type.name]: {
        actions: ['search', 'subscribe'],
        events: ['*'],
        recordTypes: Object.fromEntries(type.recordTypes.map(({ name }) => [name, { fields: ['**'] }])),
        ...grant,
      },
    },
  };
}

/** @returns one item of a subscription */
export function subscribeItem(criteria: JsonObject = {}, referenceId = 'item-1'): JsonObject {
  return {
    reference_id: referenceId,
    timestamp: '2026-04-22T10:30:00Z',
    subscribe_criteria: { reg_event_type: 'REGISTER', notify_record_type: 'Person', ...criteria },
    locale: 'eng',
  };
}

/** A filter in OpenSPP's form. */
export function where(attribute: string, operator: string, value: JsonValue): JsonObject {
  return { filter_type: 'expression', filter: { seq: [{ attribute, operator, value }] } };
}

/** @returns the members of a list of a message that are objects */
export function listIn(message: JsonObject, member: string): readonly JsonObject[] {
  const list = message[member];
  if (!Array.isArray(list)) throw new Error(`no ${member}: ${JSON.stringify(message)}`);
  return (list as readonly JsonValue[]).filter(isJsonObject);
}

/** Starts a server with subscriptions and one registered sender. */
export async function startSubscriptionServer(options: SubscriptionServerOptions = {}): Promise<SubscriptionServer> {
  const type = options.registryType ?? social;
  const clock = options.clock ?? manualClock(startTime);
  const adapter = memoryAdapter({ registryType: type, records: options.records ?? {}, clock });
  const { onChange: _onChange, ...unheard } = adapter;
  const serverOptions: DciServerOptions = {
    registries: [{ type, adapter: unheard }],
    defaultRegistry: type.name,
    // Far away: a test says itself when a feed is read.
    subscriptions: { feedIntervalMs: 3_600_000, ...options.settings },
    ...options.server,
  };
  const plugin = dciServer(serverOptions);
  const server = await startTestServer({
    ...serverOptions,
    clock,
    policy: grantEvents(type, options.grant),
    ...(options.approval === undefined ? {} : { sender: { subscriptionApproval: options.approval } }),
    host: { clock, egressPort: silentEgress(), ...options.host, plugins: [plugin] },
  });
  const stores = storesBeside(server);
  const { context } = server.host;
  const registry = { type, adapter };
  const work: EventWork = {
    registries: [registry],
    events: stores.events,
    subscriptions: createActiveSubscriptions({ store: stores.subscriptions, limits: {}, logger: silentLogger }),
    directory: createSenderDirectory({
      store: createSqliteSenderStore(context.database.durable, context.sealer),
      openJwks: () => ({ keys: async () => [] }),
    }),
    clock,
    crypto: testCrypto,
    senderId: receiverId,
  };
  const reader = createFeedReader({ registry, work, logger: silentLogger, intervalMs: 3_600_000 });
  let transaction = 0;

  const contentOf = async (message: OutgoingMessage): Promise<SentMessage> => {
    const content = await stores.outgoing.content(message.messageId);
    if (content === undefined) throw new Error('a message without content');
    return { ...message, content };
  };
  const ask: SubscriptionServer['ask'] = async (action, message, peer) => {
    const reply = await sendTo(server, action, message, peer);
    const ack = isJsonObject(reply.body.message) ? reply.body.message : {};
    if (reply.status !== 202) throw new Error(`no ACK: ${reply.status} ${reply.text}`);
    await server.host.runJobs();
    const [last] = await stores.outgoing.list({ kind: 'callback', subject: String(ack.correlation_id) });
    if (last === undefined) throw new Error('no callback');
    return contentOf(last);
  };
  const nextTransaction = (): string => {
    transaction += 1;
    return `txn-${transaction}`;
  };
  return {
    server,
    plugin,
    adapter,
    stores,
    ask,
    subscribe: async (criteria, peer) => {
      const message = { transaction_id: nextTransaction(), subscribe_request: [subscribeItem(criteria)] };
      const callback = await ask('subscribe', message, peer);
      const [item] = listIn(callback.content.message, 'subscribe_response');
      if (item === undefined) throw new Error('no item');
      const [info] = Array.isArray(item.subscriptions) ? (item.subscriptions as readonly JsonValue[]) : [];
      return { item, code: isJsonObject(info) ? String(info.code) : '', callback };
    },
    unsubscribe: (codes, peer) => {
      const timestamp = formatTimestamp(server.clock.now());
      return ask('unsubscribe', { transaction_id: nextTransaction(), timestamp, subscription_codes: [...codes] }, peer);
    },
    publish: async (record, eventType = 'REGISTER', eventId) => {
      const [first] = type.recordTypes;
      await plugin.publish({
        registry: type.name,
        eventType,
        recordType: first?.name ?? '',
        record,
        ...(eventId === undefined ? {} : { eventId }),
      });
      await server.host.runJobs();
    },
    work,
    readFeed: async () => {
      await reader?.read();
      await server.host.runJobs();
    },
    notifications: async (code) => {
      const found = await stores.outgoing.list({ kind: 'notification', subject: code, limit: 1_000 });
      return Promise.all([...found].sort((a, b) => a.sequence - b.sequence).map(contentOf));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Sends a signed message to a path of the test server. */
export async function sendTo(
  { envelope, send }: Pick<TestServer, 'envelope' | 'send'>,
  action: 'subscribe' | 'unsubscribe' | 'receipt',
  message: JsonObject,
  peer?: TestPeer,
  path: string = action,
): Promise<TestReply> {
  const items = message.subscribe_request ?? message.receipt_request ?? message.subscription_codes;
  const total_count = Array.isArray(items) ? items.length : 1;
  const header = { action, sender_uri: senderUri, total_count, receiver_id: receiverId };
  return send(await envelope({ header, message }, peer), { path: `/dci_api/v1/registry/${path}` }, peer);
}

/** @returns the records of a notification, in order */
export function recordsIn({ content }: SentMessage): readonly JsonObject[] {
  return listIn(content.message, 'notify_event').map(({ data }) => {
    const record = isJsonObject(data) ? data.reg_records : undefined;
    if (!isJsonObject(record)) throw new Error('an event without a record');
    return record;
  });
}
