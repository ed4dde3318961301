import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { generateKey, type JsonObject, social } from 'dci-core';
import { collectingLogger } from 'dci-host/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { cannotCheck, specDirectory } from '../openapi.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';
import {
  byId,
  grantAll,
  itemsOf,
  readReply,
  searchItem,
  searchMessage,
  startTestServer,
  type TestPeer,
  type TestReply,
  type TestServer,
  testCrypto,
} from '../server.fixtures.ts';
import { type ClientRegistry, openClientRegistry } from './client-registry.ts';

const logger = collectingLogger();
let server: TestServer;
let clients: ClientRegistry;
let clientId: string;
let secret: string;
beforeEach(async () => {
  server = await startTestServer({
    registries: [
      { type: social, adapter: memoryAdapter({ registryType: social, records: { Person: socialPersons } }) },
    ],
    oauth2: { maxFailures: { perAddress: 8 } },
    host: { logger, basePathAliases: ['/api/v2/dci'] },
  });
  clients = await openClientRegistry(server.host.context, [social]);
  const added = await clients.add({ senderId: server.peer.senderId });
  ({ secret } = added);
  ({ clientId } = added.client);
});
afterEach(() => server[Symbol.asyncDispose]());

const rootPath = '/oauth2/client/token';
const formType = 'application/x-www-form-urlencoded';

interface TokenRequest {
  readonly body?: Readonly<Record<string, string>> | string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly base?: string;
}

async function ask({ body, path = rootPath, headers = {}, base }: TokenRequest = {}): Promise<TestReply> {
  const fields = body ?? { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
  const init = {
    method: 'POST',
    headers: { 'content-type': formType, ...headers },
    body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  };
  const send = base === undefined ? server.host.fetch : (request: Request) => fetch(request);
  return readReply(await send(new Request(`${base ?? 'http://localhost'}${path}`, init)));
}

async function tokenFor(request?: TokenRequest): Promise<string> {
  const { status, body, text } = await ask(request);
  expect(status, text).toBe(200);
  return String(body.access_token);
}

const search = async (token: string, peer?: TestPeer): Promise<TestReply> =>
  server.send(
    await server.envelope({ message: searchMessage(searchItem(byId('UIN', 'UIN-1'))) }, peer),
    { authorization: `Bearer ${token}` },
    peer,
  );

const part = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const read = (token: string, index: number): JsonObject =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString('utf8'));

/** Signs a token as the host would, with other members. */
async function forge(token: string, header: object, claims: object, how: 'host' | 'other' = 'host'): Promise<string> {
  const signed = `${part({ ...read(token, 0), ...header })}.${part({ ...read(token, 1), ...claims })}`;
  const { privateKey } = await server.host.context.keys.active();
  const subtle = globalThis.crypto.subtle;
  const key =
    how === 'host' ? privateKey : await generateKey('ed25519', { random: server.host.context.random, subtle });
  return `${signed}.${Buffer.from(await testCrypto.sign(key, new TextEncoder().encode(signed))).toString('base64url')}`;
}

