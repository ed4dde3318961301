import nodeCrypto from 'node:crypto';
import {
  type Clock,
  canonicalJson,
  createNodeCryptoProvider,
  createRandom,
  formatTimestamp,
  generateKey,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type PrivateKey,
  publicKeyOf,
  type RegistryType,
  readJson,
  type SignatureSchemeName,
  signEnvelope,
  verifyEnvelope,
} from 'dci-core';
import { createTestHost, type ManualClock, manualClock, type TestHost, type TestHostOptions } from 'dci-host/testing';
import type { AccessPolicy } from './access/policy.ts';
import { type DciServerOptions, dciServer } from './plugin.ts';
import type { NewSender } from './senders/new-sender.ts';
import { openSenderRegistry, type SenderRegistry } from './senders/sender-registry.ts';

export const testCrypto = createNodeCryptoProvider(nodeCrypto);
const random = createRandom(nodeCrypto.webcrypto);

/** The time at which tests start. */
export const startTime = Date.parse('2026-04-22T10:30:00Z');

/** Id of the host under test. */
export const receiverId = 'registry.example.org';

/** A policy that grants every field of every record type. */
export function grantAll(...registryTypes: readonly RegistryType[]): AccessPolicy {
  return {
    registries: Object.fromEntries(
      registryTypes.map((type) => [
        type.name,
        {
          actions: ['search'],
          recordTypes: Object.fromEntries(type.recordTypes.map(({ name }) => [name, { fields: ['**'] }])),
        },
      ]),
    ),
  };
}

/** A party that sends to the host under test. */
export interface TestPeer {
  readonly senderId: string;
  readonly keyId: string;
  readonly key: PrivateKey;
  readonly token: string;
}

/** What of an envelope a test changes; `null` takes a header member away. */
export interface EnvelopeChanges {
  readonly header?: Readonly<Record<string, JsonValue | undefined>>;
  readonly message?: JsonObject;
  readonly keyId?: string;
  readonly key?: PrivateKey;
  readonly signerId?: string;
  readonly scheme?: SignatureSchemeName;
  readonly clock?: Clock;
  readonly lifetimeSeconds?: number;
}

/** How a test sends a body. */
export interface SendOptions {
  readonly path?: string;
  readonly method?: string;
  /** `null`: no such header. */
  readonly authorization?: string | null;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A reply, read. */
export interface TestReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: JsonObject;
}

/** A host with a server, a sender and a clock that stands still. */
export interface TestServer extends AsyncDisposable {
  readonly host: TestHost;
  readonly clock: ManualClock;
  readonly senders: SenderRegistry;
  /** The first sender, with the policy that the options name. */
  readonly peer: TestPeer;
  /** Registers another sender with a fresh key and token. */
  addPeer(sender: Omit<NewSender, 'keys'>): Promise<TestPeer>;
  /** @returns the JSON text of a signed search envelope */
  envelope(changes?: EnvelopeChanges, peer?: TestPeer): Promise<string>;
  /** Sends a body in process. */
  send(body: string | Uint8Array<ArrayBuffer>, options?: SendOptions, peer?: TestPeer): Promise<TestReply>;
  /** Sends one search and returns the one item of its reply. */
  search(criteria: JsonObject, options?: SendOptions, peer?: TestPeer): Promise<JsonObject>;
}

/** How a {@link TestServer} is made. */
export interface TestServerOptions extends DciServerOptions {
  readonly host?: TestHostOptions;
  /** Policy of the first sender. Default: everything. */
  readonly policy?: AccessPolicy;
  /** The first sender, where it differs. */
  readonly sender?: Partial<Omit<NewSender, 'keys'>>;
  readonly clock?: ManualClock;
}

/** @returns one search by identifier */
export function searchItem(criteria: JsonObject = byId('UIN', '1'), more: JsonObject = {}): JsonObject {
  return {
    reference_id: random.uuid(),
    timestamp: formatTimestamp(startTime),
    search_criteria: { query_type: 'idtype-value', ...criteria },
    locale: 'eng',
    ...more,
  };
}

/** @returns search criteria for one identifier */
export function byId(type: string, value: string): JsonObject {
  return { query_type: 'idtype-value', query: { type, value } };
}

/** @returns search criteria of the OpenSPP form */
export function byExpression(...conditions: readonly (readonly [string, string, JsonValue])[]): JsonObject {
  return {
    query_type: 'expression',
    query: { seq: conditions.map(([attribute, operator, value]) => ({ attribute, operator, value })) },
  };
}

/** @returns the message of a search */
export function searchMessage(...items: readonly JsonObject[]): JsonObject {
  return { transaction_id: random.uuid(), search_request: items.length === 0 ? [searchItem()] : items };
}

