import * as nodeCrypto from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ClientOptions, createClient, type DciClient } from 'dci-client';
import {
  createNodeCryptoProvider,
  dr,
  formatTimestamp,
  generateKey,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type PrivateKey,
  publicKeyOf,
  readJson,
  type SigningKey,
  signEnvelope,
  systemClock,
  toJwks,
  verifyEnvelope,
  writePublicKeyPem,
} from 'dci-core';
import { listening } from '../../dci-client/src/listening.fixtures.ts';
import { random } from './service.fixtures.ts';

export const clientId = 'mis.example.org';
export const registryId = 'dr.example.org';
export const crypto = createNodeCryptoProvider(nodeCrypto);

/** A disability registry over real HTTP, which signs what it says. */
export interface DrRegistry {
  readonly baseUrl: string;
  readonly clientKey: PrivateKey;
  /** Its public key, PEM. */
  readonly publicPem: string;
  /** Records under their UIN, as peers send them. */
  readonly people: Map<string, readonly JsonObject[]>;
  /** Paths of the requests that verified, below the registry. */
  readonly requests: string[];
  /** Paths below the registry that it does not have. */
  readonly missing: Set<string>;
  /** Changes a signed reply. */
  rewrite: (text: string) => string;
  /** @returns a client that asks it */
  client(overrides?: Partial<ClientOptions>): DciClient;
  stop(): Promise<void>;
}

const listOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  (Array.isArray(value) ? (value as readonly JsonValue[]) : []).filter(isJsonObject);

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** @returns a registry that knows nobody */
export async function startDrRegistry(): Promise<DrRegistry> {
  const [registryKey, clientKey] = await Promise.all([
    generateKey('ed25519', { random }),
    generateKey('ed25519', { random }),
  ]);
  const key: SigningKey = { senderId: registryId, keyId: 'key1', privateKey: registryKey };

  const recordsOf = (query: JsonValue | undefined): readonly JsonObject[] => {
    const { value } = objectOf(query);
    return registry.people.get(typeof value === 'string' ? value : '') ?? [];
  };
  const data = (reg_records: JsonValue): JsonObject => ({
    ...{ version: '1.0.0', reg_type: dr.code, reg_record_type: 'DisabledPerson', reg_records },
  });
  const answers: Readonly<Record<string, (message: JsonObject) => JsonObject>> = {
    // The standard's file allows one object in an item: several records are several items, none is {}.
    'sync/search': ({ search_request }) => ({
      search_response: listOf(search_request).flatMap(({ reference_id, search_criteria }) => {
        const records = recordsOf(objectOf(search_criteria).query);
        const pagination = { page_size: 20, page_number: 1, total_count: records.length };
        return (records.length === 0 ? [{}] : records).map((record) => ({
          ...{ reference_id, timestamp: formatTimestamp(systemClock.now()), status: 'succ' },
          ...{ data: data(record), pagination },
        }));
      }),
    }),
    'sync/disabled': ({ disabled_criteria }) => {
      const [record] = recordsOf(objectOf(disabled_criteria).query);
      const said =
        record?.disability_status === 'Approved' ? 'yes' : record?.disability_status === 'Expired' ? 'no' : undefined;
      return { disabled_response: said === undefined ? [] : [{ ...item('1'), disabled_status: said }] };
    },
    'sync/get-disability-details': ({ disabled_criteria }) => {
      const records = recordsOf(objectOf(disabled_criteria).query);
      const details = records.map(({ disability_details = [] }) => ({ disability_details }));
      return { search_response: [{ ...item('1'), data: data(details) }] };
    },
    'sync/get-disability-support': ({ disabled_criteria }) => {
      const records = recordsOf(objectOf(disabled_criteria).query);
      return {
        search_response: [
          { ...item('1'), data: data(records.map(({ disability_support = [] }) => disability_support)) },
        ],
      };
    },
  };
  const item = (reference_id: string): JsonObject => ({
    ...{ reference_id, timestamp: formatTimestamp(systemClock.now()), status: 'succ' },
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, path = ''] = /\/dr\/registry\/(.*)$/.exec(request.url ?? '') ?? [];
    const document = readJson(await readText(request));
    const verification = await verifyEnvelope({
      document,
      keys: [{ keyId: 'key1', publicKey: publicKeyOf(clientKey), state: 'active' }],
      senderId: clientId,
      schemes: ['dci'],
      crypto,
      clock: systemClock,
    });
    if (!verification.valid) throw new Error(`the client signs badly: ${verification.reason}`);
    const write = answers[path];
    if (write === undefined || registry.missing.has(path)) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"errors":[{"code":"err.request.not_found","message":"there is nothing here"}]}');
      return;
    }
    registry.requests.push(path);
    const envelope = objectOf(document.value);
    const message = objectOf(envelope.message);
    const body = write(message);
    const { text } = await signEnvelope({
      header: {
        ...{ version: '1.0.0', message_id: random.uuid(), message_ts: formatTimestamp(systemClock.now()) },
        ...{ action: 'on-search', status: 'succ', total_count: 1, completed_count: 1, is_msg_encrypted: false },
        ...{ sender_id: registryId, receiver_id: objectOf(envelope.header).sender_id },
      },
      message: { transaction_id: message.transaction_id, correlation_id: random.uuid(), ...body },
      ...{ key, scheme: 'dci', crypto, clock: systemClock },
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(registry.rewrite(text));
  };

  const server = createServer((request, response) => {
    if (request.url?.endsWith('/.well-known/jwks.json')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(toJwks([{ ...key, publicKey: publicKeyOf(registryKey) }])));
      return;
    }
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  const { origin, stop } = await listening(server);
  const baseUrl = `${origin}/dci_api/v1`;

  const registry: DrRegistry = {
    baseUrl,
    clientKey,
    publicPem: await writePublicKeyPem(publicKeyOf(registryKey)),
    people: new Map(),
    requests: [],
    missing: new Set(),
    rewrite: (text) => text,
    client: (overrides = {}) =>
      createClient({
        ...{ code: 'dr_main', baseUrl, registry: dr, senderId: clientId, receiverId: registryId },
        ...{ key: clientKey, keyId: 'key1', retries: 0, crypto, clock: systemClock, random, fetch: globalThis.fetch },
        ...overrides,
      }),
    stop,
  };
  return registry;
}
