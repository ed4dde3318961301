import { gzipSync } from 'node:zlib';
import {
  type DecryptionKey,
  decryptMessage,
  defineDialect,
  encryptionKeyOf,
  encryptMessage,
  generateEncryptionKey,
  isJsonObject,
  type JsonObject,
  opencrvsDialect,
  publicKeyOf,
  spdciDialect,
  toJwks,
} from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Behaviour,
  CLIENT_ID,
  crypto,
  failureOf,
  honestReply,
  inHeader,
  inItem,
  REGISTRY_ID,
  type ReceivedRequest,
  random,
  registryForTests,
  sign,
  TOKEN,
} from '../registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;
const byId = { queryType: 'idtype-value', query: { type: 'UIN', value: '1' } } as const;

describe('a reply without signature', () => {
  it('is taken where the data source says so, and its evidence says that it is not verified', async () => {
    registry.current.behave({ signingKey: undefined });
    const { records, evidence } = await client({ requireSignedReplies: false }).search(byId);
    expect(records).toHaveLength(1);
    expect(evidence).toMatchObject({ verified: false, senderId: REGISTRY_ID });
    expect(evidence.keyId).toBeUndefined();
    registry.current.behave({ rewrite: (text) => text.replace(/"signature":".*"}$/, '"signature":"unsigned-stub"}') });
    expect((await client({ requireSignedReplies: false }).search(byId)).evidence.verified).toBe(false);
  });

  it('must be addressed to us and answer our transaction all the same', async () => {
    for (const change of [
      inHeader({ sender_id: 'other.example.org' }),
      inHeader({ receiver_id: 'other.example.org' }),
      inHeader({ action: 'search' }),
    ]) {
      registry.current.behave({ signingKey: undefined, change });
      const { failure } = await failureOf(client({ requireSignedReplies: false }).search(byId));
      expect(failure.kind).toBe('protocol');
    }
  });

  it('is another matter than one whose signature is wrong', async () => {
    registry.current.behave({ rewrite: (text) => text.replace('1234567897', '1234567890') });
    const { failure } = await failureOf(client({ requireSignedReplies: false }).search(byId));
    expect(failure).toEqual({ kind: 'signature', reason: 'signature_mismatch' });
  });
});

describe('a signature', () => {
  it('of another scheme than agreed is refused, also a weaker one that verifies', async () => {
    registry.current.behave({ replyScheme: 'dci-legacy' });
    const { failure } = await failureOf(client().search(byId));
    expect(failure).toEqual({ kind: 'signature', reason: 'scheme_not_allowed' });
  });

  it('may be of any scheme that the dialect reads', async () => {
    const dialect = defineDialect({
      ...spdciDialect,
      name: 'both',
      signatures: { write: 'dci', read: ['dci', 'jws'] },
    });
    registry.current.behave({ replyScheme: 'jws' });
    expect((await client({ dialect }).search(byId)).evidence.verified).toBe(true);
  });
});

describe('a reply with a copy of the request’s header', () => {
  const copied =
    (members: JsonObject = {}): NonNullable<Behaviour['change']> =>
    ({ message }, request) => ({ header: { ...request.header, status: 'succ', ...members }, message });
  const dialect = defineDialect({
    ...spdciDialect,
    name: 'copying',
    signatures: { write: 'jws', read: ['jws'] },
    readParties: opencrvsDialect.readParties,
  });

  /** Families that copy headers name no sender in their key ids. */
  const behave = (change: Behaviour['change']): void =>
    registry.current.behave({
      scheme: 'jws',
      ...(change && { change }),
      signingKey: { ...registry.current.key, senderId: CLIENT_ID },
    });

  it('is read with its parties exchanged', async () => {
    behave(copied());
    const { evidence } = await client({ dialect }).search(byId);
    expect(evidence).toMatchObject({ verified: true, senderId: REGISTRY_ID });
    expect(evidence.header.sender_id).toBe(CLIENT_ID);
  });

  it('must be a copy of that very request’s', async () => {
    behave(copied({ message_id: 'another' }));
    const { failure } = await failureOf(client({ dialect }).search(byId));
    expect(failure).toMatchObject({ kind: 'protocol', fault: 'other_message' });
  });

  it('is no reply of a family that exchanges them', async () => {
    registry.current.behave({ change: copied() });
    const { failure } = await failureOf(client().search(byId));
    expect(failure.kind).toBe('signature');
  });
});