/** Starts a host with a server and one registered sender. */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const { host: hostOptions = {}, policy, sender, clock = manualClock(startTime), ...serverOptions } = options;
  const registryTypes = serverOptions.registries.map(({ type }) => type);
  const host = await createTestHost({
    senderId: receiverId,
    clock,
    plugins: [dciServer(serverOptions)],
    ...hostOptions,
  });
  const senders = await openSenderRegistry(host.context, registryTypes);
  const addPeer = async (added: Omit<NewSender, 'keys'>): Promise<TestPeer> => {
    const key = await generateKey('ed25519', { random, subtle: globalThis.crypto.subtle });
    const { token } = await senders.add(
      { ...added, keys: [{ keyId: 'key1', publicKey: publicKeyOf(key) }] },
      { token: true },
    );
    if (token === undefined) throw new Error('no token was issued');
    return { senderId: added.senderId, keyId: 'key1', key, token: token.token };
  };
  const peer = await addPeer({
    senderId: 'mis.example.org',
    policy: policy ?? grantAll(...registryTypes),
    ...sender,
  });
  const firstPath = `/dci_api/v1/${registryTypes[0]?.slugs[0] ?? ''}/registry/sync/search`;

  const envelope = async (changes: EnvelopeChanges = {}, from = peer): Promise<string> => {
    const message = changes.message ?? searchMessage();
    const items = message.search_request;
    const header: Record<string, JsonValue | undefined> = {
      version: '1.0.0',
      message_id: random.uuid(),
      message_ts: formatTimestamp(clock.now()),
      action: 'search',
      sender_id: from.senderId,
      receiver_id: receiverId,
      total_count: Array.isArray(items) ? items.length : 1,
      is_msg_encrypted: false,
      ...changes.header,
    };
    const { text } = await signEnvelope({
      header,
      message,
      key: {
        senderId: changes.signerId ?? from.senderId,
        keyId: changes.keyId ?? from.keyId,
        privateKey: changes.key ?? from.key,
      },
      ...(changes.scheme === undefined ? {} : { scheme: changes.scheme }),
      ...(changes.lifetimeSeconds === undefined ? {} : { lifetimeSeconds: changes.lifetimeSeconds }),
      crypto: testCrypto,
      clock: changes.clock ?? clock,
    });
    return text;
  };
  const send = async (
    body: string | Uint8Array<ArrayBuffer>,
    sendOptions: SendOptions = {},
    from = peer,
  ): Promise<TestReply> => {
    const { path = firstPath, method = 'POST', authorization, contentType = 'application/json', headers } = sendOptions;
    const bearer = authorization === undefined ? `Bearer ${from.token}` : authorization;
    const response = await host.fetch(
      new Request(`http://localhost${path}`, {
        method,
        headers: { 'content-type': contentType, ...(bearer === null ? {} : { authorization: bearer }), ...headers },
        ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
      }),
    );
    return readReply(response);
  };
  return {
    host,
    clock,
    senders,
    peer,
    addPeer,
    envelope,
    send,
    search: async (criteria, sendOptions, from) => {
      const reply = await send(
        await envelope({ message: searchMessage(searchItem(criteria)) }, from),
        sendOptions,
        from,
      );
      if (reply.status !== 200) throw new Error(`refused with ${reply.status}: ${reply.text}`);
      const [item] = itemsOf(reply);
      if (item === undefined) throw new Error(`no item: ${reply.text}`);
      return item;
    },
    [Symbol.asyncDispose]: () => host.dispose(),
  };
}

/** Reads a response that holds a JSON object, or nothing. */
export async function readReply(response: Response): Promise<TestReply> {
  const text = await response.text();
  const { value } = readJson(text === '' ? '{}' : text);
  if (!isJsonObject(value)) throw new Error('the reply is no object');
  return { status: response.status, headers: response.headers, text, body: value };
}

/** @returns the header of a signed reply */
export function headerOf(reply: TestReply): JsonObject {
  const { header } = reply.body;
  if (!isJsonObject(header)) throw new Error(`no header: ${reply.text}`);
  return header;
}

/** @returns the items of a search reply */
export function itemsOf(reply: TestReply): readonly JsonObject[] {
  const { message } = reply.body;
  const items = isJsonObject(message) ? message.search_response : undefined;
  if (!Array.isArray(items)) throw new Error(`no items: ${reply.text}`);
  return (items as readonly JsonValue[]).filter(isJsonObject);
}

/** @returns the records of an item of a search reply, whatever their form */
export function recordsOf(item: JsonObject): readonly JsonObject[] {
  const records = isJsonObject(item.data) ? item.data.reg_records : undefined;
  if (Array.isArray(records)) return (records as readonly JsonValue[]).filter(isJsonObject);
  if (isJsonObject(records)) return Object.keys(records).length === 0 ? [] : [records];
  throw new Error(`no records: ${canonicalJson(item)}`);
}

/** Verifies a reply with the host's published keys. */
export async function isSignedByHost(reply: TestReply, server: Pick<TestServer, 'host' | 'clock'>): Promise<boolean> {
  const published = await server.host.context.keys.published();
  const verification = await verifyEnvelope({
    document: readJson(reply.text),
    keys: published.map(({ keyId, publicKey }) => ({ keyId, publicKey, state: 'active' as const })),
    senderId: receiverId,
    schemes: ['dci', 'dci-legacy'],
    crypto: testCrypto,
    clock: server.clock,
  });
  return verification.valid;
}
