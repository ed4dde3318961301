import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { recordedEgress, refusalOf, serve, serveHttp, type TestServer } from './egress.fixtures.ts';
import type { EgressRequest } from './egress.ts';

const local = { allowHttp: true, allowInternal: true };
const textOf = (body: Uint8Array): string => Buffer.from(body).toString();

/** A server that writes bytes as they are to whoever sends something. */
const serveBytes = (write: (socket: net.Socket) => void): Promise<TestServer> =>
  serve(net.createServer((socket) => socket.once('data', () => write(socket))));

const refused = async (server: TestServer, request: Partial<EgressRequest> = {}) =>
  (await refusalOf(recordedEgress(local).egress.send({ url: `${server.url}/`, ...request }))).fault;

describe('a request', () => {
  test('arrives with its method, path, headers and body, and asks for no coding', async () => {
    await using server = await serveHttp((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        response.setHeader('set-cookie', ['a=1', 'b=2']).setHeader('X-Seen', 'yes');
        response.writeHead(202).end(JSON.stringify({ method, url, headers, body }));
      });
    });
    const { egress } = recordedEgress(local);
    const reply = await egress.send({
      url: `${server.url}/on-search?x=%20y#part`,
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        authorization: 'Bearer abc',
        host: 'internal.example',
        'Accept-Encoding': 'gzip',
        'transfer-encoding': 'chunked',
        'Proxy-Authorization': 'Basic x',
        connection: 'upgrade',
      },
      body: '{"ä":1}',
    });
    expect(reply.status).toBe(202);
    expect(reply.headers).toMatchObject({ 'x-seen': 'yes', 'set-cookie': 'a=1, b=2' });
    expect(JSON.parse(textOf(reply.body))).toEqual({
      method: 'POST',
      url: '/on-search?x=%20y',
      body: '{"ä":1}',
      headers: {
        host: `127.0.0.1:${server.port}`,
        'user-agent': 'dci-host',
        'content-type': 'application/json',
        authorization: 'Bearer abc',
        'accept-encoding': 'identity',
        'content-length': '8',
        connection: 'keep-alive',
      },
    });
  });

  test.each([
    'http://localhost:{port}/',
    'http://localhost.:{port}/',
    'http://registry.example.:{port}/',
    'http://REGISTRY.example:{port}/',
  ])('reaches %s', async (url) => {
    const names: string[] = [];
    await using server = await serveHttp((request, response) => response.end(request.headers.host));
    const { egress } = recordedEgress({
      ...local,
      resolver: async (name) => {
        names.push(name);
        return ['127.0.0.1'];
      },
    });
    const reply = await egress.send({ url: url.replace('{port}', String(server.port)) });
    const name = url.includes('localhost') ? 'localhost' : 'registry.example';
    expect([textOf(reply.body), names]).toEqual([`${name}:${server.port}`, [name]]);
  });

  test('goes to a network that the operator permits, not to one beside it', async () => {
    const { egress } = recordedEgress({ allowedNetworks: ['10.20.0.0/16'] });
    expect(() => egress.checkUrl('https://10.20.1.1/on-search')).not.toThrow();
    expect(() => egress.checkUrl('https://10.21.1.1/on-search')).toThrow('sends to');
    expect(() => egress.checkUrl('https://127.0.0.1/on-search')).toThrow('sends to');
    expect(() => egress.checkUrl('https://localhost/on-search')).toThrow('sends to');
  });

  test('tries the next address when one cannot be reached', async () => {
    await using server = await serveHttp((_request, response) => response.end('here'));
    const { egress, attempts } = recordedEgress({ ...local, resolver: async () => ['127.0.0.3', '127.0.0.1'] });
    const reply = await egress.send({ url: `http://registry.example:${server.port}/` });
    expect([textOf(reply.body), attempts.at(-1)]).toEqual(['here', `127.0.0.1 ${server.port}`]);
  });

  test('with a header that cannot be sent is not made', async () => {
    await using server = await serveHttp((_request, response) => response.end());
    const { egress } = recordedEgress(local);
    const request = egress.send({ url: server.url, headers: { authorization: 'Bearer a\r\nx: y' } });
    expect(await refusalOf(request)).toEqual({
      code: 'err.request.bad',
      fault: undefined,
      message: 'a header of the request to a peer cannot be sent',
    });
    expect(server.connections()).toBe(0);
  });
});