describe('encryption', () => {
  let registryKey: DecryptionKey;
  let ownKey: DecryptionKey;
  let otherKey: DecryptionKey;
  const own = () => ({ encrypt: true, decryptionKeys: async () => [ownKey] });

  beforeAll(async () => {
    const [one, two, three] = await Promise.all([
      generateEncryptionKey('ECDH-ES+A256KW', { random }),
      generateEncryptionKey('ECDH-ES+A256KW', { random }),
      generateEncryptionKey('ECDH-ES+A256KW', { random }),
    ]);
    registryKey = { senderId: REGISTRY_ID, keyId: 'enc1', privateKey: one };
    ownKey = { senderId: CLIENT_ID, keyId: 'enc1', privateKey: two };
    otherKey = { senderId: CLIENT_ID, keyId: 'enc2', privateKey: three };
  });

  /** Publishes a key for encryption, and answers what it decrypts. */
  const encrypting = (replyTo: DecryptionKey | undefined, seen?: JsonObject[]): Behaviour => ({
    jwks: (response) => {
      const { key } = registry.current;
      const signing = { ...key, publicKey: publicKeyOf(key.privateKey) };
      const encryption = {
        senderId: REGISTRY_ID,
        keyId: 'enc1',
        publicKey: encryptionKeyOf(registryKey.privateKey),
      };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(toJwks([signing], [encryption])));
    },
    answer: async (response, request) => {
      const message =
        request.header.is_msg_encrypted === true
          ? await decryptMessage(request.message, [registryKey])
          : request.message;
      seen?.push(message);
      const clear: ReceivedRequest = { ...request, message };
      const honest = honestReply(clear);
      const publicKey = replyTo && encryptionKeyOf(replyTo.privateKey);
      const parts =
        publicKey === undefined
          ? honest
          : {
              header: { ...honest.header, is_msg_encrypted: true },
              message: await encryptMessage(honest.message, { kid: replyTo?.keyId ?? '', publicKey }, { crypto }),
            };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(await sign(parts, registry.current.key));
    },
  });

  it('hides the message both ways; the key is that of the registry’s JWKS', async () => {
    const seen: JsonObject[] = [];
    registry.current.behave(encrypting(ownKey, seen));
    const { records, evidence } = await client(own()).search(byId);
    expect(records).toHaveLength(1);
    expect(evidence.message.search_response).toBeDefined();
    const [request] = registry.current.requests;
    expect(request?.header.is_msg_encrypted).toBe(true);
    expect(Object.keys(request?.message ?? {})).toEqual(expect.arrayContaining(['ciphertext', 'protected', 'tag']));
    expect(request?.text).not.toContain('UIN');
    expect(seen).toHaveLength(1);
  });

  it('can be to a registered key', async () => {
    registry.current.behave({ answer: encrypting(ownKey).answer ?? (() => undefined) });
    const encryptionKey = { kid: 'enc1', publicKey: encryptionKeyOf(registryKey.privateKey) };
    const peerKeys = { keys: [{ publicKey: publicKeyOf(registry.current.key.privateKey), state: 'active' as const }] };
    const before = registry.current.jwksRequests;
    expect((await client({ ...own(), encryptionKey, peerKeys }).search(byId)).records).toHaveLength(1);
    expect(registry.current.jwksRequests).toBe(before);
  });

  it('writes its headers where the dialect wants them', async () => {
    const dialect = defineDialect({ ...spdciDialect, name: 'open', encryption: { headers: 'unprotected' } });
    registry.current.behave(encrypting(ownKey));
    await client({ ...own(), dialect }).search(byId);
    const { header, protected: inside = '' } = registry.current.requests[0]?.message ?? {};
    expect(header).toMatchObject({ alg: 'ECDH-ES+A256KW' });
    expect(Buffer.from(String(inside), 'base64url').toString()).not.toContain('alg');
  });

  it.each<[string, () => { replyTo: DecryptionKey | undefined; options: object }, string]>([
    ['a reply in clear to it', () => ({ replyTo: undefined, options: own() }), 'not_encrypted'],
    ['a reply to another’s key', () => ({ replyTo: otherKey, options: own() }), 'not_decrypted'],
    ['an encrypted reply that was not asked for', () => ({ replyTo: ownKey, options: {} }), 'encrypted'],
  ])('refuses %s', async (_name, make, fault) => {
    const { replyTo, options } = make();
    registry.current.behave(encrypting(replyTo));
    const { failure } = await failureOf(client(options).search(byId));
    expect(failure).toMatchObject({ kind: 'protocol', fault });
  });

  it('of a reply is undone also where our own request was in clear', async () => {
    registry.current.behave(encrypting(ownKey));
    expect((await client({ decryptionKeys: async () => [ownKey] }).search(byId)).records).toHaveLength(1);
  });

  it('fails before anything is sent when the registry publishes no key for it', async () => {
    await expect(client(own()).search(byId)).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      path: 'encryptionKey',
    });
    expect(registry.current.requests).toEqual([]);
  });
});

