import { webcrypto } from 'node:crypto';
import {
  createRandom,
  formatTimestamp,
  generateKey,
  jwkThumbprint,
  publicKeyOf,
  readJson,
  type SignatureSchemeName,
  social,
  verifyEnvelope,
} from 'dci-core';
import { CompactSign, importJWK } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import { socialPersons } from './records.fixtures.ts';
import {
  byId,
  grantAll,
  itemsOf,
  receiverId,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestReply,
  type TestServer,
  testCrypto,
} from './server.fixtures.ts';

const random = createRandom(webcrypto);
const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
const message = () => searchMessage(searchItem(byId('UIN', 'UIN-2')));

let jwks: string;
let fetches: number;
let server: TestServer;
beforeEach(async () => {
  fetches = 0;
  const fetch = async () => {
    fetches += 1;
    return new Response(jwks, { status: 200 });
  };
  server = await startTestServer({ registries: [{ type: social, adapter }], host: { fetch } });
});
afterEach(() => server[Symbol.asyncDispose]());

async function signedIn(reply: TestReply, scheme: SignatureSchemeName): Promise<boolean> {
  const published = await server.host.context.keys.published();
  const { valid } = await verifyEnvelope({
    document: readJson(reply.text),
    keys: published.map(({ keyId, publicKey }) => ({ keyId, publicKey, state: 'active' as const })),
    ...{ senderId: receiverId, schemes: [scheme], crypto: testCrypto, clock: server.clock },
  });
  return valid;
}

it.each(['jws', 'jws-detached'] as const)(
  'a peer of the scheme %s is answered in it, and in no other',
  async (scheme) => {
    const peer = await server.addPeer({ senderId: 'peer.example.org', policy: grantAll(social), schemes: [scheme] });
    const reply = await server.send(await server.envelope({ message: message(), scheme }, peer), {}, peer);
    expect(reply.status, reply.text).toBe(200);
    expect(await signedIn(reply, scheme)).toBe(true);
    expect(await signedIn(reply, 'dci')).toBe(false);
    for (const other of ['dci', scheme === 'jws' ? 'jws-detached' : 'jws'] as const) {
      const refused = await server.send(await server.envelope({ message: message(), scheme: other }, peer), {}, peer);
      expect([refused.status, refused.body.errors]).toMatchObject([401, [{ code: 'err.signature.invalid' }]]);
    }
  },
);

it('a peer that signs as OpenCRVS does: RS256, its JWKS and thumbprints, no times of its own', async () => {
  const senderId = 'https://crvs.example.org';
  const key = await generateKey('rs256', { random, modulusLength: 2048 });
  const kid = jwkThumbprint(key.jwk, testCrypto);
  jwks = JSON.stringify({ keys: [{ ...publicKeyOf(key).jwk, kid, use: 'sig', alg: 'RS256' }] });
  const peer = await server.addPeer({
    ...{ senderId, policy: grantAll(social), schemes: ['jws'] },
    jwksUrl: `${senderId}/.well-known/jwks.json`,
  });
  const signingKey = await importJWK({ ...key.jwk }, 'RS256');
  const send = async (at: number, protectedHeader: object = {}) => {
    const header = {
      ...{ version: '1.0.0', message_id: random.uuid(), message_ts: formatTimestamp(at), action: 'search' },
      ...{ sender_id: senderId, receiver_id: receiverId, total_count: 1, is_msg_encrypted: false },
    };
    const content = { header, message: message() };
    const signature = await new CompactSign(new TextEncoder().encode(JSON.stringify(content)))
      .setProtectedHeader({ alg: 'RS256', kid, ...protectedHeader })
      .sign(signingKey);
    return server.send(JSON.stringify({ signature, ...content }), {}, peer);
  };
  const now = server.clock.now();
  const reply = await send(now);
  expect(reply.status, reply.text).toBe(200);
  expect(itemsOf(reply).flatMap(recordsOf)).toEqual([socialPersons[1]]);
  expect(await signedIn(reply, 'jws')).toBe(true);
  expect((await send(now - 300_000)).status).toBe(200);
  expect((await send(now - 301_000)).body.errors).toMatchObject([{ code: 'err.signature.expired' }]);
  expect((await send(now + 61_000)).body.errors).toMatchObject([{ code: 'err.signature.not_yet_valid' }]);
  const fetched = fetches;
  // SG6: nothing that a message names is fetched, and no key that it brings is used.
  for (const hostile of [
    { jku: 'https://evil.example/jwks.json' },
    { x5u: 'https://evil.example/cert.pem' },
    { jwk: publicKeyOf(key).jwk },
    { kid: 'https://evil.example/key' },
  ]) {
    expect((await send(now, hostile)).status).toBe(401);
  }
  expect(fetches).toBe(fetched);
});
