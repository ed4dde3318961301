import { createRandom, generateKey, type JsonObject, publicKeyOf, social } from 'dci-core';
import { definePlugin, type Egress, type HostContext, type JobDefinition, type RunningJob } from 'dci-host';
import {
  type CollectingLogger,
  collectingLogger,
  createTestHost,
  type ManualClock,
  manualClock,
  type TestHost,
} from 'dci-host/testing';
import type { AuditEntry } from '../access/audit.ts';
import type { AccessPolicy } from '../access/policy.ts';
import { createSenderDirectory, type KnownSender } from '../senders/directory.ts';
import type { NewSender } from '../senders/new-sender.ts';
import { openSenderRegistry, type SenderRegistry } from '../senders/sender-registry.ts';
import { grantAll, receiverId as hostId, startTime } from '../server.fixtures.ts';
import type { NewOutgoingMessage, OutgoingStore } from '../stores/outgoing.ts';
import type { ReceiverStore } from '../stores/receivers.ts';
import { migrations } from '../stores/sqlite/migrations.ts';
import { createSqliteOutgoingStore } from '../stores/sqlite/outgoing-store.ts';
import { createSqliteReceiverStore } from '../stores/sqlite/receiver-store.ts';
import { createSqliteSenderStore } from '../stores/sqlite/sender-store.ts';
import { accessFingerprint } from './access-fingerprint.ts';
import type { ContentSource } from './content-source.ts';
import { createDelivery, type Delivery, type DeliveryOptions } from './create-delivery.ts';
import { keysOfHost, startReceiver, type TestReceiver } from './receiver.fixtures.ts';

const random = createRandom(globalThis.crypto);

/** Sender id of the party that receives. */
export const receiverId = 'mis.example.org';

/** A host that delivers, a receiver, and a clock that stands still. */
export interface DeliveryTest extends AsyncDisposable {
  readonly host: TestHost;
  readonly clock: ManualClock;
  readonly logger: CollectingLogger;
  readonly receiver: TestReceiver;
  readonly senders: SenderRegistry;
  readonly outgoing: OutgoingStore;
  readonly receivers: ReceiverStore;
  readonly delivery: Delivery;
  readonly audit: AuditEntry[];
  /** Calls of the content sources. */
  readonly composed: string[];
  /** Stores callbacks (or other messages) that were composed under the access that holds now. */
  add(...messages: readonly Partial<NewOutgoingMessage>[]): Promise<readonly string[]>;
  /** Runs jobs until none is due, moving the clock to each due time, at most this far. @returns due times after start */
  runFor(milliseconds: number, stepMs?: number): Promise<void>;
  /** Runs one delivery now, beside the queue. */
  deliver(messageId: string, signal?: AbortSignal): ReturnType<JobDefinition['run']>;
  known(): Promise<KnownSender>;
}

/** What of a {@link DeliveryTest} differs. */
export interface DeliveryTestOptions {
  readonly delivery?: Partial<Pick<DeliveryOptions, 'sources' | 'encrypt' | 'settings'>>;
  readonly sender?: Partial<NewSender>;
  readonly dataDirectory?: string;
  /** Stands between the delivery and the host's own egress. */
  readonly egress?: (egress: Egress) => Egress;
  /** When jobs run. Default: only when the test runs them. */
  readonly jobs?: 'manual' | 'memory';
  /** Lets the audit fail. */
  readonly auditFailure?: () => Error | undefined;
}

