import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isJsonObject, type JsonObject, readJson } from 'dci-core';
import { acknowledgement } from './ledger.fixtures.ts';

/** What a call came to at the receiver. */
export const treatments = [
  'accepted',
  /** Accepted, after some time. */
  'slow',
  'error_500',
  'busy_503',
  /** To a listener that nothing may be sent to. */
  'redirected',
  'reset_before_reading',
  /** Read, and nothing done. */
  'reset_unprocessed',
  /** Done, but the host cannot know. */
  'reset_processed',
  /** Done, but the answer never comes. */
  'stalled_processed',
] as const;

/** One of {@link treatments}. */
export type Treatment = (typeof treatments)[number];

/** A call as the receiver wrote it down. */
export interface Attempt {
  /** The part of the path that names the transaction. */
  readonly name: string;
  readonly treatment: Treatment;
  /** Milliseconds since 1970 at which its headers were there. */
  readonly at: number;
  /** Absent when it was not read. */
  readonly letter?: Letter;
}

/** A message that was read. */
export interface Letter {
  readonly text: string;
  readonly header: JsonObject;
  readonly message: JsonObject;
  readonly messageId: string;
  /** SHA-256 of header and message, without the signature. */
  readonly content: string;
}

/** A receiver that fails half of its calls. */
export interface FlakyReceiver extends AsyncDisposable {
  /** @returns `sender_uri` of the transaction of this name */
  addressOf(name: string): string;
  /** All calls, in the order in which they came. */
  readonly attempts: readonly Attempt[];
  /** Message ids that the host was told are accepted: by a reply that was sent in full. */
  readonly confirmed: ReadonlySet<string>;
  /** Connections at the two listeners that redirects point to. */
  redirected(): number;
  /** Resolves once as many messages are confirmed. */
  until(confirmed: number, milliseconds: number): Promise<void>;
}

/** Parts of all calls; the rest is accepted at once. */
const rates: readonly (readonly [Treatment, number])[] = [
  ['error_500', 0.17],
  ['busy_503', 0.03],
  ['redirected', 0.1],
  ['reset_before_reading', 0.07],
  ['reset_unprocessed', 0.06],
  ['reset_processed', 0.07],
  ['slow', 0.1],
];

const redirectStatuses = [301, 302, 303, 307, 308] as const;

/**
 * Starts a receiver that treats the same call in the same way in every run: by a hash of seed, transaction and number of
 * the call. The first call of a few transactions is never answered.
 *
 * @param seed - of the draws
 * @param stalled - names of the transactions whose first call gets no answer
 * @returns the receiver, listening
 */
export async function startFlakyReceiver(seed: string, stalled: ReadonlySet<string>): Promise<FlakyReceiver> {
  const attempts: Attempt[] = [];
  const calls = new Map<string, number>();
  const confirmed = new Set<string>();
  const watchers = new Set<() => void>();
  let redirected = 0;
  const refuse = (socket: Socket): void => {
    redirected += 1;
    socket.destroy();
  };
  const targets = [await listen(createServer(), '127.0.0.1'), await listen(createServer(), '127.0.0.2')];
  for (const { server } of targets) server.on('connection', refuse);

  const draw = (name: string, call: number): { readonly treatment: Treatment; readonly number: number } => {
    const hash = createHash('sha256').update(`${seed} ${name} ${call}`).digest();
    const number = hash.readUInt32BE(4);
    if (call === 1 && stalled.has(name)) return { treatment: 'stalled_processed', number };
    let rest = hash.readUInt32BE(0) / 2 ** 32;
    for (const [treatment, rate] of rates) {
      if (rest < rate) return { treatment, number };
      rest -= rate;
    }
    return { treatment: 'accepted', number };
  };

  const confirm = (response: ServerResponse, letter: Letter): void => {
    response.once('finish', () => {
      confirmed.add(letter.messageId);
      for (const watch of watchers) watch();
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(acknowledgement());
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now();
    const name = request.url?.split('/')[1] ?? '';
    const call = (calls.get(name) ?? 0) + 1;
    calls.set(name, call);
    const { treatment, number } = draw(name, call);
    if (treatment === 'reset_before_reading') {
      attempts.push({ name, treatment, at });
      request.socket.resetAndDestroy();
      return;
    }
    // Written down before its body is awaited, so that the list is in the order of arrival.
    const position = attempts.push({ name, treatment, at }) - 1;
    const letter = await readLetter(request);
    attempts[position] = { name, treatment, at, letter };
    switch (treatment) {
      case 'accepted':
        confirm(response, letter);
        break;
      case 'slow':
        setTimeout(() => confirm(response, letter), 50 + (number % 350));
        break;
      case 'error_500':
        response.writeHead(500, { 'content-type': 'text/plain' }).end('internal error');
        break;
      case 'busy_503':
        response.writeHead(503, { 'retry-after': '1' }).end();
        break;
      case 'redirected': {
        const location = `${targets[number % targets.length]?.url ?? ''}${request.url}`;
        response.writeHead(redirectStatuses[number % redirectStatuses.length] ?? 307, { location }).end();
        break;
      }
      case 'reset_unprocessed':
      case 'reset_processed':
        request.socket.resetAndDestroy();
        break;
      case 'stalled_processed':
    }
  };

  const main = await listen(
    createServer((request, response) => {
      handle(request, response).catch(() => request.socket.destroy());
    }),
    '127.0.0.1',
  );
  return {
    addressOf: (name) => `${main.url}/${name}/registry`,
    attempts,
    confirmed,
    redirected: () => redirected,
    until: (count, milliseconds) =>
      new Promise((resolve, reject) => {
        const end = (finish: () => void): void => {
          clearTimeout(timer);
          watchers.delete(watch);
          finish();
        };
        const watch = (): void => {
          if (confirmed.size >= count) end(resolve);
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`${confirmed.size} of ${count} messages within ${milliseconds} ms`))),
          milliseconds,
        );
        watchers.add(watch);
        watch();
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([main, ...targets].map(({ server }) => close(server)));
    },
  };
}

async function listen(server: Server, address: string): Promise<{ readonly server: Server; readonly url: string }> {
  server.listen(0, address);
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the receiver has no port');
  return { server, url: `http://${address}:${bound.port}` };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function readLetter(request: IncomingMessage): Promise<Letter> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const document = readJson(text);
  const { value } = document;
  if (!isJsonObject(value) || !isJsonObject(value.header) || !isJsonObject(value.message)) {
    throw new Error('what arrived is no envelope');
  }
  const { header, message } = value;
  const parts = `${document.canonicalMember('header') ?? ''}${document.canonicalMember('message') ?? ''}`;
  return {
    text,
    header,
    message,
    messageId: String(header.message_id),
    content: createHash('sha256').update(parts).digest('hex'),
  };
}
