import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json/value.ts';
import { publicKeyOf } from './generate.ts';
import type { PrivateKey } from './key.ts';
import { writePrivateKeyPem, writePublicKeyPem } from './pem.ts';
import { type KeyInput, readPrivateKey, readPublicKey } from './read-key.ts';
import { ecKey, ed25519Key, otherEd25519Key, rfc8032Vectors, rsaKey } from './test-keys.fixtures.ts';

const privateObject = (key: PrivateKey): KeyObject => createPrivateKey({ key: { ...key.jwk }, format: 'jwk' });
const publicObject = (key: PrivateKey): KeyObject => createPublicKey(privateObject(key));
const pem = (key: KeyObject, type: 'spki' | 'pkcs8' | 'pkcs1'): string =>
  String(key.export({ type: type as 'spki', format: 'pem' }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const { seed, publicKey: x } = rfc8032Vectors[0];

describe('readPublicKey', () => {
  const rsa = publicKeyOf(rsaKey);
  const okp = publicKeyOf(ed25519Key);
  const ec = publicKeyOf(ecKey);
  it.each<[string, KeyInput, unknown]>([
    ['PEM, SPKI, Ed25519', pem(publicObject(ed25519Key), 'spki'), okp],
    ['PEM, SPKI, RSA', pem(publicObject(rsaKey), 'spki'), rsa],
    ['PEM, PKCS#1', pem(publicObject(rsaKey), 'pkcs1'), rsa],
    [
      'PEM with Windows line ends and text around',
      `Bag\r\n${pem(publicObject(rsaKey), 'spki').replaceAll('\n', '\r\n')}\r\n`,
      rsa,
    ],
    ['PEM on one line', pem(publicObject(ed25519Key), 'spki').replaceAll('\n', ' '), okp],
    ['PEM as bytes', bytes(pem(publicObject(ed25519Key), 'spki')), okp],
    ['PEM, SPKI, P-256', pem(publicObject(ecKey), 'spki'), ec],
    ['JWK, P-256', { ...ec.jwk, alg: 'ES256' }, ec],
    ['JWK, Ed25519', { ...okp.jwk }, okp],
    ['JWK, RSA', { ...rsa.jwk }, rsa],
    [
      'JWK with other members',
      { ...okp.jwk, kid: 's|k|ed25519', use: 'sig', alg: 'EdDSA', key_ops: ['verify'], ext: true },
      okp,
    ],
    ['JWK with the newer algorithm name', { ...okp.jwk, alg: 'Ed25519' }, okp],
    ['JWK as text', JSON.stringify({ ...rsa.jwk, alg: 'RS256' }), rsa],
    ['JWK as bytes', bytes(JSON.stringify(okp.jwk)), okp],
    ['32 bytes', hex(x), okp],
    ['hex', x, okp],
    ['hex in upper case', x.toUpperCase(), okp],
    ['base64', Buffer.from(x, 'hex').toString('base64'), okp],
    ['base64 without padding', Buffer.from(x, 'hex').toString('base64').replace('=', ''), okp],
    ['base64url', Buffer.from(x, 'hex').toString('base64url'), okp],
    ['base64 with a line end', `${Buffer.from(x, 'hex').toString('base64')}\n`, okp],
  ])('reads %s', async (_, input, expected) => {
    expect(await readPublicKey(input)).toEqual(expected);
  });

  const rsaOf = (modulusLength: number, publicExponent = 65537): JsonObject =>
    generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' }) as JsonObject;
  const ecPem = pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, 'spki');
  const smallOrder = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05';
  it.each<[string, KeyInput, RegExp]>([
    ['an RSA key of 1024 bits', rsaOf(1024), /2048/],
    [
      'an RSA key of 2047 bits',
      { kty: 'RSA', n: Buffer.from(`7f${'ff'.repeat(255)}`, 'hex').toString('base64url'), e: 'AQAB' },
      /2048/,
    ],
    [
      'an RSA key with zeros before a short modulus',
      { kty: 'RSA', n: Buffer.from(`${'00'.repeat(200)}${'ff'.repeat(128)}`, 'hex').toString('base64url'), e: 'AQAB' },
      /2048/,
    ],
    [
      'an RSA key of 16384 bits',
      { ...publicKeyOf(rsaKey).jwk, n: Buffer.alloc(2048, 255).toString('base64url') },
      /8192/,
    ],
    ['an RSA exponent of 1', { ...publicKeyOf(rsaKey).jwk, e: 'AQ' }, /exponent/],
    ['an even RSA exponent', { ...publicKeyOf(rsaKey).jwk, e: 'AQAA' }, /exponent/],
    ['a huge RSA exponent', { ...publicKeyOf(rsaKey).jwk, e: 'AQAAAAAB' }, /exponent/],
    ['no RSA exponent', { kty: 'RSA', n: rsaJwk('n') }, /"e"/],
    ['a PEM of 1024 bits', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 'spki'), /2048/],
    ['a P-384 key', ecPem, /no Ed25519, RSA or P-256/],
    ['a P-384 JWK', createPublicKey(ecPem).export({ format: 'jwk' }) as JsonObject, /neither/],
    [
      'an RSA-PSS key',
      pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, 'spki'),
      /no Ed25519, RSA or P-256/,
    ],
    ['an X25519 key', pem(generateKeyPairSync('x25519').publicKey, 'spki'), /no Ed25519, RSA or P-256/],
    ['P-256 coordinates off the curve', { ...publicKeyOf(ecKey).jwk, y: publicX(ecKey) }, /not a point/],
    [
      'a P-256 coordinate of 33 bytes',
      { ...publicKeyOf(ecKey).jwk, y: Buffer.alloc(33, 1).toString('base64url') },
      /32 bytes/,
    ],
    ['a P-256 key that claims RS256', { ...publicKeyOf(ecKey).jwk, alg: 'RS256' }, /algorithm/],
    ['an Ed448 JWK', generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' }) as JsonObject, /neither/],
    ['a symmetric JWK', { kty: 'oct', k: 'c2VjcmV0' }, /private/],
    ['a private JWK', { ...ed25519Key.jwk }, /private/],
    ['a private PEM', pem(privateObject(ed25519Key), 'pkcs8'), /no public key/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /no public key/],
    ['two keys', pem(publicObject(rsaKey), 'spki').repeat(2), /exactly one/],
    ['PEM without an end', '-----BEGIN PUBLIC KEY-----\nMCow', /exactly one/],
    ['PEM that is not base64', '-----BEGIN PUBLIC KEY-----\nMCo=w\n-----END PUBLIC KEY-----', /base64/],
    [
      'PEM that is cut off',
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
      /no Ed25519, RSA or P-256/,
    ],
    ['a key for encryption', { ...publicKeyOf(rsaKey).jwk, use: 'enc' }, /signatures/],
    ['a key for another operation', { ...publicKeyOf(rsaKey).jwk, key_ops: ['encrypt'] }, /operation/],
    ['a key for PS256', { ...publicKeyOf(rsaKey).jwk, alg: 'PS256' }, /algorithm/],
    ['an RSA key that claims EdDSA', { ...publicKeyOf(rsaKey).jwk, alg: 'EdDSA' }, /algorithm/],
    ['a point of small order', smallOrder, /not an Ed25519 public key/],
    ['a point outside of the curve', `${'02'.padEnd(62, '0')}00`, /not an Ed25519 public key/],
    ['a coordinate beyond the field', 'ff'.repeat(32), /not an Ed25519 public key/],
    ['a JWK with 31 bytes', { kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(31).toString('base64url') }, /32 bytes/],
    ['a JWK that is not base64url', { kty: 'OKP', crv: 'Ed25519', x: '*' }, /base64url/],
    ['a JWK without x', { kty: 'OKP', crv: 'Ed25519' }, /"x"/],
    ['a JWK with a member twice', '{"kty":"OKP","crv":"Ed25519","x":"","x":""}', /not PEM/],
    ['33 bytes', new Uint8Array(33), /not PEM/],
    ['31 bytes', new Uint8Array(31).fill(200), /not PEM/],
    ['nothing', '', /not PEM/],
    ['a word', 'key', /not PEM/],
    ['64 characters that are no hex', 'g'.repeat(64), /not PEM/],
    ['43 characters that are no base64', `${'*'.repeat(43)}`, /not PEM/],
  ])('refuses %s', async (_, input, message) => {
    await expect(readPublicKey(input)).rejects.toThrow(expect.objectContaining({ code: 'err.key.invalid' }));
    await expect(readPublicKey(input)).rejects.toThrow(message);
  });
});

