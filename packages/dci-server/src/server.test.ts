import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crvs, DciError, publicKeyOf, social, toJwks, writeJson } from 'dci-core';
import { collectingLogger } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import type { RegistryAdapter } from './adapters/adapter.ts';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import { dciServer } from './plugin.ts';
import { socialPersons } from './records.fixtures.ts';
import {
  grantAll,
  headerOf,
  itemsOf,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from './server.fixtures.ts';

const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
const start = (options: Partial<TestServerOptions> = {}): Promise<TestServer> =>
  startTestServer({ registries: [{ type: social, adapter }], ...options });

/** Takes the signature out of an envelope, or puts another one in. */
const signedWith = (text: string, signature?: string): string =>
  text.replace(
    /,"signature":"(?:[^"\\]|\\.)*"\}$/,
    signature === undefined ? '}' : `,"signature":${JSON.stringify(signature)}}`,
  );

describe('the development switch for unsigned requests', () => {
  it.each([undefined, '', 'unsigned-stub'])('accepts the signature %j', async (signature) => {
    await using server = await start({ host: { env: { DCI_ALLOW_UNSIGNED_REQUESTS: 'true' } } });
    expect((await server.send(signedWith(await server.envelope(), signature))).status).toBe(200);
  });

  it('does not accept a signature that does not verify', async () => {
    await using server = await start({ host: { env: { DCI_ALLOW_UNSIGNED_REQUESTS: 'true' } } });
    const { key } = await server.addPeer({ senderId: 'other.example.org' });
    for (const body of [await server.envelope({ key }), signedWith(await server.envelope(), 'nonsense')]) {
      expect(await server.send(body)).toMatchObject({
        status: 401,
        body: { errors: [{ code: 'err.signature.invalid' }] },
      });
    }
  });

  it('still wants a registered, active sender and its own token', async () => {
    await using server = await start({ host: { env: { DCI_ALLOW_UNSIGNED_REQUESTS: 'true' } } });
    const other = await server.addPeer({ senderId: 'other.example.org' });
    const body = signedWith(await server.envelope());
    expect((await server.send(body, { authorization: null })).status).toBe(401);
    expect((await server.send(body, {}, other)).status).toBe(403);
  });
});

describe('the development switch for bearer tokens', () => {
  it.each([null, 'Basic x', 'Bearer unknown'])('accepts the header %j', async (authorization) => {
    await using server = await start({ host: { env: { DCI_BYPASS_BEARER_AUTH: 'true' } } });
    expect((await server.send(await server.envelope(), { authorization })).status).toBe(200);
    expect((await server.send(signedWith(await server.envelope()), { authorization })).status).toBe(401);
  });
});

describe('a message that names no receiver', () => {
  it.each([undefined, '', null])('is accepted with %j, and answered in our name', async (receiver_id) => {
    await using server = await start();
    const reply = await server.send(await server.envelope({ header: { receiver_id } }));
    expect(headerOf(reply)).toMatchObject({ status: 'succ', sender_id: 'registry.example.org' });
  });

  it('is refused where the host requires a receiver', async () => {
    await using server = await start({ requireReceiverId: true });
    expect((await server.send(await server.envelope({ header: { receiver_id: undefined } }))).status).toBe(403);
    expect((await server.send(await server.envelope())).status).toBe(200);
  });
});

describe('host-wide tokens', () => {
  it('open the door for every sender', async () => {
    await using server = await start({ host: { env: { DCI_API_TOKENS: 'one, two' } } });
    for (const token of ['one', 'two']) {
      expect((await server.send(await server.envelope(), { authorization: `Bearer ${token}` })).status).toBe(200);
    }
    for (const token of ['three', 'one,', 'on', 'One']) {
      expect((await server.send(await server.envelope(), { authorization: `Bearer ${token}` })).status).toBe(401);
    }
  });

  it('when there are none, no token is accepted for lack of them', async () => {
    await using server = await start();
    expect((await server.send(await server.envelope(), { authorization: 'Bearer undefined' })).status).toBe(401);
  });
});