describe('a reply', () => {
  test.each([301, 302, 303, 307, 308])('%i is returned, and its target never asked', async (status) => {
    await using internal = await serveHttp((_request, response) => response.end('internal'));
    await using server = await serveHttp((_request, response) =>
      response.writeHead(status, { location: internal.url }).end(),
    );
    const reply = await recordedEgress(local).egress.send({ url: server.url });
    expect([reply.status, reply.headers.location, internal.connections()]).toEqual([status, internal.url, 0]);
  });

  test.each([200, 204, 304, 410, 500, 503])('of status %i is returned', async (status) => {
    await using server = await serveHttp((_request, response) => response.writeHead(status).end());
    expect((await recordedEgress(local).egress.send({ url: server.url })).status).toBe(status);
  });

  test('as large as permitted is read, one byte more is not', async () => {
    await using server = await serveHttp((request, response) => {
      response.write('x'.repeat(1000));
      response.end('x'.repeat(Number(request.url?.slice(1))));
    });
    const { egress } = recordedEgress(local);
    const reply = await egress.send({ url: `${server.url}/24`, maxReplyBytes: 1024 });
    expect(reply.body.byteLength).toBe(1024);
    expect((await refusalOf(egress.send({ url: `${server.url}/25`, maxReplyBytes: 1024 }))).fault).toBe(
      'reply_too_large',
    );
  });

  test('without an end is given up at 64 KiB', async () => {
    let sent = 0;
    await using server = await serveHttp((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) sent += 16_384;
        response.once('drain', more);
      };
      more();
    });
    expect(await refused(server)).toBe('reply_too_large');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test('that promises a gigabyte is not read', async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(200, { 'content-length': '1000000000' }).write('x');
    });
    expect(await refused(server)).toBe('reply_too_large');
  });

  test('with too many headers is too large', async () => {
    await using server = await serveBytes((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`);
    });
    expect(await refused(server)).toBe('reply_too_large');
  });

  test.each(['gzip', 'br', 'deflate', 'zstd', 'GZIP', 'identity, gzip'])('in coding %s is refused', async (coding) => {
    await using server = await serveHttp((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(gzipSync('x'.repeat(100_000))),
    );
    expect(await refused(server)).toBe('reply_encoded');
  });

  test('in a transfer coding other than chunked is refused', async () => {
    await using server = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n');
    });
    expect(await refused(server)).toBe('reply_encoded');
  });

  test('in no coding, said so, is read', async () => {
    await using server = await serveHttp((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'identity' }).end('x'),
    );
    expect(textOf((await recordedEgress(local).egress.send({ url: server.url })).body)).toBe('x');
  });
});

describe('a connection', () => {
  test('that is broken off is a reset', async () => {
    await using before = await serveBytes((socket) => socket.resetAndDestroy());
    await using within = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', () => socket.destroy());
    });
    expect([await refused(before), await refused(within)]).toEqual(['reset', 'reset']);
  });

  test.each([
    'SSH-2.0-OpenSSH_9\r\n',
    'HTTP/1.1 abc\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n',
  ])('that answers %j is a reset', async (bytes) => {
    await using server = await serveBytes((socket) => socket.end(bytes));
    expect(await refused(server)).toBe('reset');
  });

  test('that nobody accepts fails, without telling where it went', async () => {
    const server = await serve(net.createServer());
    await server[Symbol.asyncDispose]();
    const { egress } = recordedEgress({ ...local, resolver: async () => ['127.0.0.1', '127.0.0.3'] });
    const refusal = await refusalOf(egress.send({ url: `http://registry.example:${server.port}/` }));
    expect(refusal).toEqual({
      code: 'err.service.unavailable',
      fault: 'connect_failed',
      message: 'the receiver could not be reached',
    });
  });

  test('to a name that is not there fails', async () => {
    for (const resolver of [undefined, async () => []]) {
      const { egress } = recordedEgress({ ...local, ...(resolver === undefined ? {} : { resolver }) });
      expect(await refusalOf(egress.send({ url: 'http://registry.example/' }))).toMatchObject({
        code: 'err.service.unavailable',
        fault: 'name_not_found',
      });
    }
  });

  test('is kept alive for the next request', async () => {
    await using server = await serveHttp((_request, response) => response.end('x'));
    const { egress, attempts } = recordedEgress(local);
    for (let round = 0; round < 5; round += 1) {
      await egress.send({ url: server.url });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([server.connections(), attempts.length]).toEqual([1, 1]);
  });

  test('is not kept after a reply that was given up', async () => {
    await using server = await serveHttp((_request, response) => response.end('x'.repeat(2000)));
    const { egress } = recordedEgress(local);
    for (let round = 0; round < 3; round += 1) {
      await refusalOf(egress.send({ url: server.url, maxReplyBytes: 1000 }));
    }
    expect(server.connections()).toBe(3);
  });
});

describe('time', () => {
  test('for the look-up is part of the time to connect', async () => {
    const { egress } = recordedEgress({ ...local, resolver: () => new Promise(() => undefined) });
    const refusal = await refusalOf(egress.send({ url: 'http://registry.example/', connectTimeoutMs: 20 }));
    expect(refusal).toMatchObject({ code: 'err.service.unavailable', fault: 'connect_timeout' });
  });

  test('for the TLS handshake is part of the time to connect', async () => {
    await using server = await serve(net.createServer());
    const url = server.url.replace('http:', 'https:');
    const refusal = await refusalOf(recordedEgress(local).egress.send({ url, connectTimeoutMs: 50 }));
    expect(refusal).toMatchObject({ fault: 'connect_timeout' });
  });

  test('to connect does not run on once connected', async () => {
    await using server = await serveHttp((_request, response) => setTimeout(() => response.end('late'), 60));
    const reply = await recordedEgress(local).egress.send({ url: server.url, connectTimeoutMs: 30 });
    expect(textOf(reply.body)).toBe('late');
  });

  test('for everything ends a server that says nothing, and one that drips', async () => {
    await using silent = await serveBytes(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    await using dripping = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      timer = setInterval(() => socket.write('x'), 5);
      socket.once('close', () => clearInterval(timer));
    });
    const limits = { totalTimeoutMs: 80 };
    expect(await Promise.all([refused(silent, limits), refused(dripping, limits)])).toEqual(['timeout', 'timeout']);
    clearInterval(timer);
  });

  test('is the caller’s to end', async () => {
    await using server = await serveBytes(() => undefined);
    const controller = new AbortController();
    const running = refused(server, { signal: controller.signal });
    setImmediate(() => controller.abort());
    expect(await running).toBe('aborted');
    expect(await refused(server, { signal: AbortSignal.abort() })).toBe('aborted');
    expect(await refused(server, { signal: AbortSignal.timeout(10) })).toBe('timeout');
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});
