import * as nodeCrypto from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { type CompactJWEHeaderParameters, FlattenedEncrypt, flattenedDecrypt } from 'jose';
import { describe, expect, it } from 'vitest';
import { createNodeCryptoProvider } from '../crypto/node.ts';
import { createRandom } from '../crypto/random.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { encryptionKeyOf, generateEncryptionKey } from '../keys/encryption-jwk.ts';
import type { DecryptionKey, EncryptionKey, EncryptionPrivateKey } from '../keys/encryption-key.ts';
import { rsaKey } from '../keys/test-keys.fixtures.ts';
import { jwkThumbprint } from '../keys/thumbprint.ts';
import { decryptMessage } from './decrypt.ts';
import { encryptMessage, type WrittenEncryptedMessage } from './encrypt.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);
const random = createRandom(nodeCrypto.webcrypto);
const message: JsonObject = { transaction_id: 'é😀', id: 12345678901234567890n, score: 45.5, list: [] };
const { kty, n, e, d, p, q, dp, dq, qi } = rsaKey.jwk as unknown as Record<string, string>;
const keys: readonly [string, EncryptionPrivateKey][] = [
  ['RSA', { algorithm: 'RSA-OAEP-256', jwk: { kty, n, e, d, p, q, dp, dq, qi } } as EncryptionPrivateKey],
  ['P-256', await generateEncryptionKey('ECDH-ES+A256KW', { random })],
  ['X25519', await generateEncryptionKey('ECDH-ES+A256KW', { random, curve: 'X25519' })],
];
const own = (privateKey: EncryptionPrivateKey, keyId = 'e1'): DecryptionKey => ({ senderId: 'us', keyId, privateKey });
const kidOf = ({ senderId, keyId, privateKey }: DecryptionKey) => `${senderId}|${keyId}|${privateKey.algorithm}`;
const published = (key: DecryptionKey): EncryptionKey => ({
  kid: kidOf(key),
  publicKey: encryptionKeyOf(key.privateKey),
});
const refusal = { code: 'err.encryption.invalid', status: 400, message: 'The message cannot be decrypted.' };

