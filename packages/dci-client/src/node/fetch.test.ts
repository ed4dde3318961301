import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import process from 'node:process';
import type { TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { DciError } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failureOf } from '../failure.fixtures.ts';
import { callHttp } from '../http.ts';
import { makeCertificate } from './certificates.fixtures.ts';
import { type NodeFetchOptions, nodeFetch } from './fetch.ts';

const authority = makeCertificate({ name: 'Authority of the tests', isAuthority: true });
const otherAuthority = makeCertificate({ name: 'Another authority', isAuthority: true });
const forHost = makeCertificate({ name: 'registry', issuer: authority, hosts: ['localhost', 'registry.example'] });
const ended = makeCertificate({
  name: 'registry',
  issuer: authority,
  hosts: ['localhost'],
  notBefore: new Date('2020-01-01'),
  notAfter: new Date('2021-01-01'),
});
const ours = makeCertificate({ name: 'mis.example.org', issuer: authority });
const foreign = makeCertificate({ name: 'mis.example.org', issuer: otherAuthority });

const running: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
const serve = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  running.push({ server, sockets });
  return (server.address() as AddressInfo).port;
};
afterAll(() => {
  for (const { server, sockets } of running) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
});

const call = async (url: string, options: NodeFetchOptions = {}, signal = AbortSignal.timeout(5000)) => {
  const fetch = nodeFetch(options);
  try {
    return await callHttp({ fetch, url, init: {}, maxBytes: 100_000, signal });
  } finally {
    await fetch.close();
  }
};
const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  const { failure } = await failureOf(work);
  return failure.kind === 'unreachable' ? failure.systemCode : failure.kind;
};

