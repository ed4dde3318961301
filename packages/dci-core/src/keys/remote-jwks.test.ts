import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../json/value.ts';
import type { Fetch, LogFields, Logger } from '../ports.ts';
import { publicKeyOf } from './generate.ts';
import { toJwks } from './jwks.ts';
import { type RemoteJwks, type RemoteJwksOptions, remoteJwks } from './remote-jwks.ts';
import { ed25519Key, otherEd25519Key, rsaKey } from './test-keys.fixtures.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const [okp, other, rsa] = [ed25519Key, otherEd25519Key, rsaKey].map(publicKeyOf) as [never, never, never];
const first = JSON.stringify(toJwks([{ senderId: 's', keyId: 'k1', publicKey: okp }]));
const second = JSON.stringify(
  toJwks([
    { senderId: 's', keyId: 'k1', publicKey: okp },
    { senderId: 's', keyId: 'k2', publicKey: other },
  ]),
);
const answer =
  (body: string, headers: Record<string, string> = {}, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };

let server: Server;
let handler: Handler;
let requests: IncomingMessage[];
let now: number;
let warnings: LogFields[];

const clock = { now: () => now };
const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields) => void warnings.push(fields),
  error: () => undefined,
  child: () => logger,
};
const later = (seconds: number): void => {
  now += seconds * 1000;
};

