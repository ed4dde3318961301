import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../crypto/random.ts';
import type { JsonObject } from '../json/value.ts';
import { encryptionKeyOf, generateEncryptionKey } from './encryption-jwk.ts';
import type { EncryptionPrivateKey } from './encryption-key.ts';
import { publicKeyOf } from './generate.ts';
import { readEncryptionJwks, readJwks, toJwks } from './jwks.ts';
import { writePublicKeyPem } from './pem.ts';
import { type KeyInput, readDecryptionKey, readEncryptionKey } from './read-key.ts';
import { ecKey, ed25519Key, rsaKey } from './test-keys.fixtures.ts';

const random = createRandom(webcrypto);
const keys: readonly [string, EncryptionPrivateKey][] = [
  ['RSA', await generateEncryptionKey('RSA-OAEP-256', { random, modulusLength: 2048 })],
  ['P-256', await generateEncryptionKey('ECDH-ES+A256KW', { random })],
  ['X25519', await generateEncryptionKey('ECDH-ES+A256KW', { random, curve: 'X25519' })],
];
const pem = (key: KeyObject, type: 'spki' | 'pkcs8' | 'pkcs1'): string => String(key.export({ type, format: 'pem' }));

describe.each(keys)('a key on %s', (_, key) => {
  const jwk = { ...key.jwk } as JsonObject;
  const publicKey = encryptionKeyOf(key);
  const object = createPrivateKey({ key: { ...key.jwk }, format: 'jwk' });

  it('is read from every form', async () => {
    expect(await readDecryptionKey(jwk)).toEqual(key);
    expect(await readDecryptionKey(JSON.stringify({ ...jwk, use: 'enc', alg: key.algorithm }))).toEqual(key);
    expect(await readDecryptionKey(pem(object, 'pkcs8'))).toEqual(key);
    expect(await readEncryptionKey({ ...publicKey.jwk, use: 'enc', alg: key.algorithm, kid: 'x' })).toEqual(publicKey);
    expect(await readEncryptionKey(pem(createPublicKey(object), 'spki'))).toEqual(publicKey);
    expect(await writePublicKeyPem(publicKey)).toBe(pem(createPublicKey(object), 'spki'));
  });

  it('gives nothing secret to its public part', () => {
    expect(Object.keys(publicKey.jwk).filter((name) => !['kty', 'crv', 'x', 'y', 'n', 'e'].includes(name))).toEqual([]);
  });

  it('is published for encryption, and is no key for signatures', () => {
    const set = toJwks(
      [{ senderId: 's', keyId: 'k', publicKey: publicKeyOf(ed25519Key) }],
      [{ senderId: 's', keyId: 'e', publicKey }],
    );
    const kid = `s|e|${key.algorithm}`;
    expect(set.keys[1]).toEqual({ ...publicKey.jwk, kid, use: 'enc', alg: key.algorithm });
    expect(readEncryptionJwks(set)).toEqual([{ kid, publicKey }]);
    expect(readEncryptionJwks(set, { senderId: 'other' })).toEqual([]);
    expect(readJwks(JSON.stringify(set)).map(({ keyId }) => keyId)).toEqual(['k']);
  });

  it.each<[string, JsonObject]>([
    ['for signatures', { use: 'sig' }],
    ['for another operation', { key_ops: ['verify'] }],
    ['for another algorithm', { alg: 'RSA-OAEP' }],
  ])('%s is refused', async (_name, change) => {
    await expect(readEncryptionKey({ ...publicKey.jwk, ...change })).rejects.toMatchObject({ code: 'err.key.invalid' });
    await expect(readDecryptionKey({ ...jwk, ...change })).rejects.toMatchObject({ code: 'err.key.invalid' });
  });

  it('that is private is refused where a public one is expected', async () => {
    await expect(readEncryptionKey(jwk)).rejects.toThrow(/private/);
    await expect(readEncryptionKey(pem(object, 'pkcs8'))).rejects.toThrow(/no public key/);
    await expect(readDecryptionKey({ ...publicKey.jwk })).rejects.toThrow(/"d"/);
  });
});

it.each<[string, KeyInput, RegExp]>([
  ['an Ed25519 key', { ...publicKeyOf(ed25519Key).jwk }, /neither/],
  [
    'an Ed25519 key in PEM',
    pem(createPublicKey({ key: { ...publicKeyOf(ed25519Key).jwk }, format: 'jwk' }), 'spki'),
    /no RSA, P-256 or X25519/,
  ],
  ['a P-384 key', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, 'spki'), /neither/],
  ['an RSA key of 1024 bits', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 'spki'), /2048/],
  [
    'an X25519 point of small order',
    { kty: 'OKP', crv: 'X25519', x: Buffer.alloc(32).toString('base64url') },
    /not an X25519/,
  ],
  [
    'an X25519 key of 31 bytes',
    { kty: 'OKP', crv: 'X25519', x: Buffer.alloc(31, 9).toString('base64url') },
    /32 bytes/,
  ],
  ['coordinates off the curve', { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, /32 bytes/],
  ['a symmetric key', { kty: 'oct', k: 'AA' }, /private/],
  ['32 bytes', new Uint8Array(32), /neither PEM nor a JWK/],
  ['a word', 'key', /not PEM/],
])('%s is refused', async (_, input, message) => {
  await expect(readEncryptionKey(input)).rejects.toThrow(expect.objectContaining({ code: 'err.key.invalid' }));
  await expect(readEncryptionKey(input)).rejects.toThrow(message);
});

it('secrets of another key are refused', async () => {
  const [first, second] = [
    await generateEncryptionKey('ECDH-ES+A256KW', { random, curve: 'X25519' }),
    await generateEncryptionKey('ECDH-ES+A256KW', { random, curve: 'X25519' }),
  ];
  await expect(readDecryptionKey({ ...first.jwk, d: second.jwk.d })).rejects.toThrow(/belong together/);
});

describe('readEncryptionJwks', () => {
  const rsa = publicKeyOf(rsaKey).jwk;
  it('takes what is for encryption with an algorithm that is used here', () => {
    const keys = [
      { ...rsa, use: 'enc', alg: 'RSA-OAEP-256', kid: 'a' },
      { ...rsa, use: 'enc', kid: 'b' },
      { ...rsa, use: 'enc' },
      { ...rsa, use: 'enc', alg: 'RSA-OAEP', kid: 'c' },
      { ...rsa, use: 'sig', kid: 'a' },
      { ...rsa, kid: 'd' },
      { ...publicKeyOf(ecKey).jwk, use: 'enc', alg: 'ECDH-ES', kid: 'e' },
    ];
    expect(readEncryptionJwks({ keys }).map(({ kid }) => kid)).toEqual(['a', 'b', undefined]);
  });

  it.each<[string, JsonObject[]]>([
    ['a private key', [{ ...rsaKey.jwk, use: 'enc' }]],
    ['two keys of one kid', [1, 2].map(() => ({ ...rsa, use: 'enc', kid: 'a' }))],
    ['a short key', [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', use: 'enc' }]],
    ['a key of another curve', [{ kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA', use: 'enc' }]],
  ])('refuses a set with %s', (_, keys) => {
    expect(() => readEncryptionJwks({ keys })).toThrow(expect.objectContaining({ code: 'err.key.invalid' }));
  });
});
