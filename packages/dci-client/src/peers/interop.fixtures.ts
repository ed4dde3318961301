import * as nodeCrypto from 'node:crypto';
import { createServer } from 'node:http';
import {
  createNodeCryptoProvider,
  createRandom,
  type DecryptionKey,
  encryptionKeyOf,
  generateEncryptionKey,
  generateKey,
  type Logger,
  publicKeyOf,
  type SignatureAlgorithm,
  systemClock,
  toJwks,
} from 'dci-core';
import { type CallbackSource, callbackSource } from '../callbacks/callback-source.ts';
import { type CallbackStores, createMemoryCallbackStores } from '../callbacks/memory/memory-stores.ts';
import { createCallbackReceiver } from '../callbacks/receive/create-receiver.ts';
import { callbackListener } from '../callbacks/serve/node-listener.ts';
import type { CallbackWorkRequest } from '../callbacks/work-request.ts';
import { createClient } from '../client.ts';
import type { DataSource } from '../data-source.ts';
import type { DciClient } from '../dci-client.ts';
import { listening } from '../listening.fixtures.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);
const random = createRandom(nodeCrypto.webcrypto);

/** Our own side: keys, their publication, the address of callbacks, and the receiver behind it. */
export interface Caller {
  readonly origin: string;
  /** Our key for signatures as peers register it. */
  readonly publicJwk: nodeCrypto.JsonWebKey;
  /** Our key for encryption as peers register it; only where one was asked for. */
  readonly encryptionJwk: nodeCrypto.JsonWebKey | undefined;
  readonly stores: CallbackStores;
  /** What follows from callbacks: a host makes jobs of it. */
  readonly work: CallbackWorkRequest[];
  /** Every line that the receiver logged, as JSON. */
  readonly log: string[];
  /** Makes a client of a peer, and lets the peer call back. */
  connect(peer: PeerConnection): DciClient;
  stop(): Promise<void>;
}

/** What is particular to a peer. */
export type PeerConnection = Omit<DataSource, 'senderId' | 'key' | 'keyId' | 'callbacks'>;

/** How our side is set up. */
export interface CallerOptions {
  /** Absent: our own address, as OpenCRVS wants it. */
  readonly senderId?: string;
  readonly algorithm: SignatureAlgorithm;
  readonly encrypts?: boolean;
}

const KEY_ID = 'key1';

/** The ports of every client of the tests. */
export const ports = { crypto, random, clock: systemClock, fetch: globalThis.fetch };

function loggerInto(log: string[]): Logger {
  const write = (...line: readonly unknown[]): void => {
    log.push(JSON.stringify(line));
  };
  return { debug: write, info: write, warn: write, error: write, child: () => loggerInto(log) };
}

/** Starts our side. */
export async function startCaller({ senderId: named, algorithm, encrypts = false }: CallerOptions): Promise<Caller> {
  const key = await generateKey(algorithm, { random, modulusLength: 2048 });
  const encryption = encrypts
    ? await generateEncryptionKey('RSA-OAEP-256', { random, modulusLength: 2048 })
    : undefined;
  const work: CallbackWorkRequest[] = [];
  const log: string[] = [];
  const stores = createMemoryCallbackStores({ requested: (request) => work.push(request) });
  const sources = new Map<string, CallbackSource>();
  const receiver = createCallbackReceiver({
    ...{ ...stores, crypto, random, clock: systemClock },
    sources: () => [...sources.values()],
    logger: loggerInto(log),
  });

  const listener = callbackListener(receiver);
  const server = createServer((request, response) => {
    if (request.url !== '/.well-known/jwks.json') {
      listener(request, response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(jwks()));
  });
  const { origin, stop } = await listening(server);
  const senderId = named ?? origin;
  const decryptionKeys: readonly DecryptionKey[] =
    encryption === undefined ? [] : [{ senderId, keyId: 'enc1', privateKey: encryption }];
  const jwks = () =>
    toJwks(
      [{ senderId, keyId: KEY_ID, publicKey: publicKeyOf(key) }],
      decryptionKeys.map(({ keyId, privateKey }) => ({ senderId, keyId, publicKey: encryptionKeyOf(privateKey) })),
    );

  const publishedEncryptionKey = (): nodeCrypto.JsonWebKey | undefined => {
    const found = jwks().keys.find((jwk) => 'use' in jwk && jwk.use === 'enc');
    return found && { ...found };
  };

  return {
    origin,
    publicJwk: { ...publicKeyOf(key).jwk },
    encryptionJwk: publishedEncryptionKey(),
    stores,
    work,
    log,
    connect(peer) {
      const { transactions, subscriptions } = stores;
      const source: DataSource = {
        ...peer,
        ...{ senderId, key, keyId: KEY_ID },
        ...(decryptionKeys.length > 0 && { decryptionKeys: async () => decryptionKeys }),
        callbacks: { base: `${origin}/dci/registry`, transactions, subscriptions },
      };
      const code = peer.code ?? peer.registry.name;
      sources.set(code, callbackSource(source, { ...ports }));
      return createClient({ ...source, ...ports });
    },
    stop,
  };
}

/** Waits for an answer by callback no longer than a test may take. */
export const soon = (): { readonly signal: AbortSignal } => ({ signal: AbortSignal.timeout(5_000) });

/** Everything that is iterated. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