describe('readPrivateKey', () => {
  it.each<[string, KeyInput, PrivateKey]>([
    ['PEM, PKCS#8, Ed25519', pem(privateObject(ed25519Key), 'pkcs8'), ed25519Key],
    ['PEM, PKCS#8, RSA', pem(privateObject(rsaKey), 'pkcs8'), rsaKey],
    ['PEM, PKCS#1', pem(privateObject(rsaKey), 'pkcs1'), rsaKey],
    ['PEM, PKCS#8, P-256', pem(privateObject(ecKey), 'pkcs8'), ecKey],
    ['JWK, P-256', { ...ecKey.jwk }, ecKey],
    ['JWK, Ed25519', { ...ed25519Key.jwk, use: 'sig', key_ops: ['sign'] }, ed25519Key],
    ['JWK, RSA, as text', JSON.stringify(rsaKey.jwk), rsaKey],
    ['32 bytes', hex(seed), ed25519Key],
    ['hex', seed, ed25519Key],
    ['base64', Buffer.from(seed, 'hex').toString('base64'), ed25519Key],
    ['base64url', Buffer.from(seed, 'hex').toString('base64url'), ed25519Key],
  ])('reads %s', async (_, input, expected) => {
    expect(await readPrivateKey(input)).toEqual(expected);
  });

  const encrypted = privateObject(rsaKey).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  it.each<[string, KeyInput, RegExp]>([
    ['a public PEM', pem(publicObject(ed25519Key), 'spki'), /no private key/],
    ['a public JWK', { ...publicKeyOf(ed25519Key).jwk }, /"d"/],
    ['an encrypted PEM', String(encrypted), /encrypted/],
    [
      'a private key of 1024 bits',
      pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'pkcs8'),
      /2048/,
    ],
    [
      'a P-384 key',
      pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'pkcs8'),
      /no Ed25519, RSA or P-256/,
    ],
    ['the public part of another Ed25519 key', { ...ed25519Key.jwk, x: publicX(otherEd25519Key) }, /belong together/],
    [
      'the secret of another P-256 key',
      { ...ecKey.jwk, d: Buffer.alloc(32, 1).toString('base64url') },
      /belong together/,
    ],
    ['a P-256 secret of zero', { ...ecKey.jwk, d: Buffer.alloc(32).toString('base64url') }, /not a P-256/],
    ['an RSA key with two parts exchanged', exchanged('p', 'q'), /belong together/],
    ['an RSA key with a wrong exponent part', exchanged('dp', 'dq'), /belong together/],
    ['an RSA key with another public exponent', { ...rsaKey.jwk, e: 'Aw' }, /belong together/],
    ['an RSA key without its primes', { kty: 'RSA', n: rsaJwk('n'), e: 'AQAB', d: rsaJwk('d') }, /"p"/],
    ['an RSA key of three primes', { ...rsaKey.jwk, oth: [] }, /two primes/],
    ['a key that may only verify', { ...ed25519Key.jwk, key_ops: ['verify'] }, /operation/],
    ['a seed of 31 bytes', { ...ed25519Key.jwk, d: Buffer.alloc(31).toString('base64url') }, /32 bytes/],
  ])('refuses %s', async (_, input, message) => {
    await expect(readPrivateKey(input)).rejects.toThrow(expect.objectContaining({ code: 'err.key.invalid' }));
    await expect(readPrivateKey(input)).rejects.toThrow(message);
  });

  it('repeats nothing of the key in its refusals', async () => {
    const broken = pem(privateObject(rsaKey), 'pkcs8').replace('MII', 'MIJ');
    const error = await readPrivateKey(broken).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'err.key.invalid' });
    expect(error).not.toHaveProperty('cause');
  });
});

describe('PEM that we write', () => {
  it.each([ed25519Key, rsaKey, ecKey])('is what node:crypto writes, and is read back, for $algorithm', async (key) => {
    const privatePem = await writePrivateKeyPem(key);
    const publicPem = await writePublicKeyPem(publicKeyOf(key));
    expect(privatePem).toBe(pem(privateObject(key), 'pkcs8'));
    expect(publicPem).toBe(pem(publicObject(key), 'spki'));
    expect(await readPrivateKey(privatePem)).toEqual(key);
    expect(await readPublicKey(publicPem)).toEqual(publicKeyOf(key));
  });
});

function rsaJwk(name: string): string {
  return (rsaKey.jwk as unknown as Record<string, string>)[name] ?? '';
}

function publicX(key: PrivateKey): string {
  return key.algorithm === 'rs256' ? '' : key.jwk.x;
}

function exchanged(a: string, b: string): JsonObject {
  return { ...rsaKey.jwk, [a]: rsaJwk(b), [b]: rsaJwk(a) };
}
