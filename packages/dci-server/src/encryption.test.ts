import { webcrypto } from 'node:crypto';
import {
  createRandom,
  type DecryptionKey,
  decryptMessage,
  type EncryptionPrivateKey,
  encryptionKeyOf,
  encryptMessage,
  generateEncryptionKey,
  isJsonObject,
  type JsonObject,
  opencrvsDialects,
  readEncryptionJwks,
  readJson,
  social,
  toJwks,
  writeJson,
} from 'dci-core';
import { FlattenedEncrypt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import { cannotCheck, faultsOf } from './openapi.fixtures.ts';
import { socialPersons } from './records.fixtures.ts';
import type { NewSender } from './senders/new-sender.ts';
import {
  byExpression,
  byId,
  grantAll,
  headerOf,
  isSignedByHost,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestPeer,
  type TestReply,
  type TestServer,
  testCrypto,
} from './server.fixtures.ts';

const random = createRandom(webcrypto);
const peerKey = await generateEncryptionKey('ECDH-ES+A256KW', { random });
const rsaPeerKey = await generateEncryptionKey('RSA-OAEP-256', { random, modulusLength: 2048 });
const registered = (key: EncryptionPrivateKey): JsonObject => ({ ...encryptionKeyOf(key).jwk, use: 'enc', kid: 'e1' });
const adapter = () => memoryAdapter({ registryType: social, records: { Person: socialPersons } });
const question = () => searchMessage(searchItem(byId('UIN', 'UIN-2')));

let server: TestServer;
let peer: TestPeer;
const start = async (sender: Partial<Omit<NewSender, 'keys'>> = {}, host: object = {}): Promise<void> => {
  server = await startTestServer({ registries: [{ type: social, adapter: adapter() }], host });
  peer = await server.addPeer({
    senderId: 'hospital.example.org',
    policy: grantAll(social),
    encryptionKey: registered(peerKey),
    ...sender,
  });
};
beforeEach(() => start());
afterEach(() => server[Symbol.asyncDispose]());

/** To the first encryption key that the host publishes, as a peer would take it. */
async function encrypted(message: JsonObject = question(), headers: 'protected' | 'unprotected' = 'protected') {
  const reply = await server.host.fetch(new Request('http://localhost/.well-known/jwks.json'));
  const [key] = readEncryptionJwks(await reply.text(), { senderId: 'registry.example.org' });
  if (key === undefined) throw new Error('the host publishes no key');
  return encryptMessage(message, key, { crypto: testCrypto, headers });
}

const send = async (message: JsonObject, from = peer, isEncrypted = true): Promise<TestReply> =>
  server.send(await server.envelope({ message, header: { is_msg_encrypted: isEncrypted } }, from), {}, from);

function messageOf(reply: TestReply): JsonObject {
  const { message } = reply.body;
  if (!isJsonObject(message)) throw new Error(`no message: ${reply.text}`);
  return message;
}

async function decrypted(reply: TestReply, key = peerKey): Promise<JsonObject> {
  const own: DecryptionKey = { senderId: 'hospital.example.org', keyId: 'e1', privateKey: key };
  return decryptMessage(messageOf(reply), [own]);
}

function itemOf(message: JsonObject): JsonObject {
  const [item] = message.search_response as readonly JsonObject[];
  if (item === undefined) throw new Error('no item');
  return item;
}

const refused = (reply: TestReply): void => {
  expect([reply.status, reply.body.errors, (reply.body.message as JsonObject).error]).toEqual([
    400,
    [{ code: 'err.encryption.invalid', message: 'The message cannot be decrypted.' }],
    { code: 'err.encryption.invalid', message: 'The message cannot be decrypted.' },
  ]);
};

describe('an encrypted search', () => {
  it.each(['protected', 'unprotected'] as const)(
    'with %s headers is answered encrypted and signed',
    async (headers) => {
      const reply = await send(await encrypted(question(), headers));
      expect(reply.status, reply.text).toBe(200);
      expect(await isSignedByHost(reply, server)).toBe(true);
      expect(headerOf(reply)).toMatchObject({
        is_msg_encrypted: true,
        status: 'succ',
        total_count: 1,
        completed_count: 1,
      });
      expect(messageOf(reply)).toMatchObject({ header: { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'e1' } });
      expect(reply.text).not.toContain('search_response');
      expect(recordsOf(itemOf(await decrypted(reply)))).toEqual([socialPersons[1]]);
    },
  );

  it.skipIf(cannotCheck !== undefined)("is answered as the standard's file wants it", async () => {
    const reply = await send(await encrypted());
    const message = await decrypted(reply);
    const clear = { ...reply.body, message };
    expect(faultsOf('social', [reply, { status: 200, text: writeJson(clear) }])).toEqual([]);
  });

  it('in clear is answered in clear', async () => {
    const reply = await send(question(), peer, false);
    expect(headerOf(reply).is_msg_encrypted).not.toBe(true);
    expect(recordsOf(itemOf(messageOf(reply)))).toEqual([socialPersons[1]]);
  });

  it('is covered by the signature: another message of ours in its place is refused', async () => {
    const text = await server.envelope({ message: await encrypted(), header: { is_msg_encrypted: true } }, peer);
    const { value } = readJson(text);
    const changed = writeJson({ ...(value as JsonObject), message: await encrypted() });
    expect((await server.send(changed, {}, peer)).status).toBe(401);
    expect((await server.send(text, {}, peer)).status).toBe(200);
  });

  it('costs as much quota as the same in clear', async () => {
    const policy = { ...grantAll(social), quota: { perMinute: 20, perDay: 1000 } };
    const limited = await server.addPeer({
      senderId: 'limited.example.org',
      policy,
      encryptionKey: registered(peerKey),
    });
    const dear = () => searchMessage(searchItem(byExpression(['name.surname', 'contains', 'a'])));
    expect((await send(await encrypted(dear()), limited)).status).toBe(200);
    const reply = await send(await encrypted(dear()), limited);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
  });

  it('is read with a retiring key, and not with a revoked one', async () => {
    const before = [await encrypted(), await encrypted()] as const;
    const { active, retiring } = await server.host.context.keys.rotate({ use: 'enc' });
    expect((await send(before[0])).status).toBe(200);
    const next = await encrypted();
    expect(next.header.kid).toContain(active.keyId);
    expect((await send(next)).status).toBe(200);
    await server.host.context.keys.revoke(retiring[0]?.keyId ?? '');
    refused(await send(before[1]));
  });
});

describe('one answer for everything that cannot be decrypted', () => {
  it.each<[string, (good: JsonObject) => JsonObject]>([
    ['a changed ciphertext', (good) => ({ ...good, ciphertext: flipped(good.ciphertext) })],
    ['a changed tag', (good) => ({ ...good, tag: flipped(good.tag) })],
    ['a changed iv', (good) => ({ ...good, iv: flipped(good.iv) })],
    ['a changed key', (good) => ({ ...good, encrypted_key: flipped(good.encrypted_key) })],
    ['a changed protected header', (good) => ({ ...good, protected: flipped(good.protected) })],
    ['no tag', ({ tag: _, ...good }) => good],
    [
      'another key id',
      (good) => ({ ...good, protected: undefined, header: { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'x' } }),
    ],
    ['another algorithm', (good) => ({ ...good, header: { ...(good.header as JsonObject), alg: 'RSA-OAEP-256' } })],
    ['compression', (good) => ({ ...good, header: { ...(good.header as JsonObject), zip: 'DEF' } })],
    ['a password', (good) => ({ ...good, header: { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2c: 1e9 } })],
    ['nothing', () => ({})],
    ['a message in clear', () => question()],
  ])('%s', async (_, change) => {
    refused(await send(change(await encrypted())));
  });

  it.each([
    ['no JSON', 'hello'],
    ['a member twice', '{"transaction_id":"1","transaction_id":"2"}'],
    ['a list', '[]'],
  ])('a plaintext that is %s', async (_, plaintext) => {
    const [key] = await server.host.context.keys.encryptionKeys();
    if (key === undefined) throw new Error('no key');
    const jwe = await new FlattenedEncrypt(new TextEncoder().encode(plaintext))
      .setProtectedHeader({ alg: key.publicKey.algorithm, enc: 'A256GCM' })
      .encrypt({ ...key.publicKey.jwk });
    refused(await send(jwe as unknown as JsonObject));
  });

  it('a message for somebody else', async () => {
    const other = await generateEncryptionKey('ECDH-ES+A256KW', { random });
    const [own] = await server.host.context.keys.encryptionKeys();
    const kid = `${own?.senderId}|${own?.keyId}|${own?.publicKey.algorithm}`;
    refused(
      await send(await encryptMessage(question(), { kid, publicKey: encryptionKeyOf(other) }, { crypto: testCrypto })),
    );
  });

  it('a message of a sender to which nothing can be encrypted', async () => {
    refused(await send(await encrypted(), server.peer));
  });

  it('a host without a key', async () => {
    const message = await encrypted();
    for (const { keyId, use } of await server.host.context.keys.list()) {
      if (use === 'enc') await server.host.context.keys.revoke(keyId);
    }
    refused(await send(message));
  });

  it('but what is wrong in the message itself is told as in clear', async () => {
    const reply = await send(await encrypted({ transaction_id: 't' }));
    expect([reply.status, reply.body.errors]).toMatchObject([400, [{ code: 'err.request.bad' }]]);
  });
});

describe('peers', () => {
  it.each(opencrvsDialects)('of the dialect $name, by RSA and with unprotected headers', async ({ name: dialect }) => {
    await server[Symbol.asyncDispose]();
    await start({ dialect, encryptionKey: registered(rsaPeerKey) }, { keys: { encryptionAlgorithm: 'RSA-OAEP-256' } });
    const message = await encrypted(question(), 'unprotected');
    expect(message.header.alg).toBe('RSA-OAEP-256');
    const reply = await send(message);
    expect(reply.status, reply.text).toBe(200);
    expect(messageOf(reply)).toMatchObject({ header: { alg: 'RSA-OAEP-256', kid: 'e1' } });
    expect(messageOf(reply)).not.toHaveProperty('protected');
    expect(recordsOf(itemOf(await decrypted(reply, rsaPeerKey)))).toEqual([socialPersons[1]]);
  });

  it('that publish their key: the first for encryption is taken', async () => {
    await server[Symbol.asyncDispose]();
    const body = writeJson(
      toJwks([], [{ senderId: 'hospital.example.org', keyId: 'e1', publicKey: encryptionKeyOf(peerKey) }]),
    );
    const fetch = async () => new Response(body, { status: 200 });
    server = await startTestServer({ registries: [{ type: social, adapter: adapter() }], host: { fetch } });
    peer = await server.addPeer({
      senderId: 'hospital.example.org',
      policy: grantAll(social),
      jwksUrl: 'https://hospital.example.org/jwks.json',
    });
    const reply = await send(await encrypted());
    expect(reply.status, reply.text).toBe(200);
    expect(recordsOf(itemOf(await decrypted(reply)))).toEqual([socialPersons[1]]);
  });
});

function flipped(value: JsonObject[string]): string {
  const text = String(value);
  return `${text[0] === 'A' ? 'Q' : 'A'}${text.slice(1)}`;
}
