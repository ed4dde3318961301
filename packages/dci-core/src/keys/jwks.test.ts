import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { publicKeyOf } from './generate.ts';
import { readJwks, toJwks } from './jwks.ts';
import { ecKey, ed25519Key, otherEd25519Key, rsaKey } from './test-keys.fixtures.ts';

const okp = publicKeyOf(ed25519Key);
const rsa = publicKeyOf(rsaKey);
const ec = publicKeyOf(ecKey);
const set = (...keys: JsonObject[]): JsonObject => ({ keys });

describe('toJwks', () => {
  it('names each key {sender_id}|{key_id}|{alg}, for signatures only', () => {
    expect(
      toJwks([
        { senderId: 'registry.example', keyId: 'key1', publicKey: okp },
        { senderId: 'registry.example', keyId: 'key2', publicKey: rsa },
        { senderId: 'registry.example', keyId: 'key3', publicKey: ec },
      ]),
    ).toEqual({
      keys: [
        { ...okp.jwk, kid: 'registry.example|key1|ed25519', use: 'sig', alg: 'EdDSA' },
        { ...rsa.jwk, kid: 'registry.example|key2|rs256', use: 'sig', alg: 'RS256' },
        { ...ec.jwk, kid: 'registry.example|key3|es256', use: 'sig', alg: 'ES256' },
      ],
    });
  });

  it('is read back', () => {
    const published = toJwks([{ senderId: 's', keyId: 'k', publicKey: okp }]);
    expect(readJwks(published)).toEqual([{ keyId: 'k', publicKey: okp, state: 'active' }]);
    expect(readJwks(JSON.stringify(published))).toEqual(readJwks(published));
  });
});

describe('readJwks', () => {
  it.each<[string, JsonObject, string | undefined]>([
    ['a kid of three parts', { ...okp.jwk, kid: 's|k|ed25519' }, 'k'],
    ['another kid', { ...okp.jwk, kid: 'thumbprint' }, 'thumbprint'],
    ['no kid', { ...okp.jwk }, undefined],
  ])('takes the key id from %s', (_, jwk, keyId) => {
    expect(readJwks(set(jwk)).map((key) => key.keyId)).toEqual([keyId]);
  });

  it('takes only the keys of one sender', () => {
    const keys = set(
      { ...okp.jwk, kid: 'a|k|ed25519' },
      { ...publicKeyOf(otherEd25519Key).jwk, kid: 'b|k|ed25519' },
      { ...rsa.jwk, kid: 'own-name' },
    );
    expect(readJwks(keys, { senderId: 'a' }).map(({ publicKey }) => publicKey)).toEqual([okp, rsa]);
  });

  it.each<[string, JsonObject]>([
    ['for encryption', { ...rsa.jwk, use: 'enc', alg: 'RSA-OAEP-256', kid: 'e' }],
    ['for encryption, by operations', { ...rsa.jwk, key_ops: ['encrypt'] }],
    ['for encryption and too short', { kty: 'RSA', n: 'AQAB', e: 'AQAB', use: 'enc' }],
    ['for PS256', { ...rsa.jwk, alg: 'PS256' }],
    ['on another curve', { kty: 'EC', crv: 'P-384', x: 'AA', y: 'AA' }],
    ['of an unknown type', { kty: 'AKP', pub: 'AA' }],
    ['of another OKP curve', { kty: 'OKP', crv: 'Ed448', x: 'AA' }],
  ])('passes over a key %s', (_, jwk) => {
    expect(readJwks(set(jwk, { ...okp.jwk, kid: 's|k|ed25519' }))).toHaveLength(1);
  });

  it('takes a kid that is used once for signatures and once for encryption', () => {
    expect(readJwks(set({ ...rsa.jwk, kid: 'k', use: 'enc' }, { ...rsa.jwk, kid: 'k', use: 'sig' }))).toHaveLength(1);
  });

  it.each<[string, JsonValue]>([
    ['two keys of one kid', set({ ...okp.jwk, kid: 'k' }, { ...rsa.jwk, kid: 'k' })],
    ['a private key', set({ ...ed25519Key.jwk })],
    ['a private key for encryption', set({ ...rsaKey.jwk, use: 'enc' })],
    ['a symmetric key', set({ kty: 'oct', k: 'AA' })],
    [
      'an RSA key of less than 2048 bits',
      set({ kty: 'RSA', n: Buffer.alloc(128, 255).toString('base64url'), e: 'AQAB' }),
    ],
    ['P-256 coordinates off the curve', set({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })],
    ['a point that is none', set({ kty: 'OKP', crv: 'Ed25519', x: 'AA' })],
    ['a kid that is a number', set({ ...okp.jwk, kid: 1 })],
    ['a key that is a text', { keys: ['key'] }],
    ['no list', { keys: {} }],
    ['no keys', {}],
    ['no object', []],
    ['no JSON', 'keys'],
    ['a member twice', '{"keys":[],"keys":[]}'],
    ['101 keys', set(...Array.from({ length: 101 }, (_, index) => ({ ...okp.jwk, kid: String(index) })))],
  ])('refuses a set with %s', (_, input) => {
    expect(() => readJwks(input)).toThrow(expect.objectContaining({ code: 'err.key.invalid' }));
  });
});
