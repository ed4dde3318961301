import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { listening } from '../listening.fixtures.ts';

/** A request as it came over HTTP. */
export interface PeerRequest {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What a peer answers. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  /** What the peer does once the answer is out: callbacks. */
  readonly after?: () => Promise<void>;
}

/** A callback that the peer sent, and what it was told. */
export interface SentCallback {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly answer: string;
}

/** Kinds of mistakes that a real peer of the family lets pass, and that a good client must not make. */
export type PeerFault =
  /** A query that this family ignores, so that it returns everybody. */
  | 'unfiltered'
  /** An attribute or operator that the family does not have. */
  | 'unknown_name'
  /** A path or method that the family does not have. */
  | 'unknown_path'
  /** A message without signature, where the family accepts one. */
  | 'unsigned'
  /** A call without a content type, or with another one than JSON. */
  | 'content_type';

/** All that came in and went out. */
export interface Ledger {
  readonly requests: (PeerRequest & { readonly status: number })[];
  readonly callbacks: SentCallback[];
  /** Must be empty after the calls of a good client. */
  readonly faults: { readonly fault: PeerFault; readonly detail: string }[];
}

/** An HTTP server of a peer. */
export interface PeerServer {
  readonly origin: string;
  readonly ledger: Ledger;
  /** Answers the next request in place of the peer. */
  answerNext(answer: PeerAnswer): void;
  /** Answers every request in place of the peer, while it does some work. */
  answerWhile<T>(answer: PeerAnswer, work: () => Promise<T>): Promise<T>;
  /** Resolves when every callback is sent that the requests so far lead to. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** An answer in JSON. */
export const json = (status: number, value: unknown, after?: PeerAnswer['after']): PeerAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: typeof value === 'string' ? value : JSON.stringify(value),
  ...(after !== undefined && { after }),
});

/** The answer to a path that the family does not have. */
export function noSuchPath({ method, path }: PeerRequest, ledger: Ledger): PeerAnswer {
  ledger.faults.push({ fault: 'unknown_path', detail: `${method} ${path}` });
  return json(404, { detail: 'Not Found' });
}

/** Starts a server on a port of its own. */
export async function startPeerServer(
  handle: (request: PeerRequest, ledger: Ledger) => Promise<PeerAnswer> | PeerAnswer,
): Promise<PeerServer> {
  const ledger: Ledger = { requests: [], callbacks: [], faults: [] };
  const instead: PeerAnswer[] = [];
  let always: PeerAnswer | undefined;
  const work = new Set<Promise<void>>();

  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://peer.invalid');
    const request: PeerRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      text: await readText(incoming),
    };
    const isMessage = request.method === 'POST' && !request.path.endsWith('/token');
    if (isMessage && !/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
      ledger.faults.push({ fault: 'content_type', detail: request.path });
    }
    const answer = await answerOf(request);
    ledger.requests.push({ ...request, status: answer.status });
    response.writeHead(answer.status, answer.headers);
    response.end(answer.text);
    if (answer.after === undefined) return;
    const afterwards: Promise<void> = answer.after().finally(() => work.delete(afterwards));
    work.add(afterwards);
  });

  const answerOf = async (request: PeerRequest): Promise<PeerAnswer> => {
    const replaced = request.method === 'POST' ? (always ?? instead.shift()) : undefined;
    if (replaced !== undefined) return replaced;
    try {
      return await handle(request, ledger);
    } catch (error) {
      return { status: 500, headers: { 'content-type': 'text/plain' }, text: String(error) };
    }
  };

  const { origin, stop } = await listening(server);

  return {
    origin,
    ledger,
    answerNext(answer) {
      instead.push(answer);
    },
    async answerWhile(answer, work) {
      always = answer;
      try {
        return await work();
      } finally {
        always = undefined;
      }
    },
    async settled() {
      while (work.size > 0) await Promise.all(work);
    },
    stop,
  };
}

/** Sends a callback and notes it; nothing is tried again. */
export async function sendCallback(
  ledger: Ledger,
  url: string,
  text: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<SentCallback> {
  // Bytes have no content type of their own, which a text would be given.
  const body = new TextEncoder().encode(text);
  const sent = await fetch(url, { method: 'POST', headers, body }).then(
    async (response) => ({ status: response.status, answer: await response.text() }),
    (error: unknown) => ({ status: 0, answer: String(error) }),
  );
  const callback: SentCallback = { url, headers, text, ...sent };
  ledger.callbacks.push(callback);
  return callback;
}