beforeEach(async () => {
  requests = [];
  warnings = [];
  now = Date.parse('2026-04-22T10:30:00Z');
  handler = answer(first);
  server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function remote(options: Partial<RemoteJwksOptions> = {}): RemoteJwks {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
  return remoteJwks({ url, fetch: globalThis.fetch as Fetch, clock, logger, ...options });
}

const keyIds = async (jwks: RemoteJwks, keyId?: string): Promise<(string | undefined)[]> =>
  (await jwks.keys(keyId === undefined ? {} : { keyId })).map((key) => key.keyId);

describe('remoteJwks', () => {
  it('fetches nothing before it is asked, then once', async () => {
    const jwks = remote();
    expect(requests).toHaveLength(0);
    expect(await keyIds(jwks)).toEqual(['k1']);
    expect(await keyIds(jwks, 'k1')).toEqual(['k1']);
    expect(requests).toHaveLength(1);
  });

  it('fetches once for many that ask at the same time', async () => {
    const jwks = remote();
    await Promise.all(Array.from({ length: 50 }, (_, index) => jwks.keys({ keyId: `k${index}` })));
    expect(requests).toHaveLength(1);
  });

  it('keeps the keys as long as max-age says', async () => {
    handler = answer(first, { 'cache-control': 'public, max-age=120' });
    const jwks = remote();
    await jwks.keys();
    later(119);
    await jwks.keys();
    expect(requests).toHaveLength(1);
    later(2);
    await jwks.keys();
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['no max-age', {}, 600],
    ['no-store', { 'cache-control': 'no-store' }, 30],
    ['a max-age of 0', { 'cache-control': 'max-age=0' }, 30],
    ['a max-age of a year', { 'cache-control': 'max-age=31536000' }, 3600],
    ['nonsense', { 'cache-control': 'max-age=soon' }, 600],
  ])('with %s it keeps them for a bounded time', async (_, headers, seconds) => {
    handler = answer(first, headers as Record<string, string>);
    const jwks = remote();
    await jwks.keys();
    later(seconds - 1);
    await jwks.keys();
    expect(requests).toHaveLength(1);
    later(2);
    await jwks.keys();
    expect(requests).toHaveLength(2);
  });

  it('asks with the ETag, and keeps the same key objects when nothing changed', async () => {
    handler = (request, response) =>
      request.headers['if-none-match'] === '"1"'
        ? answer('', { etag: '"1"' }, 304)(request, response)
        : answer(first, { etag: '"1"' })(request, response);
    const jwks = remote();
    const [key] = await jwks.keys();
    later(601);
    const [keyAfter] = await jwks.keys();
    expect(requests.map((request) => request.headers['if-none-match'])).toEqual([undefined, '"1"']);
    expect(keyAfter).toBe(key);
    handler = answer(first);
    later(601);
    expect((await jwks.keys())[0]).toBe(key);
    expect(requests).toHaveLength(3);
  });

  it('fetches anew for an unknown key, at most every 30 seconds', async () => {
    const jwks = remote();
    await jwks.keys();
    handler = answer(second);
    expect(await keyIds(jwks, 'k2')).toEqual(['k1']);
    later(29);
    expect(await keyIds(jwks, 'k2')).toEqual(['k1']);
    expect(requests).toHaveLength(1);
    later(2);
    expect(await keyIds(jwks, 'k2')).toEqual(['k1', 'k2']);
    expect(requests).toHaveLength(2);
  });

  it('answers a flood of unknown keys from what it has (SG8)', async () => {
    const jwks = remote();
    for (let index = 0; index < 300; index++) {
      later(1);
      await jwks.keys({ keyId: `unknown-${index}` });
    }
    expect(requests.length).toBeLessThanOrEqual(1 + 300 / 30);
    expect(requests.length).toBeGreaterThan(5);
  });

  it('fetches anew although the clock was set back', async () => {
    const jwks = remote();
    await jwks.keys();
    handler = answer(second);
    later(-3600);
    expect(await keyIds(jwks, 'k2')).toEqual(['k1', 'k2']);
  });

  it('does not fetch anew for a set whose keys have no names', async () => {
    handler = answer(JSON.stringify({ keys: [(rsa as { jwk: object }).jwk] }));
    const jwks = remote();
    await jwks.keys();
    later(60);
    await jwks.keys({ keyId: 'k9' });
    expect(requests).toHaveLength(1);
  });

  it('gives the keys for encryption too, and a bad one among them spoils no signature', async () => {
    const [signing] = toJwks([{ senderId: 's', keyId: 'k1', publicKey: okp }]).keys as [JsonObject];
    const encryption = { ...(rsa as { jwk: JsonObject }).jwk, use: 'enc', kid: 'e1' };
    handler = answer(JSON.stringify({ keys: [signing, encryption] }));
    const jwks = remote();
    const [first] = await jwks.encryptionKeys();
    expect(first?.kid).toBe('e1');
    expect((await jwks.encryptionKeys())[0]).toBe(first);
    expect(await keyIds(jwks)).toEqual(['k1']);
    expect(requests).toHaveLength(1);
    handler = answer(JSON.stringify({ keys: [signing, { ...encryption, n: 'AQAB' }] }));
    later(601);
    expect(await keyIds(jwks)).toEqual(['k1']);
    await expect(jwks.encryptionKeys()).rejects.toMatchObject({ code: 'err.key.invalid' });
  });

  it('takes only the keys of its sender', async () => {
    handler = answer(
      JSON.stringify(
        toJwks([
          { senderId: 's', keyId: 'k1', publicKey: okp },
          { senderId: 't', keyId: 'k2', publicKey: other },
        ]),
      ),
    );
    expect(await keyIds(remote({ senderId: 's' }))).toEqual(['k1']);
  });

  const drip: Handler = (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 5);
    response.on('close', () => clearInterval(timer));
  };
  const endless: Handler = (_, response) => {
    response.writeHead(200);
    const write = (): void => {
      while (!response.destroyed && response.write(' '.repeat(16_384))) {}
    };
    response.on('drain', write);
    write();
  };
  const faults: [name: string, handler: Handler][] = [
    ['an error', answer('', {}, 500)],
    ['not found', answer(first, {}, 404)],
    ['a redirect', answer('', { location: '/elsewhere' }, 302)],
    ['304 to a question without ETag', answer('', {}, 304)],
    ['5 MB', answer(' '.repeat(5_000_000))],
    ['a body without end', endless],
    ['a body that drips', drip],
    ['no answer', () => undefined],
    ['a connection that breaks', (request) => request.socket.destroy()],
    [
      'a body that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100000' });
        response.write(first);
        setTimeout(() => response.destroy(), 5);
      },
    ],
    [
      'a body that is not UTF-8',
      (_, response) => {
        response.writeHead(200).end(Buffer.from([0xff, 0xfe]));
      },
    ],
    ['HTML', answer('<html>')],
    ['an empty body', answer('')],
    ['a private key', answer(JSON.stringify({ keys: [ed25519Key.jwk] }))],
    [
      'two keys of one kid',
      answer(JSON.stringify({ keys: [1, 2].map(() => ({ ...(okp as { jwk: object }).jwk, kid: 'k' })) })),
    ],
    [
      'a short RSA key',
      answer(JSON.stringify({ keys: [{ kty: 'RSA', n: Buffer.alloc(128, 255).toString('base64url'), e: 'AQAB' }] })),
    ],
  ];

  it.each(faults)('%s: no keys, 503, and one attempt in 30 seconds', async (_, fault) => {
    handler = fault;
    const jwks = remote({ timeoutMs: 150 });
    const refusal = { code: 'err.service.unavailable', status: 503 };
    await expect(jwks.keys()).rejects.toThrow(expect.objectContaining({ ...refusal, retryAfter: 30 }));
    later(10);
    await expect(jwks.keys()).rejects.toThrow(expect.objectContaining({ ...refusal, retryAfter: 20 }));
    expect(requests).toHaveLength(1);
    expect(warnings).toHaveLength(1);
    handler = answer(first);
    later(20);
    expect(await keyIds(jwks)).toEqual(['k1']);
  });

  it.each(faults)('%s: the last good set serves for a bounded time, then 503 (SG7, SG9)', async (_, fault) => {
    const jwks = remote({ timeoutMs: 150 });
    await jwks.keys();
    handler = fault;
    later(601);
    expect(await keyIds(jwks)).toEqual(['k1']);
    later(3598);
    expect(await keyIds(jwks)).toEqual(['k1']);
    later(2);
    await expect(jwks.keys()).rejects.toThrow(expect.objectContaining({ code: 'err.service.unavailable' }));
    expect(warnings.length).toBeGreaterThanOrEqual(2);
  });

  it('never follows a redirect', async () => {
    handler = (request, response) =>
      request.url === '/elsewhere'
        ? answer(first)(request, response)
        : answer('', { location: '/elsewhere' }, 307)(request, response);
    await expect(remote().keys()).rejects.toThrow();
    expect(requests.map((request) => request.url)).toEqual(['/.well-known/jwks.json']);
  });

  it('refuses a set that a fetch reached by a redirect all the same', async () => {
    handler = (request, response) =>
      request.url === '/elsewhere'
        ? answer(first)(request, response)
        : answer('', { location: '/elsewhere' }, 307)(request, response);
    const careless: Fetch = (url) => globalThis.fetch(url);
    await expect(remote({ fetch: careless }).keys()).rejects.toThrow();
  });

  it('gives up after its time, even where the fetch does not heed the signal', async () => {
    const deaf: Fetch = () => new Promise(() => undefined);
    await expect(remote({ fetch: deaf, timeoutMs: 20 }).keys()).rejects.toThrow(/cannot be fetched/);
    const deafBody: Fetch = async () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }));
    await expect(remote({ fetch: deafBody, timeoutMs: 20 }).keys()).rejects.toThrow(/cannot be fetched/);
    expect(warnings.map(({ fault }) => fault)).toEqual([
      expect.stringMatching(/in time/),
      expect.stringMatching(/in time/),
    ]);
  });

  it('logs neither the URL nor what the server sent', async () => {
    handler = answer('{"secret');
    await expect(remote().keys()).rejects.toThrow();
    expect(JSON.stringify(warnings)).not.toMatch(/secret|127\.0\.0\.1|well-known/);
  });

  it('takes a body of exactly the limit', async () => {
    handler = answer(first.padEnd(65_536));
    expect(await keyIds(remote())).toEqual(['k1']);
    handler = answer(first.padEnd(65_537));
    await expect(remote().keys()).rejects.toThrow();
  });
});
