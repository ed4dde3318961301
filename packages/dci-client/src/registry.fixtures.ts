import * as nodeCrypto from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createNodeCryptoProvider,
  createRandom,
  formatTimestamp,
  generateKey,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type PrivateKey,
  publicKeyOf,
  readJson,
  type SignatureSchemeName,
  type SigningKey,
  signEnvelope,
  social,
  systemClock,
  toJwks,
  verifyEnvelope,
} from 'dci-core';
import { type ClientOptions, createClient } from './client.ts';
import type { DciClient } from './dci-client.ts';
import { listening } from './listening.fixtures.ts';

export { failureOf } from './failure.fixtures.ts';

export const CLIENT_ID = 'mis.example.org';
export const REGISTRY_ID = 'registry.example.org';
export const TOKEN = 'secret-token-of-the-tests';

export const crypto = createNodeCryptoProvider(nodeCrypto);
export const random = createRandom(nodeCrypto.webcrypto);

/** A person as the registry of the tests has it. */
export const person: JsonObject = {
  identifier: [{ identifier_type: 'UIN', identifier_value: '1234567897' }],
  name: { surname: 'Núñez', given_name: 'Lucía' },
  sex: 'female',
  birth_date: '1990-05-17',
  address: [{ locality: 'Peñas Blancas', region_code: 'REGION_02' }],
};

/** What a request was, after its signature was verified. */
export interface ReceivedRequest {
  readonly header: JsonObject;
  readonly message: JsonObject;
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
  readonly text: string;
}

/** Header and message of a reply before it is signed. */
export interface ReplyParts {
  readonly header: JsonObject;
  readonly message: JsonObject;
}

/** How the registry behaves. */
export interface Behaviour {
  /** Changes the honest reply before it is signed. */
  readonly change?: (parts: ReplyParts, request: ReceivedRequest) => ReplyParts;
  /** Signs with another key; `undefined`: not at all. */
  readonly signingKey?: SigningKey | undefined;
  /** Scheme of requests and replies; absent: `dci`. */
  readonly scheme?: SignatureSchemeName;
  /** Scheme of replies alone. */
  readonly replyScheme?: SignatureSchemeName;
  /** Changes the text of the signed reply. */
  readonly rewrite?: (text: string) => string;
  /** Answers in place of everything else. */
  readonly answer?: (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>;
  /** Answers the JWKS in place of the honest set. */
  readonly jwks?: (response: ServerResponse) => void;
}

/** A registry over real HTTP on a port of its own. */
export interface TestRegistry {
  readonly baseUrl: string;
  readonly key: SigningKey;
  readonly clientKey: PrivateKey;
  readonly requests: ReceivedRequest[];
  readonly jwksRequests: number;
  behave(behaviour: Behaviour): void;
  /** Options of a client that asks this registry. */
  clientOptions(overrides?: Partial<ClientOptions>): ClientOptions;
  stop(): Promise<void>;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export const objectOf = (value: JsonValue | undefined): JsonObject => {
  if (!isJsonObject(value)) throw new Error('not an object');
  return value;
};

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

/** The reply of an honest registry: one record for every search. */
export function honestReply(request: ReceivedRequest): ReplyParts {
  const timestamp = formatTimestamp(systemClock.now());
  const items = listOf(request.message.search_request).map(objectOf);
  return {
    header: {
      version: '1.0.0',
      message_id: random.uuid(),
      message_ts: timestamp,
      action: 'on-search',
      status: 'succ',
      total_count: items.length,
      completed_count: items.length,
      sender_id: REGISTRY_ID,
      receiver_id: request.header.sender_id,
      is_msg_encrypted: false,
    },
    message: {
      transaction_id: request.message.transaction_id,
      correlation_id: random.uuid(),
      search_response: items.map(({ reference_id }) => ({
        reference_id,
        timestamp,
        status: 'succ',
        data: { version: '1.0.0', reg_type: social.code, reg_record_type: 'Person', reg_records: [person] },
        pagination: { page_size: 20, page_number: 1, total_count: 1 },
      })),
    },
  };
}

/** The text of an envelope; without a key it is not signed. */
export async function sign(
  parts: ReplyParts,
  key: SigningKey | undefined,
  scheme: SignatureSchemeName = 'dci',
): Promise<string> {
  if (key === undefined) return JSON.stringify(parts);
  return (await signEnvelope({ ...parts, key, scheme, crypto, clock: systemClock })).text;
}

/** Starts a registry that answers honestly until it is told otherwise. */
export async function startRegistry(): Promise<TestRegistry> {
  const [registryKey, clientKey] = await Promise.all([
    generateKey('ed25519', { random }),
    generateKey('ed25519', { random }),
  ]);
  const key: SigningKey = { senderId: REGISTRY_ID, keyId: 'key1', privateKey: registryKey };
  const requests: ReceivedRequest[] = [];
  let behaviour: Behaviour = {};
  let jwksRequests = 0;

  const answerSearch = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readText(request);
    const document = readJson(text);
    const { scheme = 'dci', replyScheme = scheme } = behaviour;
    const verification = await verifyEnvelope({
      document,
      keys: [{ keyId: 'key1', publicKey: publicKeyOf(clientKey), state: 'active' }],
      senderId: CLIENT_ID,
      schemes: [scheme],
      crypto,
      clock: systemClock,
    });
    if (!verification.valid) throw new Error(`the client signs badly: ${verification.reason}`);
    const { header, message } = objectOf(document.value);
    const received: ReceivedRequest = {
      header: objectOf(header),
      message: objectOf(message),
      headers: request.headers,
      path: request.url ?? '',
      text,
    };
    requests.push(received);
    if (behaviour.answer) {
      await behaviour.answer(response, received);
      return;
    }
    const honest = honestReply(received);
    const parts = behaviour.change?.(honest, received) ?? honest;
    const signingKey = 'signingKey' in behaviour ? behaviour.signingKey : key;
    const reply = await sign(parts, signingKey, replyScheme);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(behaviour.rewrite?.(reply) ?? reply);
  };