describe('the token endpoint', () => {
  it.each([rootPath, `/dci_api/v1${rootPath}`, `/api/v2/dci${rootPath}`])('gives a token at %s', async (path) => {
    const reply = await ask({ path });
    expect(reply.status, reply.text).toBe(200);
    expect(reply.body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'social/search',
    });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('pragma')).toBe('no-cache');
    expect(reply.headers.get('content-type')).toBe('application/json');
    const answer = await search(String(reply.body.access_token));
    expect(answer.status, answer.text).toBe(200);
    expect(itemsOf(answer)[0]?.status).toBe('succ');
  });

  it('writes the claims of RFC 9068 and the sender', async () => {
    const token = await tokenFor();
    const now = Math.floor(server.clock.now() / 1000);
    const { keyId } = await server.host.context.keys.active();
    expect(read(token, 0)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: `registry.example.org|${keyId}|ed25519` });
    expect(read(token, 1)).toEqual({
      iss: 'registry.example.org',
      aud: 'registry.example.org',
      sub: clientId,
      client_id: clientId,
      sender: server.peer.senderId,
      scope: 'social/search',
      iat: now,
      exp: now + 900,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(read(await tokenFor(), 1).jti).not.toBe(read(token, 1).jti);
  });

  it('takes Basic and JSON too', async () => {
    const basic = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
    await tokenFor({ body: { grant_type: 'client_credentials' }, headers: { authorization: basic } });
    await tokenFor({
      body: JSON.stringify({ grant_type: 'client_credentials', client_id: clientId, client_secret: secret }),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
  });

  it.skipIf(cannotCheck !== undefined)('answers as the authz file of the standard says', async () => {
    const document = parse(readFileSync(`${specDirectory}/authz_core_api_v1.0.0.yaml`, 'utf8'));
    const { schemas, responses } = document.components;
    // RFC 6749 section 5.1 and the seed's example have a number.
    schemas.OAuth2ClientTokenResponse.properties.expires_in.type = 'number';
    const faults = (schema: object, body: JsonObject) => {
      const ajv = new Ajv({ strict: false, logger: false });
      return ajv.validate({ ...schema, components: document.components }, body) ? [] : ajv.errors;
    };
    expect(faults(schemas.OAuth2ClientTokenResponse, (await ask()).body)).toEqual([]);
    const refused = await ask({ body: { grant_type: 'x' } });
    expect(faults(responses.HttpErrorResponse.content['application/json'].schema, refused.body)).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['another grant type', { grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
    ['a scope that is not granted', { scope: 'social/subscribe' }, 400, 'invalid_scope'],
  ])('refuses %s', async (_name, changes, status, error) => {
    const reply = await ask({
      body: { grant_type: 'client_credentials', client_id: clientId, client_secret: secret, ...changes },
    });
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({
      error,
      error_description: expect.any(String),
      errors: [{ code: expect.any(String) }],
    });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="dci"' : null);
    expect(reply.text).not.toContain(secret);
  });

  it('tells unknown client, wrong secret and disabled sender alike', async () => {
    const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
    const answers = [
      await ask({ body: { ...body, client_id: 'nobody' } }),
      await ask({ body: { ...body, client_secret: 'x' } }),
    ];
    await server.senders.setState(server.peer.senderId, 'disabled');
    answers.push(await ask({ body }));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  });

  it('refuses credentials in the query string, and logs none', async () => {
    const query = `client_id=${clientId}&client_secret=${secret}`;
    for (const body of ['grant_type=client_credentials', `grant_type=client_credentials&${query}`]) {
      const reply = await ask({ path: `${rootPath}?${query}`, body });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ error: 'invalid_request' });
    }
    expect(logger.text()).not.toContain(secret);
  });

  it('refuses other bodies and methods', async () => {
    expect((await ask({ headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await ask({ body: 'x'.repeat(20_000) })).status).toBe(413);
    expect((await server.host.fetch(new Request(`http://localhost${rootPath}`))).status).toBe(405);
  });

  it('is not there unless it is configured', async () => {
    await using other = await startTestServer({
      registries: [{ type: social, adapter: memoryAdapter({ registryType: social, records: {} }) }],
    });
    const request = new Request(`http://localhost${rootPath}`, {
      method: 'POST',
      headers: { 'content-type': formType },
    });
    expect((await other.host.fetch(request)).status).toBe(404);
  });

  it('answers 429 to the sixth wrong secret for a client, and the client still gets in (OA4)', async () => {
    const guess = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'guess' };
    const statuses: number[] = [];
    for (let time = 0; time < 7; time += 1) statuses.push((await ask({ body: guess })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const refused = await ask({ body: guess });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({ errors: [{ code: 'err.request.too_many_requests' }] });
    await tokenFor();
  });

  it('answers 429 to an address that failed too often, whatever it shows (OA4)', async () => {
    const { url } = await server.host.listen();
    const statuses: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      const body = { grant_type: 'client_credentials', client_id: `guess-${time}`, client_secret: 'guess' };
      statuses.push((await ask({ body, base: url })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect((await ask({ base: url })).status).toBe(429);
  });
});

describe('an access token', () => {
  const now = () => Math.floor(server.clock.now() / 1000);

  it('that the host would have written is accepted, in either spelling of its type', async () => {
    const token = await tokenFor();
    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt']) {
      expect((await search(await forge(token, { typ }, {}))).status).toBe(200);
    }
  });

  it.each<[string, (token: string) => Promise<string> | string]>([
    ['of another key', (token) => forge(token, {}, {}, 'other')],
    ['without a signature', (token) => `${token.slice(0, token.lastIndexOf('.'))}.`],
    ['with the signature of another', (token) => token.replace(/.{8}$/, 'AAAAAAAA')],
    ['with changed claims', (token) => token.replace(/\.[^.]+\./, `.${part({ ...read(token, 1), sender: 'other' })}.`)],
    ['of algorithm none', (token) => `${part({ ...read(token, 0), alg: 'none' })}.${token.split('.')[1]}.AA`],
    ['of algorithm none that is signed', (token) => forge(token, { alg: 'none' }, {})],
    ['that names RS256', (token) => forge(token, { alg: 'RS256' }, {})],
    ['that names HS256', (token) => forge(token, { alg: 'HS256' }, {})],
    [
      'that is signed with the public key as a secret',
      async (token) => {
        const [published] = await server.host.context.keys.published();
        const signed = `${part({ ...read(token, 0), alg: 'HS256' })}.${token.split('.')[1]}`;
        const mac = createHmac('sha256', JSON.stringify(published?.publicKey.jwk)).update(signed).digest('base64url');
        return `${signed}.${mac}`;
      },
    ],
    ['of another type', (token) => forge(token, { typ: 'JWT' }, {})],
    ['without a type', (token) => forge(token, { typ: undefined }, {})],
    ['of an unknown key', (token) => forge(token, { kid: 'registry.example.org|none|ed25519' }, {})],
    ['without a key', (token) => forge(token, { kid: undefined }, {})],
    ['that carries its key', (token) => forge(token, { kid: undefined, jwk: {} }, {})],
    ['with a critical extension', (token) => forge(token, { crit: ['b64'], b64: false }, {})],
    ['of another issuer', (token) => forge(token, {}, { iss: 'other.example.org' })],
    ['without an issuer', (token) => forge(token, {}, { iss: undefined })],
    ['for another audience', (token) => forge(token, {}, { aud: 'other.example.org' })],
    ['for a list of audiences', (token) => forge(token, {}, { aud: ['other.example.org'] })],
    ['without an audience', (token) => forge(token, {}, { aud: undefined })],
    ['that has expired', (token) => forge(token, {}, { exp: now() })],
    ['without an end', (token) => forge(token, {}, { exp: undefined })],
    ['whose end is a text', (token) => forge(token, {}, { exp: String(now() + 900) })],
    ['from the future', (token) => forge(token, {}, { iat: now() + 61 })],
    ['that is not valid yet', (token) => forge(token, {}, { nbf: now() + 61 })],
    ['without a time', (token) => forge(token, {}, { iat: undefined })],
    ['of an unknown client', (token) => forge(token, {}, { sub: 'nobody' })],
    ['of a client of another sender', (token) => forge(token, {}, { sender: 'other.example.org' })],
    ['without a scope', (token) => forge(token, {}, { scope: undefined })],
    ['from before its client was registered', (token) => forge(token, {}, { iat: now() - 1 })],
    ['whose header is no JSON', (token) => token.replace(/^[^.]+/, part('{'))],
    ['whose claims are a list', (token) => token.replace(/\.[^.]+\./, `.${part('[]')}.`)],
    ['with four parts', (token) => `${token}.x`],
    ['that is far too long', (token) => forge(token, {}, { padding: 'x'.repeat(10_000) })],
  ])('%s is refused with 401 (OA1)', async (_name, change) => {
    const reply = await search(await change(await tokenFor()));
    expect(reply.status, reply.text).toBe(401);
    expect(reply.body).toMatchObject({
      message: { error: { code: 'err.request.unauthorized' } },
      errors: [{ code: 'err.auth.invalid_token' }],
    });
    expect(reply.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it.each(['Basic', 'JWT', 'at+jwt', 'DPoP'])('under the scheme %s is refused with 401 (OA1)', async (scheme) => {
    const authorization = `${scheme} ${await tokenFor()}`;
    const reply = await server.send(await server.envelope(), { authorization });
    expect(reply.body).toMatchObject({ errors: [{ code: 'err.auth.invalid_format' }] });
    expect(reply.status).toBe(401);
  });

  it('ends with its time', async () => {
    const token = await tokenFor();
    server.clock.advance(899_999);
    expect((await search(token)).status).toBe(200);
    server.clock.advance(1);
    expect((await search(token)).status).toBe(401);
  });

  it('of one sender does not carry the envelope of another (OA2)', async () => {
    const other = await server.addPeer({ senderId: 'other.example.org', policy: grantAll(social) });
    const reply = await search(await tokenFor(), other);
    expect(reply.status).toBe(403);
    expect(reply.body).toMatchObject({ errors: [{ code: 'err.auth.sender_mismatch' }] });
  });

  it('is for what it was given (OA3)', async () => {
    const { registries } = grantAll(social);
    await server.senders.setPolicy(server.peer.senderId, {
      registries: { social: { ...registries.social, recordTypes: {}, actions: ['search', 'subscribe'] } },
    });
    const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
    expect((await search(await tokenFor({ body: { ...body, scope: 'social/search' } }))).status).toBe(200);
    const refused = await search(await tokenFor({ body: { ...body, scope: 'social/subscribe' } }));
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ errors: [{ code: 'err.request.forbidden' }] });
    expect((await search(await forge(await tokenFor(), {}, { scope: '' }))).status).toBe(403);
  });

  it('is for no more than its client may have', async () => {
    const narrow = await clients.add({ senderId: server.peer.senderId, scopes: ['social/subscribe'] });
    const reply = await ask({
      body: { grant_type: 'client_credentials', client_id: narrow.client.clientId, client_secret: narrow.secret },
    });
    expect(reply.body).toMatchObject({ error: 'invalid_scope' });
  });

  it('is refused in the query string, and not logged (OA3)', async () => {
    const token = await tokenFor();
    const reply = await server.send(await server.envelope(), {
      authorization: null,
      path: `/dci_api/v1/social/registry/sync/search?access_token=${token}`,
    });
    expect(reply.status).toBe(401);
    expect(reply.body).toMatchObject({ errors: [{ code: 'err.auth.missing_header' }] });
    expect(logger.text()).not.toContain(token);
  });

  it('ends at once with its client, also when the client comes back', async () => {
    const token = await tokenFor();
    expect((await search(token)).status).toBe(200);
    await clients.remove(server.peer.senderId, clientId);
    expect((await search(token)).status).toBe(401);
    server.clock.advance(1_000);
    await clients.add({ senderId: server.peer.senderId, clientId });
    expect((await search(token)).status).toBe(401);
  });

  it('ends at once with its sender', async () => {
    const token = await tokenFor();
    await server.senders.setState(server.peer.senderId, 'disabled');
    const reply = await search(token);
    expect(reply.status).toBe(401);
    expect(reply.body).toMatchObject({ errors: [{ code: 'err.sender.unknown' }] });
  });

  it('outlives a rotation of the key, and ends at once when the key is revoked', async () => {
    const { keys } = server.host.context;
    const token = await tokenFor();
    const { keyId } = await keys.active();
    await keys.rotate({ leadSeconds: 0 });
    expect((await search(token)).status).toBe(200);
    expect((await search(await tokenFor())).status).toBe(200);
    await keys.revoke(keyId);
    expect((await search(token)).status).toBe(401);
    expect((await search(await tokenFor())).status).toBe(200);
  });

  it('is signed and verified with RS256 where that is the key', async () => {
    await server.host.context.keys.rotate({ algorithm: 'rs256', leadSeconds: 0 });
    const token = await tokenFor();
    expect(read(token, 0).alg).toBe('RS256');
    expect((await search(token)).status).toBe(200);
  });

  it('stands beside the bearer tokens of senders', async () => {
    expect((await search(server.peer.token)).status).toBe(200);
  });
});
