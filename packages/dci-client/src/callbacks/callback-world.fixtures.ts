import {
  crvs,
  type DecryptionKey,
  encryptionKeyOf,
  encryptMessage,
  formatTimestamp,
  generateEncryptionKey,
  generateKey,
  type JsonObject,
  type JsonValue,
  publicKeyOf,
  readJson,
  type SignatureSchemeName,
  type SigningKey,
  signEnvelope,
  social,
} from 'dci-core';
import { type CollectingLogger, collectingLogger, type ManualClock, manualClock } from 'dci-host/testing';
import type { DataSource } from '../data-source.ts';
import { crypto, random } from '../registry.fixtures.ts';
import type { CallbackKind, CallbackPath } from './callback-kind.ts';
import { answerKinds, notifyKind } from './callback-kind.ts';
import { type CallbackSource, callbackSource } from './callback-source.ts';
import { type CallbackStores, createMemoryCallbackStores } from './memory/memory-stores.ts';
import {
  type CallbackReceiver,
  type CallbackReceiverOptions,
  createCallbackReceiver,
} from './receive/create-receiver.ts';
import type { CallbackReply } from './receive/delivery.ts';
import type { NewTransaction } from './transactions.ts';
import type { CallbackWorkRequest } from './work-request.ts';

export const startTime = Date.parse('2026-04-22T10:30:00Z');
export const timestamp = '2026-04-22T10:30:00Z';
export const OWN_ID = 'mis.example.org';
/** The registry of the tests, behind the source `crvs_main`. */
export const REGISTRY_ID = 'crvs.example.org';
/** Another registry that we know, behind the source `other`. */
export const OTHER_ID = 'other.example.org';
export const TOKEN = 'token-of-the-callbacks-of-crvs';
export const OTHER_TOKEN = 'token-of-the-callbacks-of-other';
/** In every message of these tests; no refusal and no log line may repeat it. */
export const canary = 'CANARY-7f3a';

const [registryKey, otherKey, ownKey, revokedKey, ownEncryption, foreignEncryption] = await Promise.all([
  generateKey('ed25519', { random }),
  generateKey('ed25519', { random }),
  generateKey('ed25519', { random }),
  generateKey('ed25519', { random }),
  generateEncryptionKey('ECDH-ES+A256KW', { random, curve: 'X25519' }),
  generateEncryptionKey('ECDH-ES+A256KW', { random, curve: 'X25519' }),
]);

/** Keys of the registries. */
export const keys = {
  registry: { senderId: REGISTRY_ID, keyId: 'k1', privateKey: registryKey },
  other: { senderId: OTHER_ID, keyId: 'k1', privateKey: otherKey },
  revoked: { senderId: REGISTRY_ID, keyId: 'k0', privateKey: revokedKey },
} as const satisfies Record<string, SigningKey>;

const decryptionKey: DecryptionKey = { senderId: OWN_ID, keyId: 'e1', privateKey: ownEncryption };

/** @returns the data source of the registry of the tests */
export function dataSource(members: Partial<DataSource> = {}): DataSource {
  return {
    code: 'crvs_main',
    baseUrl: 'https://crvs.example.org/dci_api/v1',
    registry: crvs,
    senderId: OWN_ID,
    receiverId: REGISTRY_ID,
    key: ownKey,
    keyId: 'k1',
    peerKeys: {
      keys: [
        { keyId: 'k1', publicKey: publicKeyOf(registryKey), state: 'active' },
        { keyId: 'k0', publicKey: publicKeyOf(revokedKey), state: 'revoked' },
      ],
    },
    decryptionKeys: async () => [decryptionKey],
    ...members,
  };
}

/** @returns the data source of the other registry */
export function otherDataSource(members: Partial<DataSource> = {}): DataSource {
  const peerKeys = { keys: [{ keyId: 'k1', publicKey: publicKeyOf(otherKey), state: 'active' as const }] };
  return dataSource({ code: 'other', registry: social, receiverId: OTHER_ID, peerKeys, ...members });
}