  const server = createServer((request, response) => {
    if (request.url?.endsWith('/.well-known/jwks.json')) {
      jwksRequests += 1;
      if (behaviour.jwks) {
        behaviour.jwks(response);
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(toJwks([{ ...key, publicKey: publicKeyOf(registryKey) }])));
      return;
    }
    answerSearch(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  const { origin, stop } = await listening(server);
  const baseUrl = `${origin}/dci_api/v1`;

  return {
    baseUrl,
    key,
    clientKey,
    requests,
    get jwksRequests() {
      return jwksRequests;
    },
    behave(next) {
      behaviour = next;
    },
    clientOptions: (overrides = {}) => ({
      baseUrl,
      registry: social,
      senderId: CLIENT_ID,
      receiverId: REGISTRY_ID,
      key: clientKey,
      keyId: 'key1',
      token: TOKEN,
      crypto,
      clock: systemClock,
      random,
      fetch: globalThis.fetch,
      ...overrides,
    }),
    stop,
  };
}

/** Changes the header of the honest reply. */
export const inHeader =
  (members: JsonObject): NonNullable<Behaviour['change']> =>
  ({ header, message }) => ({ header: { ...header, ...members }, message });

/** Changes the message of the honest reply. */
export const inMessage =
  (members: JsonObject): NonNullable<Behaviour['change']> =>
  ({ header, message }) => ({ header, message: { ...message, ...members } });

/** Changes every item of the honest reply. */
export const inItem =
  (members: JsonObject): NonNullable<Behaviour['change']> =>
  ({ header, message }) => ({
    header,
    message: {
      ...message,
      search_response: (message.search_response as readonly JsonObject[]).map((item) => ({ ...item, ...members })),
    },
  });

/** The hooks of a test file. */
export interface TestHooks {
  readonly beforeAll: (hook: () => Promise<void>) => void;
  readonly afterAll: (hook: () => Promise<void>) => void;
  readonly beforeEach: (hook: () => void) => void;
}

/** What the tests of one file share. */
export interface SharedRegistry {
  /** The running registry; there only inside tests and hooks. */
  readonly current: TestRegistry;
  /** @returns a client of it */
  client(overrides?: Partial<ClientOptions>): DciClient;
}

/**
 * One registry for a test file, honest again and with no request counted before each test.
 *
 * @param hooks - of the test runner
 * @returns the registry and its clients
 */
export function registryForTests(hooks: TestHooks): SharedRegistry {
  let registry: TestRegistry;
  hooks.beforeAll(async () => {
    registry = await startRegistry();
  });
  hooks.afterAll(() => registry.stop());
  hooks.beforeEach(() => {
    registry.behave({});
    registry.requests.length = 0;
  });
  return {
    get current() {
      return registry;
    },
    client: (overrides = {}) => createClient(registry.clientOptions(overrides)),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Answers with a status and a body of JSON. */
export const answerJson =
  (status: number, body: unknown, headers: Record<string, string> = {}): NonNullable<Behaviour['answer']> =>
  (response) => {
    response.writeHead(status, { ...JSON_TYPE, ...headers });
    response.end(JSON.stringify(body));
  };

/** The acknowledgement of a request that is answered by callback. */
export const acknowledge = (correlationId = 'c-1', members: JsonObject = {}): NonNullable<Behaviour['answer']> =>
  answerJson(202, {
    message: { ack_status: 'ACK', timestamp: '2026-04-22T10:30:00Z', correlation_id: correlationId, ...members },
  });

/** Breaks the connection off before an answer. */
export const hangUp: NonNullable<Behaviour['answer']> = (response) => void response.socket?.destroy();

/** Behaves in one way for each request in turn; the last goes on for ever. */
export const inTurn = (...answers: readonly Behaviour['answer'][]): Behaviour => {
  let count = 0;
  const steps = answers.map((answer) => answer);
  return {
    answer: async (response, request) => {
      const step = steps[Math.min(count, steps.length - 1)];
      count += 1;
      await step?.(response, request);
    },
  };
};

/** Replies with a message of another kind than a search. */
export const replyWith =
  (action: string, members: (request: ReceivedRequest) => JsonObject, header: JsonObject = {}) =>
  (parts: ReplyParts, request: ReceivedRequest): ReplyParts => ({
    header: { ...parts.header, action, ...header },
    message: {
      transaction_id: request.message.transaction_id,
      correlation_id: 'c-1',
      ...members(request),
    },
  });
