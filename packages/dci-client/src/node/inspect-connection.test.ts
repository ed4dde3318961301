import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectionTarget, connectionTarget, judgeConnection } from '../probe/connection.ts';
import { makeCertificate } from './certificates.fixtures.ts';
import { inspectConnection } from './inspect-connection.ts';

const DAY = 86_400_000;
const authority = makeCertificate({ name: 'Authority', isAuthority: true });
const certificateFor = (days: number) =>
  makeCertificate({
    name: 'registry',
    issuer: authority,
    hosts: ['localhost', 'registry.example'],
    notBefore: new Date(Date.now() - 100 * DAY),
    notAfter: new Date(Date.now() + days * DAY + 3_600_000),
  });

const servers: Server[] = [];
const sockets: Socket[] = [];
const requests: string[] = [];
const listen = async (server: Server): Promise<number> => {
  server.on('connection', (socket) => sockets.push(socket));
  server.on('request', (request) => requests.push(request.url));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  servers.push(server);
  return (server.address() as AddressInfo).port;
};
const secure = (days: number): Promise<number> => {
  const { key, certificate } = certificateFor(days);
  return listen(createTlsServer({ key, cert: certificate }));
};
afterAll(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  expect(requests).toEqual([]);
});

const signal = AbortSignal.timeout(10_000);
const tls = { ca: authority.certificate };
const judged = async (target: ConnectionTarget) => {
  const facts = await inspectConnection(target, signal);
  return judgeConnection(facts, target, Date.now()).map(({ name, status, text }) => `${name} ${status}: ${text}`);
};

describe('a connection is looked at', () => {
  let port: number;
  beforeAll(async () => {
    port = await secure(90);
  });

  it('and is fine', async () => {
    expect(await judged(connectionTarget(`https://localhost:${port}`, tls))).toEqual([
      'reachability ok: The host can be reached, with TLS 1.3.',
      'certificate ok: The certificate is valid for 90 more days.',
    ]);
  });

  it('whose certificate nobody vouches for, and sees when it ends', async () => {
    expect(await judged(connectionTarget(`https://localhost:${port}`, undefined))).toEqual([
      'reachability failed: There is no trusted TLS connection to the host (UNABLE_TO_VERIFY_LEAF_SIGNATURE).',
      'certificate ok: The certificate is valid for 90 more days.',
    ]);
  });

  it('whose certificate bears another name, or the one that is set', async () => {
    const [other] = await judged(connectionTarget(`https://127.0.0.1:${port}`, tls));
    expect(other).toContain('(ERR_TLS_CERT_ALTNAME_INVALID)');
    const [set] = await judged(
      connectionTarget(`https://127.0.0.1:${port}`, { ...tls, serverName: 'registry.example' }),
    );
    expect(set).toContain('reachability ok');
  });

  it('whose certificate ends soon, or has ended', async () => {
    expect((await judged(connectionTarget(`https://localhost:${await secure(12)}`, tls)))[1]).toBe(
      'certificate warning: The certificate is valid for 12 more days.',
    );
    expect(await judged(connectionTarget(`https://localhost:${await secure(-3)}`, tls))).toEqual([
      'reachability failed: There is no trusted TLS connection to the host (CERT_HAS_EXPIRED).',
      'certificate failed: The certificate expired 3 days ago.',
    ]);
  });

  it('without TLS', async () => {
    const plain = await listen(createServer());
    expect(await judged(connectionTarget(`http://127.0.0.1:${plain}/base`, undefined))).toEqual([
      'reachability warning: The host can be reached, without TLS.',
      'certificate skipped: There is no certificate without TLS.',
    ]);
    const [wrong] = await judged(connectionTarget(`https://127.0.0.1:${plain}`, undefined));
    expect(wrong).toMatch(/^reachability failed: There is no trusted TLS connection to the host \(E/);
  });

  it('and is not there', async () => {
    const server = createTcpServer();
    const closed = await listen(server);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect((await judged(connectionTarget(`https://127.0.0.1:${closed}`, tls)))[0]).toBe(
      'reachability failed: There is no connection to the host (ECONNREFUSED).',
    );
    const [name] = await judged(connectionTarget('https://registry.invalid', tls));
    expect(name).toMatch(/^reachability failed: The name of the host is not found \((?:ENOTFOUND|EAI_AGAIN)\)\.$/);
  });

  it('until the caller gives up', async () => {
    const silent = await listen(createTcpServer(() => undefined));
    const controller = new AbortController();
    const looking = inspectConnection(connectionTarget(`https://127.0.0.1:${silent}`, tls), controller.signal);
    setTimeout(() => controller.abort('enough'), 30);
    await expect(looking).rejects.toBe('enough');
    await expect(inspectConnection(connectionTarget('https://127.0.0.1', tls), AbortSignal.abort('no'))).rejects.toBe(
      'no',
    );
  });
});

describe('the target of a connection', () => {
  it.each([
    ['https://registry.example/base', 'registry.example', 443, true],
    ['http://registry.example', 'registry.example', 80, false],
    ['https://[::1]:8443/x', '::1', 8443, true],
  ])('is that of the address: %s', (address, host, port, isTls) => {
    expect(connectionTarget(address, undefined)).toMatchObject({ host, port, isTls });
  });
});