/** Starts a host with one registered receiver, whose callbacks go to a loopback address. */
export async function startDeliveryTest(options: DeliveryTestOptions = {}): Promise<DeliveryTest> {
  const clock = manualClock(startTime);
  const logger = collectingLogger();
  const audit: AuditEntry[] = [];
  const composed: string[] = [];
  const source: ContentSource = {
    compose: async (message) => {
      composed.push(message.messageId);
      return { header: { action: message.action }, message: { recomposed: true } };
    },
  };
  let made: { outgoing: OutgoingStore; receivers: ReceiverStore; delivery: Delivery; context: HostContext } | undefined;
  let known: (senderId: string) => Promise<KnownSender | undefined> = async () => undefined;
  const plugin = definePlugin({
    name: 'dci-server',
    migrations,
    setup: (context) => {
      const { database, sealer, jobs, keys, crypto } = context;
      const outgoing = createSqliteOutgoingStore({ database, sealer, jobs: jobs.writer });
      const receivers = createSqliteReceiverStore(database);
      const directory = createSenderDirectory({
        store: createSqliteSenderStore(database.durable, sealer),
        openJwks: () => ({ keys: async () => [] }),
      });
      known = directory.find;
      const delivery = createDelivery({
        outgoing,
        receivers,
        directory,
        egress: options.egress?.(context.egress) ?? context.egress,
        hasten: (queue, names) => jobs.hasten(queue, names),
        keys,
        clock,
        crypto,
        logger,
        audit: {
          append: async (entries) => {
            const failure = options.auditFailure?.();
            if (failure !== undefined) throw failure;
            audit.push(...entries);
          },
        },
        sources: { callback: source, notification: source },
        ...options.delivery,
      });
      jobs.define(delivery.job);
      made = { outgoing, receivers, delivery, context };
      return {};
    },
  });
  const host = await createTestHost({
    senderId: hostId,
    clock,
    logger,
    plugins: [plugin],
    development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    ...(options.dataDirectory === undefined ? {} : { dataDirectory: options.dataDirectory }),
  });
  if (made === undefined) throw new Error('the plug-in was not set up');
  const { outgoing, receivers, delivery } = made;
  const receiver = await startReceiver({ keys: keysOfHost(host), senderId: hostId, clock });
  const senders = await openSenderRegistry(host.context, [social]);
  if ((await senders.find(receiverId)) === undefined) {
    const key = await generateKey('ed25519', { random, subtle: globalThis.crypto.subtle });
    const policy: AccessPolicy = grantAll(social);
    await senders.add({ senderId: receiverId, keys: [{ publicKey: publicKeyOf(key) }], policy, ...options.sender });
  }
  const knownNow = async (): Promise<KnownSender> => {
    const found = await known(receiverId);
    if (found === undefined) throw new Error('the receiver is not registered');
    return found;
  };
  return {
    host,
    clock,
    logger,
    receiver,
    senders,
    outgoing,
    receivers,
    delivery,
    audit,
    composed,
    known: knownNow,
    add: async (...changes) => {
      const fingerprint = accessFingerprint(await knownNow(), 'social');
      const messages = changes.map((change) =>
        newCallback({
          createdAt: clock.now(),
          senderUri: `${receiver.url}/callback`,
          ...(fingerprint === undefined ? {} : { accessFingerprint: fingerprint }),
          ...change,
        }),
      );
      await outgoing.add(messages, {});
      return messages.map(({ messageId }) => messageId);
    },
    runFor: async (milliseconds, stepMs = milliseconds) => {
      const end = clock.now() + milliseconds;
      await host.runJobs();
      while (clock.now() < end) {
        clock.advance(Math.min(stepMs, end - clock.now()));
        await host.runJobs();
      }
    },
    deliver: (messageId, signal = new AbortController().signal) => delivery.job.run(runningJob(messageId, signal)),
    [Symbol.asyncDispose]: async () => {
      await receiver.close();
      await host.dispose();
    },
  };
}

/**
 * @param changes - members that matter to a test
 * @returns a callback with one record, for the receiver
 */
export function newCallback(changes: Partial<NewOutgoingMessage> = {}): NewOutgoingMessage {
  const { kind = 'callback', subject = 'c1', sequence = 0 } = changes;
  const messageId = `${kind}-${subject}-${sequence}`;
  const header: JsonObject = {
    version: '1.0.0',
    message_id: messageId,
    message_ts: '2026-04-22T10:30:00Z',
    action: 'on-search',
    sender_id: hostId,
    receiver_id: receiverId,
    total_count: 1,
    completed_count: 1,
    is_msg_encrypted: false,
  };
  return {
    messageId,
    kind,
    receiverId,
    registry: 'social',
    action: kind === 'callback' ? 'on-search' : 'notify',
    subject,
    sequence,
    isEncrypted: false,
    source: {},
    createdAt: 0,
    content: {
      header,
      message: { transaction_id: 't1', search_response: [{ name: 'Ada' }] },
      disclosures: [{ recordType: 'Person', recordKeys: ['UIN 1'], count: 1 }],
    },
    ...changes,
  };
}

function runningJob(messageId: string, signal: AbortSignal): RunningJob {
  return {
    jobId: messageId,
    queue: 'dci-server/deliver',
    key: messageId,
    payload: { message_id: messageId },
    attempt: 1,
    requestedAt: 0,
    fence: -1,
    signal,
  };
}