/** How a world is made. */
export interface WorldOptions extends Partial<Omit<CallbackReceiverOptions, 'sources' | 'clock' | 'logger'>> {
  readonly sources?: (make: typeof sourceOf) => readonly CallbackSource[];
  readonly stores?: CallbackStores;
}

/** A receiver with its stores. */
export interface World extends CallbackStores {
  readonly receiver: CallbackReceiver;
  readonly clock: ManualClock;
  readonly logger: CollectingLogger;
  readonly requested: readonly CallbackWorkRequest[];
  /** Opens a transaction of the registry; its id is `t-` and its action. */
  open(members?: Partial<NewTransaction>): Promise<NewTransaction>;
  /** Signs an envelope as the registry does, and delivers it. */
  deliver(path: CallbackPath, envelope?: EnvelopeOptions, delivery?: DeliveryOptions): Promise<CallbackReply>;
}

/** What differs from a correct envelope. */
export interface EnvelopeOptions {
  readonly header?: JsonObject;
  readonly message?: JsonObject;
  readonly key?: SigningKey;
  readonly scheme?: SignatureSchemeName;
  readonly lifetimeSeconds?: number;
  /** Moves the clock of the signer, in milliseconds. */
  readonly ahead?: number;
  /** To which key the message is encrypted; absent: it is not. */
  readonly encryptTo?: 'own' | 'foreign';
}

/** What differs from a correct delivery. */
export interface DeliveryOptions {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string;
  readonly authorization?: string | undefined;
}

const sourceOf = (source: DataSource, ...tokens: string[]): CallbackSource =>
  callbackSource(source, {
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    clock: { now: () => startTime },
    crypto,
    ...(tokens.length > 0 && { tokens }),
  });

const defaultSources: NonNullable<WorldOptions['sources']> = (make) => [
  make(dataSource(), TOKEN),
  make(otherDataSource(), OTHER_TOKEN),
];

/** Makes a receiver on stores of its own. */
export function createWorld(options: WorldOptions = {}): World {
  const { sources: make = defaultSources, stores: given, ...rest } = options;
  const clock = manualClock(startTime);
  const logger = collectingLogger(clock);
  const requested: CallbackWorkRequest[] = [];
  const stores = given ?? createMemoryCallbackStores({ requested: (work) => void requested.push(work) });
  const sources = make(sourceOf);
  const receiver = createCallbackReceiver({
    ...stores,
    sources: () => sources,
    clock,
    crypto,
    random,
    logger,
    ...rest,
  });
  return {
    ...stores,
    receiver,
    clock,
    logger,
    requested,
    open: async (members) => {
      const transaction = newTransaction(members);
      await stores.transactions.open(transaction);
      return transaction;
    },
    deliver: async (path, envelope, delivery = {}) =>
      receiver.receive({
        path,
        body: new TextEncoder().encode(await signed(path, envelope, clock.now())),
        contentType: 'application/json',
        authorization: `Bearer ${TOKEN}`,
        ...delivery,
      }),
  };
}

/** @returns a request of ours that waits for its callback */
export function newTransaction(members: Partial<NewTransaction> = {}): NewTransaction {
  const { action = 'search' } = members;
  const isSubscription = action === 'subscribe';
  return {
    transactionId: `t-${action}`,
    source: 'crvs_main',
    action,
    messageId: `m-${action}`,
    referenceIds: action === 'unsubscribe' ? ['s1'] : ['r1'],
    request: { criteria: [isSubscription ? { eventTypes: ['BIRTH'], recordType: 'Person' } : { query: canary }] },
    ...(action === 'search' || isSubscription ? { handler: 'births' } : {}),
    ...(isSubscription && { receipts: true }),
    openedAt: startTime,
    expiresAt: startTime + 86_400_000,
    ...members,
  };
}

/** @returns what comes in at a path */
export const kindOf = (path: CallbackPath): CallbackKind => (path === 'notify' ? notifyKind : answerKinds[path]);

/** A person whom no log line may name. */
export const person: JsonObject = {
  identifier: [{ identifier_type: 'UIN', identifier_value: canary }],
  name: { surname: canary, given_name: 'Lucía' },
  birth_date: '2026-04-20',
};