async function refuses(encrypted: JsonObject, own: readonly DecryptionKey[], maxBytes?: number): Promise<void> {
  const error = await decryptMessage(encrypted, own, maxBytes === undefined ? {} : { maxBytes }).catch(
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject(refusal);
  expect(error).not.toHaveProperty('cause');
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url');

describe.each(keys)('a message to a key on %s', (_, privateKey) => {
  const ours = own(privateKey);
  const { algorithm, jwk } = privateKey;
  const encrypt = (options: { headers?: 'protected' | 'unprotected' } = {}) =>
    encryptMessage(message, published(ours), { crypto, ...options });

  it.each(['protected', 'unprotected'] as const)('with %s headers is decrypted', async (headers) => {
    const encrypted = await encrypt({ headers });
    expect(encrypted.header).toEqual({ alg: algorithm, enc: 'A256GCM', kid: `us|e1|${algorithm}` });
    expect(await decryptMessage(encrypted, [own(privateKey, 'e0'), ours])).toEqual(message);
    expect(JSON.stringify(encrypted)).not.toContain('transaction_id');
  });

  it.each(['protected', 'unprotected'] as const)(
    'that names it by its thumbprint is decrypted: %s',
    async (headers) => {
      const anonymous = { publicKey: encryptionKeyOf(privateKey) };
      const encrypted = await encryptMessage(message, anonymous, { crypto, headers });
      expect(encrypted.header.kid).toBe(jwkThumbprint(jwk, crypto));
      const other = await generateEncryptionKey(algorithm, { random, modulusLength: 2048 });
      expect(await decryptMessage(encrypted, [own(other, 'e0'), ours])).toEqual(message);
      await refuses(encrypted, [own(other)]);
    },
  );

  it('is a flattened JWE to jose, without the copy of its header', async () => {
    const { header, ...jwe } = await encrypt();
    const { plaintext, protectedHeader } = await flattenedDecrypt(jwe, { ...jwk });
    expect(protectedHeader).toMatchObject(header);
    expect(new TextDecoder().decode(plaintext)).toBe(
      '{"transaction_id":"é😀","id":12345678901234567890,"score":45.5,"list":[]}',
    );
  });

  it('with unprotected headers is one as it stands, as OpenCRVS reads it', async () => {
    const { plaintext } = await flattenedDecrypt({ ...(await encrypt({ headers: 'unprotected' })) }, { ...jwk });
    expect(plaintext.length).toBeGreaterThan(10);
  });

  it.each<[string, (jwe: FlattenedEncrypt) => FlattenedEncrypt]>([
    [
      'all unprotected, as OpenCRVS',
      (jwe) => jwe.setUnprotectedHeader({ alg: algorithm, enc: 'A256GCM', kid: kidOf(ours) }),
    ],
    ['all protected', (jwe) => jwe.setProtectedHeader({ alg: algorithm, enc: 'A256GCM', kid: kidOf(ours) })],
    ['no kid', (jwe) => jwe.setProtectedHeader({ alg: algorithm, enc: 'A256GCM' })],
    ['the key id alone', (jwe) => jwe.setProtectedHeader({ alg: algorithm, enc: 'A256GCM', kid: 'e1' })],
    [
      'parted headers',
      (jwe) => jwe.setProtectedHeader({ enc: 'A256GCM' }).setUnprotectedHeader({ alg: algorithm, kid: 'e1' }),
    ],
    ['a type', (jwe) => jwe.setProtectedHeader({ alg: algorithm, enc: 'A256GCM', typ: 'JOSE', cty: 'json' })],
  ])('written by jose with %s is decrypted', async (_name, headers) => {
    const jwe = headers(new FlattenedEncrypt(bytes('{"a":45.0}')));
    const encrypted = await jwe.encrypt({ ...encryptionKeyOf(privateKey).jwk });
    expect(await decryptMessage(encrypted as unknown as JsonObject, [ours])).toEqual({ a: 45 });
  });

  it('is never the same twice', async () => {
    const [one, two] = [await encrypt(), await encrypt()];
    for (const name of ['iv', 'encrypted_key', 'ciphertext', 'tag'] as const) expect(one[name]).not.toBe(two[name]);
  });

  it('with any character changed is refused, always in the same way', async () => {
    const encrypted = await encrypt();
    for (const name of ['iv', 'encrypted_key', 'ciphertext', 'tag', 'protected'] as const) {
      const text = encrypted[name] ?? '';
      for (let at = 0; at < text.length; at += Math.ceil(text.length / 6)) {
        const other = text[at] === 'A' ? 'Q' : 'A';
        await refuses({ ...encrypted, [name]: `${text.slice(0, at)}${other}${text.slice(at + 1)}` }, [ours]);
      }
      await refuses({ ...encrypted, [name]: `${text}AAAA` }, [ours]);
      await refuses({ ...encrypted, [name]: text.slice(4) }, [ours]);
      if (name !== 'protected') await refuses({ ...encrypted, [name]: undefined }, [ours]);
    }
  });

  it.each<[string, JsonObject]>([
    ['another kid in the copy', { kid: 'us|e2|' }],
    ['another alg in the copy', { alg: 'dir' }],
    ['another enc in the copy', { enc: 'A128GCM' }],
    ['zip in the copy', { zip: 'DEF' }],
    ['crit in the copy', { crit: ['x'] }],
    ['jku in the copy', { jku: 'https://evil.example' }],
    ['p2c in the copy', { p2c: 1_000_000_000 }],
    ['an unknown member in the copy', { x: 1 }],
    ['a member of a prototype in the copy', { constructor: 'x' }],
  ])('with %s is refused', async (_name, change) => {
    const encrypted = await encrypt();
    await refuses({ ...encrypted, header: { ...encrypted.header, ...change } }, [ours]);
  });

  it('for another key is refused', async () => {
    const other = await generateEncryptionKey(algorithm, { random, modulusLength: 2048 });
    const encrypted = await encryptMessage(message, published(own(other)), { crypto });
    await refuses(encrypted, [ours]);
    await refuses(encrypted, []);
    await refuses(await encrypt(), [own(privateKey, 'e2')]);
  });

  it.each<[string, Uint8Array]>([
    ['no JSON', bytes('hello')],
    ['a list', bytes('[]')],
    ['a member twice', bytes('{"a":1,"a":2}')],
    ['a prototype', bytes('{"__proto__":{}}')],
    ['nesting beyond the limit', bytes(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)],
    ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['deflated JSON', Uint8Array.from(deflateRawSync('{"a":1}'))],
    ['nothing', new Uint8Array()],
  ])('whose plaintext is %s is refused', async (_name, plaintext) => {
    const jwe = await new FlattenedEncrypt(plaintext)
      .setUnprotectedHeader({ alg: algorithm, enc: 'A256GCM', kid: 'e1' })
      .encrypt({ ...encryptionKeyOf(privateKey).jwk });
    await refuses(jwe as unknown as JsonObject, [ours]);
  });

  it('that is larger than the limit is refused before it is decrypted', async () => {
    const encrypted = await encryptMessage({ text: 'x'.repeat(1000) }, published(ours), { crypto });
    expect(await decryptMessage(encrypted, [ours], { maxBytes: 1100 })).toMatchObject({});
    await refuses(encrypted, [ours], 900);
  });
});

const [, rsa] = keys[0] as [string, EncryptionPrivateKey];
const [, p256] = keys[1] as [string, EncryptionPrivateKey];

describe('what a JWE could ask for', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['dir', { alg: 'dir', enc: 'A256GCM' }, {}],
    ['RSA1_5', { alg: 'RSA1_5', enc: 'A256GCM', kid: 'e1' }, {}],
    ['RSA-OAEP with SHA-1', { alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'e1' }, {}],
    ['ECDH-ES directly', { alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e1' }, {}],
    ['PBES2', { alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', p2s: 'AAAA', p2c: 2_000_000_000 }, {}],
    ['A128GCM', { alg: 'RSA-OAEP-256', enc: 'A128GCM', kid: 'e1' }, {}],
    ['A256CBC-HS512', { alg: 'RSA-OAEP-256', enc: 'A256CBC-HS512', kid: 'e1' }, {}],
    ['zip', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1', zip: 'DEF' }, {}],
    ['crit', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1', crit: ['exp'], exp: 1 }, {}],
    ['jwk', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1', jwk: {} }, {}],
    ['no alg', { enc: 'A256GCM', kid: 'e1' }, {}],
    ['no enc', { alg: 'RSA-OAEP-256', kid: 'e1' }, {}],
    ['a list of algorithms', { alg: ['RSA-OAEP-256'], enc: 'A256GCM' }, {}],
    ['a kid that is a number', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 1 }, {}],
    [
      'a key of 3000 characters',
      { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1' },
      { encrypted_key: 'A'.repeat(3000) },
    ],
    ['a header of 5000 characters', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'A'.repeat(5000) }, {}],
    ['an iv of 128 bits', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1' }, { iv: 'A'.repeat(22) }],
    ['a tag of 96 bits', { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1' }, { tag: 'A'.repeat(16) }],
  ])('%s is refused, protected or not', async (_, header, change) => {
    const body = {
      encrypted_key: base64url(new Uint8Array(256)),
      iv: 'A'.repeat(16),
      ciphertext: 'AAAA',
      tag: 'A'.repeat(22),
    };
    await refuses({ ...body, ...change, header }, [own(rsa), own(p256)]);
    await refuses({ ...body, ...change, protected: base64url(JSON.stringify(header)) }, [own(rsa), own(p256)]);
  });

  it.each<[string, EncryptionPrivateKey, JsonObject]>([
    ['RSA-OAEP with SHA-1', rsa, { alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'e1' }],
    ['RSA-OAEP-512', rsa, { alg: 'RSA-OAEP-512', enc: 'A256GCM', kid: 'e1' }],
    ['A128GCM', rsa, { alg: 'RSA-OAEP-256', enc: 'A128GCM', kid: 'e1' }],
    ['A256CBC-HS512', rsa, { alg: 'RSA-OAEP-256', enc: 'A256CBC-HS512', kid: 'e1' }],
    ['compression', rsa, { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1', zip: 'DEF' }],
    ['ECDH-ES directly', p256, { alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e1' }],
    ['ECDH-ES+A128KW', p256, { alg: 'ECDH-ES+A128KW', enc: 'A256GCM', kid: 'e1' }],
    ['an own member', rsa, { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1', x: 1 }],
    ['the kid of another key', rsa, { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e2' }],
  ])('%s is refused, although the library would decrypt it', async (_, privateKey, header) => {
    const jwe = await new FlattenedEncrypt(bytes('{"a":1}'))
      .setProtectedHeader(header as unknown as CompactJWEHeaderParameters)
      .encrypt({ ...encryptionKeyOf(privateKey).jwk });
    expect((await flattenedDecrypt(jwe, { ...privateKey.jwk })).plaintext).toEqual(bytes('{"a":1}'));
    await refuses(jwe as unknown as JsonObject, [own(privateKey)]);
  });

  it('additional data of its own is refused', async () => {
    const jwe = await new FlattenedEncrypt(bytes('{"a":1}'))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1' })
      .setAdditionalAuthenticatedData(bytes('x'))
      .encrypt({ ...encryptionKeyOf(rsa).jwk });
    await refuses(jwe as unknown as JsonObject, [own(rsa)]);
  });

  it('a protected header with a member twice is refused', async () => {
    const encrypted = await encryptMessage(message, published(own(rsa)), { crypto });
    const doubled = `{"alg":"RSA-OAEP-256",${Buffer.from(encrypted.protected ?? '', 'base64url')
      .toString()
      .slice(1)}`;
    await refuses({ ...encrypted, protected: base64url(doubled) }, [own(rsa)]);
  });

  it('the algorithm is that of the key, whatever the message claims', async () => {
    const encrypted = await encryptMessage(message, published(own(p256)), { crypto });
    await refuses(encrypted, [own(rsa)]);
    await refuses({ ...encrypted, header: { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'e1' }, protected: undefined }, [
      own(rsa),
    ]);
  });

  it('a key agreed with a point off the curve, or on another, is refused', async () => {
    const encrypted = await encryptMessage(message, published(own(p256)), { crypto });
    const header = JSON.parse(Buffer.from(encrypted.protected ?? '', 'base64url').toString());
    for (const epk of [
      { ...header.epk, y: header.epk.x },
      { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' },
      { kty: 'OKP', crv: 'X25519', x: base64url(new Uint8Array(32)) },
      { kty: 'oct', k: 'AA' },
      null,
      'x',
    ] as JsonValue[]) {
      await refuses({ ...encrypted, protected: base64url(JSON.stringify({ ...header, epk })) }, [own(p256)]);
    }
  });

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['a plain message', message],
    ['a header that is a text', { header: 'x', ciphertext: 'AA', tag: 'AA', iv: 'AA' }],
    ['numbers', { header: {}, ciphertext: 1, tag: 2, iv: 3 }],
    ['no header', { ciphertext: 'AA', tag: 'A'.repeat(22), iv: 'A'.repeat(16), encrypted_key: 'AA' }],
  ])('%s is refused', async (_, encrypted) => {
    await refuses(encrypted, [own(rsa), own(p256)]);
  });
});

describe('encryptMessage', () => {
  it('writes the thumbprint of a key without kid', async () => {
    const encrypted: WrittenEncryptedMessage = await encryptMessage(
      message,
      { publicKey: encryptionKeyOf(rsa) },
      { crypto },
    );
    expect(encrypted.header.kid).toBe(jwkThumbprint(rsa.jwk, crypto));
  });

  it('names the place of a value that has no JSON text', async () => {
    await expect(encryptMessage({ a: 'x\0' }, published(own(p256)), { crypto })).rejects.toMatchObject({
      code: 'err.internal',
    });
  });
});