describe('a sender with a JWKS', () => {
  it('is verified with the keys behind its registered URL, which is asked anew for an unknown key', async () => {
    let fetched = 0;
    let keyId = 'key1';
    const development = { allowHttpCallbacks: true, allowInternalCallbackIps: true };
    await using server = await start({ host: { development } });
    const { peer } = server;
    const jwks = createHttpServer((_request, response) => {
      fetched += 1;
      response.setHeader('content-type', 'application/json');
      response.end(
        writeJson({ ...toJwks([{ senderId: 'jwks.example.org', keyId, publicKey: publicKeyOf(peer.key) }]) }),
      );
    });
    await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/jwks.json`;
      const { token } = await server.senders.add(
        { senderId: 'jwks.example.org', jwksUrl: url, policy: grantAll(social) },
        { token: true },
      );
      const from = { ...peer, senderId: 'jwks.example.org', token: token?.token ?? '' };
      const status = async () => (await server.send(await server.envelope({ keyId }, from), {}, from)).status;
      expect(await status()).toBe(200);
      expect(await status()).toBe(200);
      expect(fetched).toBe(1);
      keyId = 'key2';
      server.clock.advance(31_000);
      expect(await status()).toBe(200);
      expect(fetched).toBe(2);
      keyId = 'key3';
      const unknown = await server.send(await server.envelope({ keyId: 'key9' }, from), {}, from);
      expect(unknown.body).toMatchObject({ errors: [{ code: 'err.signature.invalid' }] });
      expect(fetched).toBe(2);
    } finally {
      jwks.close();
    }
  });

  it('needs it only for keys that are not registered', async () => {
    let fetched = 0;
    const unreachable = () => {
      fetched += 1;
      return Promise.reject(new Error('unreachable'));
    };
    await using server = await start({ host: { fetch: unreachable } });
    const peer = await server.addPeer({
      senderId: 'both.example.org',
      jwksUrl: 'https://both.example.org/',
      policy: grantAll(social),
    });
    expect((await server.send(await server.envelope({}, peer), {}, peer)).status).toBe(200);
    expect(fetched).toBe(0);
    const other = { ...peer, key: server.peer.key };
    expect((await server.send(await server.envelope({ keyId: 'key9' }, other), {}, other)).status).toBe(503);
    expect(fetched).toBeGreaterThan(0);
  });

  it('is answered 503 when its keys cannot be had', async () => {
    await using server = await start({ host: { fetch: () => Promise.reject(new Error('unreachable')) } });
    const { token } = await server.senders.add(
      { senderId: 'jwks.example.org', jwksUrl: 'https://jwks.example.org/', policy: grantAll(social) },
      { token: true },
    );
    const from = { ...server.peer, senderId: 'jwks.example.org', token: token?.token ?? '' };
    const reply = await server.send(await server.envelope({}, from), {}, from);
    expect(reply).toMatchObject({ status: 503, body: { errors: [{ code: 'err.service.unavailable' }] } });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('an adapter', () => {
  const broken = (search: RegistryAdapter['search']): RegistryAdapter => ({ ...adapter, search });

  it('that fails makes the server unavailable, and nothing of its failure is told', async () => {
    const logger = collectingLogger();
    const registries = [
      { type: social, adapter: broken(() => Promise.reject(new Error('no route to 10.1.2.3, user Amina'))) },
    ];
    await using server = await start({ registries, host: { logger } });
    const reply = await server.send(await server.envelope());
    expect(reply).toMatchObject({
      status: 503,
      body: { message: { ack_status: 'ERR' }, errors: [{ code: 'err.service.unavailable' }] },
    });
    expect(reply.text + logger.text()).not.toMatch(/10\.1\.2\.3|Amina/);
  });

  it('that takes too long is given up and told so', async () => {
    let aborted = false;
    const registries = [
      {
        type: social,
        adapter: broken(
          ({ signal }) =>
            new Promise(() => {
              signal?.addEventListener('abort', () => {
                aborted = true;
              });
            }),
        ),
      },
    ];
    await using server = await start({ registries, limits: { searchTimeoutMs: 50 } });
    expect(await server.send(await server.envelope())).toMatchObject({
      status: 408,
      body: { errors: [{ code: 'err.request.timeout' }], message: { error: { code: 'err.request.timeout' } } },
    });
    expect(aborted).toBe(true);
  });

  it('that refuses a search makes only that item rjct', async () => {
    const registries = [
      {
        type: social,
        adapter: broken(() => Promise.reject(new DciError('rjct.search.too_many_records_found', 'narrow it'))),
      },
    ];
    await using server = await start({ registries });
    expect(itemsOf(await server.send(await server.envelope()))).toMatchObject([
      { status: 'rjct', status_reason_code: 'rjct.search.too_many_records_found', status_reason_message: 'narrow it' },
    ]);
  });

  it.each([
    [200, async () => {}],
    [503, () => Promise.reject(new Error('unreachable'))],
  ])('made by a function is checked for its health (%i) and closed with the host', async (status, check) => {
    const calls: string[] = [];
    const made = async (): Promise<RegistryAdapter> => ({
      ...adapter,
      check: () => {
        calls.push('check');
        return check();
      },
      close: async () => void calls.push('close'),
    });
    {
      await using server = await start({ registries: [{ type: social, adapter: made, name: 'the register' }] });
      const ready = await server.host.fetch(new Request('http://localhost/health/ready'));
      expect(ready.status).toBe(status);
      expect(await ready.text()).toContain('dci-server registry the register');
    }
    expect(calls).toEqual(['check', 'close']);
  });
});

describe('a configuration', () => {
  it.each<readonly [string, () => unknown, string]>([
    [
      'the same registry twice',
      () =>
        dciServer({
          registries: [
            { type: social, adapter },
            { type: social, adapter },
          ],
        }),
      '/social',
    ],
    [
      'two registries with one slug',
      () =>
        dciServer({
          registries: [
            { type: social, adapter },
            { type: { ...crvs, slugs: ['crvs', 'sr'] }, adapter },
          ],
        }),
      '/sr',
    ],
    [
      'a slug that is a path of its own',
      () => dciServer({ registries: [{ type: { ...social, slugs: ['registry'] }, adapter }] }),
      '/registry',
    ],
    [
      'a default registry that is not served',
      () => dciServer({ registries: [{ type: social, adapter }], defaultRegistry: 'crvs' }),
      'crvs',
    ],
  ])('with %s is refused', (_name, make, text) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid', message: expect.stringContaining(text) }),
    );
  });

  it('with an adapter of unknown records is refused at start', async () => {
    await expect(
      start({ registries: [{ type: crvs, adapter: { ...adapter, recordTypes: ['Dog'] } }] }),
    ).rejects.toMatchObject({
      code: 'err.configuration.invalid',
    });
  });
});