/** @returns items of an answer to a search */
export const searchItem = (referenceId = 'r1', members: JsonObject = {}): JsonObject => ({
  reference_id: referenceId,
  timestamp,
  status: 'succ',
  data: { version: '1.0.0', reg_type: crvs.code, reg_record_type: 'Person', reg_records: [person] },
  pagination: { page_size: 20, page_number: 1, total_count: 1 },
  ...members,
});

/** @returns an event of a notification */
export const notifyEvent = (members: JsonObject = {}, data: JsonObject = {}): JsonObject => ({
  reference_id: 'e1',
  timestamp,
  data: {
    version: '1.0.0',
    reg_type: crvs.code,
    reg_event_type: 'BIRTH',
    reg_record_type: 'Person',
    reg_records: person,
    ...data,
  },
  ...members,
});

/** Correct messages, of the transactions that `open` makes. */
export const messages: Readonly<Record<CallbackPath, JsonObject>> = {
  'on-search': { transaction_id: 't-search', correlation_id: 'c1', search_response: [searchItem()] },
  'on-subscribe': {
    transaction_id: 't-subscribe',
    correlation_id: 'c1',
    subscribe_response: [
      {
        reference_id: 'r1',
        timestamp,
        status: 'succ',
        subscriptions: [{ code: 's2', status: 'subscribe', timestamp, reg_event_type: canary }],
        expires: '2027-04-22T10:30:00Z',
      },
    ],
  },
  'on-unsubscribe': {
    transaction_id: 't-unsubscribe',
    correlation_id: 'c1',
    timestamp,
    status: 'succ',
    subscription_status: [{ code: 's1', status: 'unsubscribe' }],
  },
  'txn/on-status': {
    transaction_id: 't-txn-status',
    correlation_id: 'c1',
    txnstatus_response: {
      txn_type: 'search',
      txn_status: { transaction_id: 'x', correlation_id: 'c2', search_response: [searchItem()] },
    },
  },
  notify: { transaction_id: 't-old', subscription_code: 's1', notification_id: 'n1', notify_event: [notifyEvent()] },
};

/** Takes a member out of a header or message. */
export const absent = undefined;

/**
 * Writes the envelope of a callback.
 *
 * @param path - where it is to go
 * @param envelope - what differs from a correct one
 * @param now - time of the signature
 */
export async function signed(path: CallbackPath, envelope: EnvelopeOptions = {}, now = startTime): Promise<string> {
  const { key = keys.registry, scheme, lifetimeSeconds, ahead = 0, encryptTo } = envelope;
  const header: JsonObject = {
    version: '1.0.0',
    message_id: random.uuid(),
    message_ts: formatTimestamp(now),
    action: kindOf(path).action,
    status: 'succ',
    total_count: 1,
    completed_count: 1,
    sender_id: key.senderId,
    receiver_id: OWN_ID,
    is_msg_encrypted: encryptTo !== undefined,
    meta: { note: canary },
    ...envelope.header,
  };
  const message = envelope.message ?? messages[path];
  const { text } = await signEnvelope({
    header: defined(header),
    message: encryptTo === undefined ? defined(message) : await encrypted(defined(message), encryptTo),
    key,
    ...(scheme !== undefined && { scheme }),
    ...(lifetimeSeconds !== undefined && { lifetimeSeconds }),
    crypto,
    clock: { now: () => now + ahead },
  });
  return text;
}

const encrypted = (message: JsonObject, to: 'own' | 'foreign'): Promise<JsonObject> => {
  const privateKey = to === 'own' ? ownEncryption : foreignEncryption;
  const kid = `${OWN_ID}|${to === 'own' ? 'e1' : 'e9'}|ECDH-ES+A256KW`;
  return encryptMessage(message, { kid, publicKey: encryptionKeyOf(privateKey) }, { crypto });
};

const defined = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** @returns the JSON of a reply */
export const bodyOf = ({ body }: CallbackReply): JsonValue => readJson(body).value;
