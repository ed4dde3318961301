import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type Clock,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  readJson,
  readJwks,
  type SignatureSchemeName,
  type VerificationKey,
  verifyEnvelope,
} from 'dci-core';
import type { Host } from 'dci-host';
import { testCrypto } from '../server.fixtures.ts';

/** One message that a {@link TestReceiver} got, complete. */
export interface ReceivedDelivery {
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly header: JsonObject;
  readonly message: JsonObject;
  readonly messageId: string;
  /** SHA-256 of header and message without the signature, which is another on every attempt. */
  readonly contentDigest: string;
  readonly signature: string;
  /** Whether the signature verifies with a key that the host publishes at this moment. */
  readonly isVerified: boolean;
  /** What it was answered; absent when the connection was reset. */
  readonly status?: number;
}

/** How a {@link TestReceiver} answers one delivery. */
export interface ReceiverBehaviour {
  /** Default 202. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: an acknowledgement. */
  readonly body?: string;
  /** The answer waits for this. */
  readonly after?: Promise<unknown>;
  /** The connection is closed instead of an answer. */
  readonly reset?: boolean;
}

/** Decides how a delivery is answered; `attempt` counts the deliveries of its message id, from 1. */
export type ReceiverRule = (delivery: Omit<ReceivedDelivery, 'status'>, attempt: number) => ReceiverBehaviour;

/** How a {@link TestReceiver} is made. */
export interface TestReceiverOptions {
  /** The keys that the host publishes now: {@link keysOfHost} or {@link keysAt}. */
  readonly keys: () => Promise<readonly VerificationKey[]>;
  /** `sender_id` of the host. */
  readonly senderId: string;
  readonly clock: Clock;
  /** Default: `dci`. */
  readonly schemes?: readonly SignatureSchemeName[];
  /** Default: everything is acknowledged. */
  readonly rule?: ReceiverRule;
}

/** A party that receives callbacks and notifications over loopback HTTP. */
export interface TestReceiver extends AsyncDisposable {
  /** Without a path: `http://127.0.0.1:12345`. */
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly ledger: readonly ReceivedDelivery[];
  /** The distinct message ids that were answered with 2xx, in the order of their first success. */
  readonly accepted: readonly string[];
  /** Changes how it answers from now on. */
  answer(rule: ReceiverRule | ReceiverBehaviour): void;
  /** @returns resolves once as many deliveries have arrived, answered or not */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a receiver.
 *
 * @param options - the host that it expects, and how it answers
 * @returns the receiver, listening
 */
export async function startReceiver(options: TestReceiverOptions): Promise<TestReceiver> {
  const ledger: ReceivedDelivery[] = [];
  const attempts = new Map<string, number>();
  const accepted = new Set<string>();
  const sockets = new Set<Socket>();
  let rule: ReceiverRule = options.rule ?? (() => ({}));
  let seen = 0;
  let watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const delivery = await readDelivery(request, options);
    const attempt = (attempts.get(delivery.messageId) ?? 0) + 1;
    attempts.set(delivery.messageId, attempt);
    const behaviour = rule(delivery, attempt);
    const { status = 202, headers = {}, body = acknowledgement, after, reset = false } = behaviour;
    const position = ledger.push(reset ? delivery : { ...delivery, status }) - 1;
    seen += 1;
    for (const watcher of watchers.filter(({ count }) => count <= seen)) watcher.resolve();
    watchers = watchers.filter(({ count }) => count > seen);
    await after;
    if (reset) {
      request.socket.destroy();
      return;
    }
    if (status >= 200 && status < 300 && ledger[position] !== undefined) accepted.add(delivery.messageId);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    url: `http://127.0.0.1:${port}`,
    ledger,
    get accepted() {
      return [...accepted];
    },
    answer: (next) => {
      rule = typeof next === 'function' ? next : () => next;
    },
    arrived: (count) =>
      count <= seen ? Promise.resolve() : new Promise((resolve) => watchers.push({ count, resolve })),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** @returns the keys that a host in this process publishes, read anew each time */
export function keysOfHost(host: Pick<Host, 'context'>): () => Promise<readonly VerificationKey[]> {
  return async () =>
    (await host.context.keys.published()).map(({ keyId, publicKey }) => ({ keyId, publicKey, state: 'active' }));
}

/**
 * @param url - a host's own address
 * @param senderId - its sender id
 * @returns the keys of its JWKS, fetched anew each time
 */
export function keysAt(url: string, senderId: string): () => Promise<readonly VerificationKey[]> {
  return async () => {
    const response = await fetch(`${url}/.well-known/jwks.json`);
    return readJwks(await response.text(), { senderId });
  };
}

/**
 * A rule that refuses a part of all deliveries, the same ones in every run: by a hash of message id and attempt.
 *
 * @param rate - from 0 to 1
 * @param behaviour - how those are answered; default: 503
 * @returns the rule
 */
export function failingAt(rate: number, behaviour: ReceiverBehaviour = { status: 503 }): ReceiverRule {
  return ({ messageId }, attempt) => {
    const [first = 0, second = 0] = createHash('sha256').update(`${messageId} ${attempt}`).digest();
    return (first * 256 + second) / 65_536 < rate ? behaviour : {};
  };
}

const acknowledgement = '{"message":{"ack_status":"ACK","timestamp":"2026-04-22T10:30:00Z","correlation_id":"1"}}';

async function readDelivery(
  request: IncomingMessage,
  { keys, senderId, clock, schemes = ['dci'] }: TestReceiverOptions,
): Promise<Omit<ReceivedDelivery, 'status'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const document = readJson(text);
  const envelope = objectOf(document.value);
  const header = objectOf(envelope.header);
  const content = `${document.canonicalMember('header') ?? ''}${document.canonicalMember('message') ?? ''}`;
  const verification = await verifyEnvelope({
    document,
    keys: await keys(),
    senderId,
    schemes,
    crypto: testCrypto,
    clock,
  });
  return {
    path: request.url ?? '',
    headers: request.headers,
    text,
    header,
    message: objectOf(envelope.message),
    messageId: String(header.message_id),
    contentDigest: createHash('sha256').update(content).digest('hex'),
    signature: String(envelope.signature),
    isVerified: verification.valid,
  };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