describe('TLS', () => {
  let port: number;
  const answer: RequestListener = (request: IncomingMessage, response) => {
    response.end((request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody');
  };
  const secure = (more: object = {}) =>
    serve(createTlsServer({ key: forHost.key, cert: forHost.certificate, ...more }, answer));
  beforeAll(async () => {
    port = await secure();
  });

  it('trusts the authority that is named, and no other', async () => {
    const url = `https://localhost:${port}/`;
    expect((await call(url, { tls: { ca: authority.certificate } })).status).toBe(200);
    const both = `${otherAuthority.certificate}${authority.certificate}`;
    expect((await call(url, { tls: { ca: both } })).status).toBe(200);
    expect(await codeOf(call(url))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await codeOf(call(url, { tls: { ca: otherAuthority.certificate } }))).toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
  });

  it('expects the name of the host, or the one that is set', async () => {
    const url = `https://127.0.0.1:${port}/`;
    const ca = authority.certificate;
    expect(await codeOf(call(url, { tls: { ca } }))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect((await call(url, { tls: { ca, serverName: 'registry.example' } })).status).toBe(200);
    const other = { ca, serverName: 'other.example' };
    expect(await codeOf(call(`https://localhost:${port}/`, { tls: other }))).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('refuses a certificate whose time has ended', async () => {
    const late = await secure({ key: ended.key, cert: ended.certificate });
    const tls = { ca: authority.certificate };
    expect(await codeOf(call(`https://localhost:${late}/`, { tls }))).toBe('CERT_HAS_EXPIRED');
  });

  it('is not weakened by the environment', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(await codeOf(call(`https://localhost:${port}/`))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    vi.unstubAllEnvs();
    expect(process.env.NODE_TLS_REJECT_UNAUTHORIZED).toBeUndefined();
  });

  it('shows our certificate to a registry that asks for one', async () => {
    const url = `https://localhost:${await secure({ ca: authority.certificate, requestCert: true })}/`;
    const ca = authority.certificate;
    const shown = await call(url, { tls: { ca, certificate: ours.certificate, key: ours.key } });
    expect(new TextDecoder().decode(shown.body)).toBe('mis.example.org');
    // TLS 1.3 tells after the handshake: either as an alert, or as a closed connection.
    const refused = /^(?:ERR_SSL_TLSV1.*ALERT.*|ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;
    expect(await codeOf(call(url, { tls: { ca } }))).toMatch(refused);
    const wrong = { ca, certificate: foreign.certificate, key: foreign.key };
    expect(await codeOf(call(url, { tls: wrong }))).toMatch(refused);
  });

  it('with a server that has none fails', async () => {
    const plain = await serve(createServer((_, response) => response.end()));
    expect(await codeOf(call(`https://localhost:${plain}/`))).toMatch(/^ERR_SSL_/);
  });

  it.each([
    ['tls.ca', { ca: 'canary' }],
    ['tls.ca', { ca: `${authority.certificate}-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----` }],
    ['tls.certificate', { certificate: 'canary', key: ours.key }],
    ['tls.key', { certificate: ours.certificate }],
    ['tls.certificate', { key: ours.key }],
    ['tls.key', { certificate: ours.certificate, key: 'canary' }],
    ['tls.key', { certificate: ours.certificate, key: foreign.key }],
  ])('is refused where a file cannot be used: %s', (path, tls) => {
    const attempt = (): unknown => nodeFetch({ tls });
    expect(attempt).toThrow(expect.objectContaining({ code: 'err.configuration.invalid', path }));
    expect(attempt).toThrow(/^(?!.*(?:canary|BEGIN)).*$/s);
    expect(attempt).toThrow(DciError);
  });
});

describe('a connection', () => {
  it('is kept for further requests', async () => {
    const sockets = new Set<unknown>();
    const port = await serve(
      createServer((request, response) => {
        sockets.add(request.socket);
        response.end('x'.repeat(50_000));
      }),
    );
    const fetch = nodeFetch();
    for (let count = 0; count < 10; count += 1) await (await fetch(`http://127.0.0.1:${port}/`)).text();
    await fetch.close();
    // One request can begin before the connection of the last one is free again.
    expect(sockets.size).toBeLessThan(4);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it('that is not agreed in time is given up', async () => {
    const port = await serve(createTcpServer(() => undefined));
    expect(await codeOf(call(`https://127.0.0.1:${port}/`, { connectTimeoutSeconds: 0.05 }))).toBe(
      'UND_ERR_CONNECT_TIMEOUT',
    );
  });

  it('to nobody fails', async () => {
    const server = createTcpServer();
    const port = await serve(server);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect(await codeOf(call(`http://127.0.0.1:${port}/`))).toBe('ECONNREFUSED');
  });

  it('knows no proxy of the environment', async () => {
    const asked: string[] = [];
    const proxy = await serve(
      createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end('proxy');
      }),
    );
    const port = await serve(createServer((_, response) => response.end('registry')));
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) vi.stubEnv(name, `http://127.0.0.1:${proxy}`);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const { body } = await call(`http://127.0.0.1:${port}/`);
    vi.unstubAllEnvs();
    expect(new TextDecoder().decode(body)).toBe('registry');
    expect(asked).toEqual([]);
  });
});

describe('an answer', () => {
  let base: string;
  const paths: string[] = [];
  beforeAll(async () => {
    const port = await serve(
      createServer((request, response) => {
        paths.push(request.url ?? '');
        if (request.url === '/empty') response.writeHead(204).end();
        else if (request.url === '/elsewhere') response.writeHead(302, { location: '/target' }).end();
        else if (request.url === '/slow') response.flushHeaders();
        else if (request.url === '/zipped') {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('content'));
        } else if (request.url === '/bomb') {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)));
        } else response.writeHead(418, { 'x-header': 'value' }).end('body');
      }),
    );
    base = `http://127.0.0.1:${port}`;
  });

  it('is one of the platform', async () => {
    const fetch = nodeFetch();
    const response = await fetch(`${base}/`, { method: 'POST', body: 'x', headers: { 'x-y': 'z' } });
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.headers.get('x-header'), await response.text()]).toEqual([418, 'value', 'body']);
    expect((await fetch(`${base}/empty`)).body).toBeNull();
    expect(await (await fetch(`${base}/zipped`)).text()).toBe('content');
    await fetch.close();
  });

  it.each(['manual', 'follow', undefined] as const)('that redirects is not followed: %s', async (redirect) => {
    const fetch = nodeFetch();
    paths.length = 0;
    const response = await fetch(`${base}/elsewhere`, redirect === undefined ? {} : { redirect });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/target']);
    await expect(fetch(`${base}/elsewhere`, { redirect: 'error' })).rejects.toThrow();
    expect(paths).toEqual(['/elsewhere', '/elsewhere']);
    await fetch.close();
  });

  it('that unpacks to more than the limit is given up', async () => {
    expect((await failureOf(call(`${base}/bomb`))).failure).toEqual({ kind: 'protocol', fault: 'too_large' });
  });

  it('that does not end is given up with its signal', async () => {
    const controller = new AbortController();
    const waiting = call(`${base}/slow`, {}, controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(waiting).rejects.toThrow(DciError);
  });
});
