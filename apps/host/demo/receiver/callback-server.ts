import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ackReply, DciError, errorReply, formatTimestamp, type JsonObject } from 'dci-core';
import type { Inbox } from './inbox.ts';
import type { DemoParty } from './party.ts';
import { readVerified } from './verified-envelope.ts';

/** A small server on the loopback address to which the demo host sends callbacks and notifications. */
export interface CallbackServer {
  /** What requests name as `sender_uri`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What {@link startCallbackServer} works with. */
export interface CallbackServerOptions {
  readonly party: DemoParty;
  /** Gets what was verified and belongs to a transaction of ours. */
  readonly inbox: Inbox;
  /** Told of what was refused. */
  readonly onRefused: (path: string, error: DciError) => void;
}

/** Larger than any notification of the host. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const base = '/callback/';
const actions = ['on-search', 'on-subscribe', 'on-unsubscribe', 'notify'];

/**
 * Starts the server on a free port. A message is refused unless it is signed by the demo host and addressed to us; one of
 * an unknown transaction is answered `NACK` (protocol.md section 6).
 *
 * @param options - party and inbox
 * @returns the running server
 */
export async function startCallbackServer(options: CallbackServerOptions): Promise<CallbackServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    receive(request, path, options).then(
      (reply) => answer(response, 200, reply),
      (thrown: unknown) => {
        const error = thrown instanceof DciError ? thrown : new DciError('err.internal', 'the receiver failed');
        options.onRefused(path, error);
        answer(response, error.status, errorReply(error, frameOf(options.party)));
      },
    );
  });
  const failed = Promise.withResolvers<never>();
  server.once('error', failed.reject);
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await Promise.race([listening.promise, failed.promise]);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base.slice(0, -1)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(
  request: IncomingMessage,
  path: string,
  { party, inbox }: CallbackServerOptions,
): Promise<JsonObject> {
  const action = path.startsWith(base) ? path.slice(base.length) : '';
  if (request.method !== 'POST' || !actions.includes(action)) {
    throw new DciError('err.request.not_found', 'nothing is received here');
  }
  const { header, message, signer } = await readVerified(await readBody(request), party);
  if (header.action !== action) {
    throw new DciError('rjct.action.invalid', 'the action does not fit the path', { path: 'header.action' });
  }
  const { transaction_id: transactionId } = message;
  if (typeof transactionId !== 'string' || !inbox.expects(transactionId)) return ackReply('NACK', frameOf(party));
  inbox.put({ action, transactionId, header, message, signer });
  const { correlation_id: correlationId } = message;
  const frame = frameOf(party);
  return ackReply('ACK', typeof correlationId === 'string' ? { ...frame, correlationId } : frame);
}

function frameOf({ clock, random }: DemoParty): { readonly timestamp: string; readonly correlationId: string } {
  return { timestamp: formatTimestamp(clock.now()), correlationId: random.uuid() };
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    // Read to the end, so that the sender gets the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  if (size > MAX_BODY_BYTES) throw new DciError('err.request.bad', 'the message is too large', { status: 413 });
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, reply: JsonObject): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(reply));
}
