import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Clock } from 'dci-core';
import { listening } from '../listening.fixtures.ts';

/** A request of a token as it arrived. */
export interface ReceivedTokenRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** A token endpoint over real HTTP on a port of its own. */
export interface TestTokenEndpoint {
  readonly url: string;
  readonly requests: ReceivedTokenRequest[];
  /** Requests whose connection the client closed before the answer. */
  readonly brokenOff: number;
  /** Answers all further requests. */
  answer(answer: (response: ServerResponse, request: ReceivedTokenRequest) => void | Promise<void>): void;
  stop(): Promise<void>;
}

/** Writes JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Starts an endpoint that grants `token-1`, `token-2` and so on, each for an hour. */
export async function startTokenEndpoint(): Promise<TestTokenEndpoint> {
  const requests: ReceivedTokenRequest[] = [];
  let brokenOff = 0;
  let answer: (response: ServerResponse, request: ReceivedTokenRequest) => void | Promise<void> = (response) =>
    sendJson(response, 200, { access_token: `token-${requests.length}`, token_type: 'Bearer', expires_in: 3600 });

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received: ReceivedTokenRequest = {
      method: request.method ?? '',
      url: new URL(request.url ?? '', 'http://token.example'),
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
      body: await text(request),
    };
    response.on('close', () => {
      if (!response.writableFinished) brokenOff += 1;
    });
    requests.push(received);
    await answer(response, received);
  };
  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  const { origin, stop } = await listening(server);
  return {
    url: `${origin}/token`,
    requests,
    get brokenOff() {
      return brokenOff;
    },
    answer(next) {
      answer = next;
    },
    stop,
  };
}

/** A clock that tests move. */
export function movableClock(): Clock & { pass(seconds: number): void } {
  let now = 1_800_000_000_000;
  return {
    now: () => now,
    pass(seconds) {
      now += seconds * 1000;
    },
  };
}

/** A signal that never ends anything. */
export const unaborted = new AbortController().signal;
