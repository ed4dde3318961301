import { ed25519 } from '@noble/curves/ed25519.js';
import { base64urlnopad } from '@scure/base';
import type { JsonObject } from '../json/value.ts';
import { isSoundEd25519Point } from './ed25519-point.ts';
import {
  bytesMember,
  checkKeyUse,
  ecPrivatePart,
  ecPublicPart,
  hasPrivateMembers,
  invalidKey,
  mismatchedKey,
  rsaPrivatePart,
  rsaPublicPart,
} from './jwk-parts.ts';
import type { PrivateKey, PublicKey, SignatureAlgorithm } from './key.ts';

/** Names of the algorithms in a JWK's `alg` (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864). */
const jwkAlgorithms: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  ed25519: ['EdDSA', 'Ed25519'],
  rs256: ['RS256'],
  es256: ['ES256'],
};

/**
 * Reads a public key from a JWK (RFC 7517, RFC 8037). Members that do not belong to the key are dropped.
 *
 * @param jwk - an OKP key on Ed25519, an RSA key of 2048 to 8192 bits, or an EC key on P-256
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for any other key, a key for encryption, or one with private members
 */
export function publicKeyFromJwk(jwk: JsonObject): PublicKey {
  if (hasPrivateMembers(jwk)) throw invalidKey('The key is private where a public key is expected.');
  checkKeyUse(jwk, 'sig', ['verify']);
  const algorithm = algorithmOf(jwk);
  if (algorithm === 'ed25519') return publicKeyFromBytes(bytesMember(jwk, 'x'));
  return algorithm === 'rs256' ? { algorithm, jwk: rsaPublicPart(jwk) } : { algorithm, jwk: ecPublicPart(jwk) };
}

/**
 * Reads a private key from a JWK (RFC 7517, RFC 8037).
 *
 * @param jwk - an OKP key on Ed25519, an RSA key with two primes and its CRT members, or an EC key on P-256
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for any other key, or one whose private and public parts do not belong together
 */
export function privateKeyFromJwk(jwk: JsonObject): PrivateKey {
  checkKeyUse(jwk, 'sig', ['sign']);
  const algorithm = algorithmOf(jwk);
  if (algorithm === 'rs256') return { algorithm, jwk: rsaPrivatePart(jwk) };
  if (algorithm === 'es256') return { algorithm, jwk: ecPrivatePart(jwk) };
  const publicKey = publicKeyFromBytes(bytesMember(jwk, 'x'));
  const key = privateKeyFromBytes(bytesMember(jwk, 'd'));
  if (!('x' in publicKey.jwk && 'x' in key.jwk) || publicKey.jwk.x !== key.jwk.x) throw mismatchedKey();
  return key;
}

/**
 * @param publicKey - 32 bytes
 * @returns the key
 * @throws DciError `err.key.invalid` when the bytes are no sound point of the curve
 */
export function publicKeyFromBytes(publicKey: Uint8Array): PublicKey {
  if (publicKey.length !== 32) throw invalidKey('An Ed25519 public key has 32 bytes.');
  if (!isSoundEd25519Point(publicKey)) throw invalidKey('The bytes are not an Ed25519 public key.');
  return { algorithm: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x: base64urlnopad.encode(publicKey) } };
}

/**
 * @param seed - the 32 bytes of an Ed25519 private key (RFC 8032 section 5.1.5)
 * @returns the key
 * @throws DciError `err.key.invalid` for another length
 */
export function privateKeyFromBytes(seed: Uint8Array): PrivateKey {
  if (seed.length !== 32) throw invalidKey('An Ed25519 private key has 32 bytes.');
  const x = base64urlnopad.encode(ed25519.getPublicKey(seed));
  return { algorithm: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x, d: base64urlnopad.encode(seed) } };
}

function algorithmOf(jwk: JsonObject): SignatureAlgorithm {
  const { kty, crv, alg } = jwk;
  const algorithm =
    kty === 'OKP' && crv === 'Ed25519'
      ? 'ed25519'
      : kty === 'RSA'
        ? 'rs256'
        : kty === 'EC' && crv === 'P-256'
          ? 'es256'
          : undefined;
  if (algorithm === undefined) throw invalidKey('The key is neither an Ed25519, an RSA nor a P-256 key.');
  if (alg !== undefined && !(typeof alg === 'string' && jwkAlgorithms[algorithm].includes(alg))) {
    throw invalidKey('The key is meant for an algorithm that is not supported.');
  }
  return algorithm;
}
