import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createTestHost, type TestHost, type TestHostOptions } from '../testing/test-host.ts';
import { readBody } from './limits.ts';
import { jsonReply } from './reply.ts';

const route = '/dci_api/v1/echo';

function testHost(limits: TestHostOptions['limits'] = {}, handler?: () => Promise<void>): Promise<TestHost> {
  return createTestHost({
    limits,
    plugins: [
      {
        name: 'echo',
        setup: () => ({
          routes(router) {
            router.post('/echo', async (context) => {
              const body = await readBody(context);
              await handler?.();
              return jsonReply(Uint8Array.from(body));
            });
          },
        }),
      },
    ],
  });
}

interface RawConnection {
  readonly socket: Socket;
  /** Everything received until the other side closed. */
  readonly closed: Promise<string>;
}

async function raw(url: string, text: string): Promise<RawConnection> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (data: string) => {
    received += data;
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return { socket, closed };
}

const head = (...lines: string[]): string =>
  [`POST ${route} HTTP/1.1`, 'host: localhost', 'content-type: application/json', ...lines, '', ''].join('\r\n');

describe('hostile requests (JS8)', () => {
  test.each([
    [
      'content-length beside chunked',
      `${head('content-length: 2', 'transfer-encoding: chunked')}2\r\n{}\r\n0\r\n\r\n`,
      400,
    ],
    ['two content-lengths', `${head('content-length: 2', 'content-length: 3')}{}`, 400],
    ['a negative content-length', `${head('content-length: -1')}{}`, 400],
    ['a transfer coding besides chunked', `${head('transfer-encoding: gzip, chunked')}2\r\n{}\r\n0\r\n\r\n`, 415],
    ['a chunk of no length', `${head('transfer-encoding: chunked')}zz\r\n{}\r\n0\r\n\r\n`, 400],
    ['a header line folded into the next', `${head('x: a', ' b', 'content-length: 2')}{}`, 400],
    ['a header of 20 KB', head(`x: ${'y'.repeat(20_000)}`), 431],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['no host', `POST ${route} HTTP/1.1\r\ncontent-length: 0\r\n\r\n`, 400],
    ['a path with a backslash', 'GET /dci_api\\v1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n', 400],
    ['a host that is none', 'GET / HTTP/1.1\r\nhost: a b@c\r\nconnection: close\r\n\r\n', 400],
  ])('%s', async (_name, text, status) => {
    await using host = await testHost();
    const { url } = await host.listen();
    const { socket, closed } = await raw(url, text);
    setTimeout(() => socket.end(), 500).unref();
    expect(await closed).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test('endless chunks are cut off at the limit, and memory stays bounded', async () => {
    await using host = await testHost({ bodyBytes: 64 * 1024 });
    const { url } = await host.listen();
    const { socket, closed } = await raw(url, head('transfer-encoding: chunked'));
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    let sent = 0;
    const write = (): void => {
      while (!socket.destroyed && sent < 512 * 1024 * 1024) {
        sent += chunk.length;
        if (!socket.write(chunk)) {
          socket.once('drain', write);
          return;
        }
      }
    };
    const before = process.memoryUsage().rss;
    write();
    expect(await closed).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*err\.request\.bad/i);
    expect(sent).toBeLessThan(256 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});

describe('slow clients (LD2)', () => {
  const limits = { headersTimeoutMs: 300, bodyTimeoutMs: 600 };

  test('that drip a header or a body are closed in time, and others are served meanwhile', async () => {
    await using host = await testHost(limits);
    const { url } = await host.listen();
    const started = performance.now();
    const slow = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        raw(url, index % 2 === 0 ? `POST ${route} HTTP/1.1\r\nhost: l` : `${head('content-length: 1000')}{`),
      ),
    );
    const drip = setInterval(() => {
      for (const { socket } of slow) socket.write('x');
    }, 50);
    const served: number[] = [];
    const lasted = await Promise.all([
      ...slow.map(async ({ closed }) => {
        await closed;
        return performance.now() - started;
      }),
      (async () => {
        for (let count = 0; count < 10; count += 1) {
          const reply = await fetch(`${url}${route}`, {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': 'application/json' },
          });
          served.push(reply.status);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return 0;
      })(),
    ]);
    clearInterval(drip);
    expect(Math.max(...lasted)).toBeLessThan(4000);
    expect(served).toEqual(Array.from({ length: 10 }, () => 200));
  });

  test('that keep still after connecting are closed too', async () => {
    await using host = await testHost(limits);
    const { url } = await host.listen();
    const { closed } = await raw(url, '');
    expect(await closed).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });
});

test('connections over the bound are closed at once', async () => {
  await using host = await testHost({ connections: 3 });
  const { url } = await host.listen();
  const connections = await Promise.all(Array.from({ length: 5 }, () => raw(url, 'POST /')));
  const outcomes = await Promise.all(
    connections.map(({ closed }) =>
      Promise.race([closed.then(() => 'closed'), new Promise((resolve) => setTimeout(resolve, 300, 'open'))]),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'closed')).toHaveLength(2);
  for (const { socket } of connections) socket.destroy();
});

describe('a stopping host (CR7)', () => {
  test('answers what runs, takes nothing new, and closes kept-alive connections', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    const host = await testHost({}, () => {
      running += 1;
      return gate.promise;
    });
    const { url } = await host.listen();
    const send = () =>
      fetch(`${url}${route}`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    const idle = await raw(url, 'GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const requests = Array.from({ length: 20 }, send);
    while (running < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = host.dispose();
    expect(await idle.closed).toContain('200 OK');
    await expect(send()).rejects.toThrow();
    gate.resolve();
    const replies = await Promise.all(requests);
    for (const reply of replies) {
      expect([reply.status, reply.headers.get('connection'), await reply.text()]).toEqual([200, 'close', '{}']);
    }
    await stopped;
  });

  test('cuts off what does not end in time', async () => {
    const host = await testHost({ drainTimeoutMs: 200 }, () => new Promise(() => {}));
    const { url } = await host.listen();
    const { closed } = await raw(url, `${head('content-length: 2')}{}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    await host.dispose();
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await closed).toBe('');
  });
});

test('an address that is taken is an error, and the host can still stop', async () => {
  await using first = await testHost();
  const { url } = await first.listen();
  const port = Number(new URL(url).port);
  await using second = await createTestHost({ port });
  await expect(second.listen()).rejects.toMatchObject({
    code: 'err.state.conflict',
    message: `the address 127.0.0.1:${port} is in use by another program`,
  });
});
