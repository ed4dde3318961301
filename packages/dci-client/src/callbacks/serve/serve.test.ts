import { Buffer } from 'node:buffer';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { isJsonObject, type JsonObject, readJson } from 'dci-core';
import { afterEach, describe, expect, it } from 'vitest';
import { canary, createWorld, messages, signed, TOKEN, type World } from '../callback-world.fixtures.ts';
import type { ServeOptions } from './answer-request.ts';
import { callbackFetchHandler } from './fetch-handler.ts';
import { callbackListener } from './node-listener.ts';

const limits = { maxBytes: 4_096, maxResultBytes: 16_384 };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** A framework of the Fetch kind: makes a `Request` of what comes in. */
function fetchListener(world: World, options: ServeOptions): Listener {
  const handle = callbackFetchHandler(world.receiver, options);
  return (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const request = new Request(`http://host${url}`, {
      method,
      headers: new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])),
      ...(hasBody && {
        body: Readable.toWeb(incoming) as ReadableStream<Uint8Array<ArrayBuffer>>,
        duplex: 'half' as const,
      }),
    });
    void handle(request).then(async (response) => {
      outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), connection: 'close' });
      outgoing.end(await response.text());
    });
  };
}

const kinds: readonly (readonly [string, (world: World, options: ServeOptions) => Listener])[] = [
  ['a framework of the Fetch kind', fetchListener],
  ['node:http', (world, options) => callbackListener(world.receiver, options)],
];

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: JsonObject;
}

describe.each(kinds)('callbacks over HTTP behind %s', (_name, listener) => {
  async function start(options: ServeOptions = {}): Promise<World & { readonly port: number }> {
    const world = createWorld({ limits });
    await world.open();
    const server = createServer(listener(world, options));
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return { ...world, port: (server.address() as AddressInfo).port };
  }

  const send = (
    port: number,
    path: string,
    body: string | readonly Uint8Array[],
    headers: Record<string, string> = {},
    method = 'POST',
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        ...{ port, path, method },
        host: '127.0.0.1',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const { value } = readJson(Buffer.concat(chunks));
          const answer = { status: incoming.statusCode ?? 0, headers: incoming.headers };
          resolve({ ...answer, body: isJsonObject(value) ? value : {} });
        });
      });
      if (typeof body === 'string') outgoing.end(body);
      else {
        for (const part of body) outgoing.write(part);
        outgoing.end();
      }
    });

  it('are received wherever the paths lie, with a query or a slash at the end', async () => {
    const world = await start();
    for (const path of ['/on-search', '/dci/registry/on-search', '/a/b/on-search/?x=1']) {
      const answer = await send(world.port, path, await signed('on-search', { header: { message_id: 'm1' } }));
      expect(answer.status).toBe(202);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.body).toMatchObject({ message: { ack_status: 'ACK' } });
    }
    const status = await send(world.port, '/registry/txn/on-status', await signed('txn/on-status'));
    expect([status.status, status.body]).toMatchObject([200, { message: { ack_status: 'NACK' } }]);
    expect((await world.transactions.find('t-search'))?.callbacks).toHaveLength(1);
  });

  it('come from OpenCRVS without content type', async () => {
    const { port } = await start();
    const body = await signed('on-search');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        const head = `POST /on-search HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\n`;
        socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      });
      let text = '';
      socket.setEncoding('utf8').on('data', (part) => {
        text += String(part);
      });
      socket.on('error', reject).on('end', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
  });

  it.each([
    ['another path', '/registry/search', 'POST', 404, 'err.request.not_found'],
    ['a part of a name', '/x-on-search', 'POST', 404, 'err.request.not_found'],
    ['GET', '/on-search', 'GET', 405, 'err.request.bad'],
    ['PUT', '/on-search', 'PUT', 405, 'err.request.bad'],
  ])('are nothing else: %s is refused', async (_case, path, method, status, code) => {
    const world = await start();
    const answer = await send(world.port, path, method === 'GET' ? '' : await signed('on-search'), {}, method);
    expect([answer.status, answer.body]).toMatchObject([
      status,
      { errors: [{ code }], message: { ack_status: 'ERR' } },
    ]);
    expect(answer.headers.allow).toBe(status === 405 ? 'POST' : undefined);
    expect((await world.transactions.find('t-search'))?.callbacks).toEqual([]);
  });

  it.each([
    ['another content type', { 'content-type': 'text/plain' }, 415],
    ['a content coding', { 'content-encoding': 'gzip' }, 415],
    ['no token', { authorization: '' }, 401],
  ])('with %s are refused', async (_case, headers, status) => {
    const { port } = await start();
    expect((await send(port, '/on-search', await signed('on-search'), headers)).status).toBe(status);
  });

  it('that are too large are refused while they come, each kind by its limit', async () => {
    const world = await start();
    const message = { ...messages['on-search'], padding: 'x'.repeat(12_000) };
    expect((await send(world.port, '/on-search', await signed('on-search', { message }))).status).toBe(202);
    const large = await signed('notify', { message: { ...messages.notify, padding: 'x'.repeat(6_000) } });
    expect((await send(world.port, '/notify', large)).status).toBe(413);
    // Chunked: no length is announced.
    const parts = Array.from({ length: 40 }, () => Buffer.alloc(1_024, 0x20));
    const answer = await send(world.port, '/on-search', parts, { 'transfer-encoding': 'chunked' });
    expect([answer.status, answer.body]).toMatchObject([413, { errors: [{ code: 'err.request.bad' }] }]);
  });

  const raw = (port: number, text: string, end: boolean): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(text);
        if (end) socket.destroySoon();
      });
      let received = '';
      socket.setEncoding('utf8').on('data', (part) => {
        received += String(part);
      });
      socket.on('error', () => {}).on('close', () => resolve(received));
    });

  it('that drip are cut off, and those that break off leave nothing behind', async () => {
    const world = await start({ bodyTimeoutMs: 40 });
    const body = await signed('on-search');
    const head = `POST /on-search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${TOKEN}\r\n`;
    const announced = `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, -10)}`;
    expect(await raw(world.port, announced, false)).toMatch(/^HTTP\/1\.1 408 [\s\S]*err\.request\.timeout/);
    await raw(world.port, announced, true);
    expect((await world.transactions.find('t-search'))?.callbacks).toEqual([]);
    expect((await send(world.port, '/on-search', body)).status).toBe(202);
    expect(world.logger.text()).not.toContain(canary);
  });
});