describe('a hostile body', () => {
  const deep = (levels: number): JsonObject => (levels === 0 ? {} : { a: deep(levels - 1) });
  const raw = (body: string | Buffer, headers: Record<string, string> = {}): Behaviour => ({
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.end(body);
    },
  });

  it.each<[string, () => Behaviour, string]>([
    ['nested too deeply', () => ({ rewrite: () => JSON.stringify(deep(40)) }), 'malformed'],
    [
      'with a member twice, deep inside',
      () => ({ rewrite: (text) => text.replace('"sex":', '"sex":"male","sex":') }),
      'malformed',
    ],
    [
      'with __proto__',
      () => ({ rewrite: (text) => text.replace('{"header":{', '{"header":{"__proto__":{},') }),
      'malformed',
    ],
    [
      'with a number that overflows',
      () => ({ rewrite: (text) => text.replace('"total_count":1', '"total_count":1e999') }),
      'malformed',
    ],
    [
      'compressed, that is larger than the limit',
      () => raw(gzipSync(Buffer.alloc(8 * 1024 * 1024, ' ')), { 'content-encoding': 'gzip' }),
      'too_large',
    ],
    ['compressed badly', () => raw('no gzip at all', { 'content-encoding': 'gzip' }), 'truncated'],
    ['of bytes that are no UTF-8', () => raw(Buffer.from([0x7b, 0xff, 0x7d])), 'malformed'],
    ['with a null header', () => raw('{"header":null,"message":{}}'), 'envelope'],
    ['with a header that is a list', () => raw('{"header":[],"message":{}}'), 'envelope'],
    [
      'with a signature that is a number',
      () => ({ rewrite: (text) => text.replace(/"signature":".*"}$/, '"signature":7}') }),
      'envelope',
    ],
  ])('%s is a typed error', async (_name, behaviour, fault) => {
    registry.current.behave(behaviour());
    const { failure } = await failureOf(client({ maxReplyBytes: 1024 * 1024, retries: 0 }).search(byId));
    expect(failure).toMatchObject({ kind: 'protocol', fault });
  });

  it('of a dialect that stumbles over it is a typed error', async () => {
    const stumbling = (): never => {
      throw new TypeError('cannot read Lucía of undefined');
    };
    for (const members of [{ readMessage: stumbling }, { readParties: stumbling }]) {
      const dialect = defineDialect({ ...spdciDialect, name: 'stumbling', ...members });
      const { error, failure } = await failureOf(client({ dialect }).search(byId));
      expect(failure).toMatchObject({ kind: 'protocol', fault: 'envelope' });
      expect(String(error)).not.toContain('Lucía');
    }
  });

  it('never shows in the text of an error', async () => {
    const canary = 'Canary-4711';
    const behaviours: Behaviour[] = [
      { change: inHeader({ action: canary }) },
      { change: inHeader({ sender_id: canary }) },
      { change: inHeader({ message_id: [canary] }) },
      { change: inItem({ reference_id: canary }) },
      { change: inItem({ status: canary }) },
      { change: inItem({ data: { reg_records: [[canary]] } }) },
      { change: inItem({ data: { reg_record_type: canary, reg_records: canary } }) },
      {
        change: inHeader({ status: 'rjct', status_reason_code: canary, status_reason_message: canary }),
        rewrite: (text) => text,
      },
      raw(`{"header":{"${canary}":`),
      raw(`<${canary}>`, { 'content-type': `text/${canary}` }),
      raw('{}', { location: canary }),
      {
        answer: (response) =>
          void response.writeHead(400).end(JSON.stringify({ errors: [{ code: canary, message: canary }] })),
      },
    ];
    for (const behaviour of behaviours) {
      registry.current.behave(behaviour);
      const error: unknown = await client()
        .search(byId)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      if (error === undefined) continue;
      const shown = [error instanceof Error ? `${error.name} ${error.message} ${error.stack}` : ''];
      if (isJsonObject(error as JsonObject) && error instanceof Error && 'path' in error)
        shown.push(String(error.path));
      expect(shown.join(' ')).not.toContain(canary);
      expect(shown.join(' ')).not.toContain(TOKEN);
    }
  });
});
