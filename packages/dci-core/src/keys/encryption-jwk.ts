import { x25519 } from '@noble/curves/ed25519.js';
import { base64urlnopad } from '@scure/base';
import type { JsonObject } from '../json/value.ts';
import type { Random } from '../ports.ts';
import type {
  EncryptionAlgorithm,
  EncryptionPrivateKey,
  EncryptionPublicKey,
  X25519PrivateJwk,
  X25519PublicJwk,
} from './encryption-key.ts';
import { generateP256 } from './generate.ts';
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

/** Options of {@link generateEncryptionKey}. */
export interface GenerateEncryptionKeyOptions {
  /** Makes the secret of a key on a curve. */
  readonly random: Random;
  /** Curve of an `ECDH-ES+A256KW` key; absent: P-256. */
  readonly curve?: 'P-256' | 'X25519';
  /** WebCrypto, for RSA keys only; absent: `globalThis.crypto.subtle`. */
  readonly subtle?: SubtleCrypto;
  /** Bits of an RSA modulus; absent: 3072. */
  readonly modulusLength?: 2048 | 3072 | 4096;
}

/**
 * Reads a public key for encryption from a JWK. Members that do not belong to the key are dropped.
 *
 * @param jwk - an RSA key of 2048 to 8192 bits, an EC key on P-256 or an OKP key on X25519
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for any other key or algorithm, a key for signatures, or one with private members
 */
export function encryptionKeyFromJwk(jwk: JsonObject): EncryptionPublicKey {
  if (hasPrivateMembers(jwk)) throw invalidKey('The key is private where a public key is expected.');
  checkKeyUse(jwk, 'enc', ['encrypt', 'wrapKey', 'deriveKey', 'deriveBits']);
  const algorithm = algorithmOf(jwk);
  if (algorithm === 'RSA-OAEP-256') return { algorithm, jwk: rsaPublicPart(jwk) };
  return { algorithm, jwk: jwk.kty === 'EC' ? ecPublicPart(jwk) : x25519PublicPart(jwk) };
}

/**
 * Reads a private key for decryption from a JWK.
 *
 * @param jwk - an RSA key with two primes and its CRT members, an EC key on P-256 or an OKP key on X25519
 * @returns the key, with its algorithm pinned by its type
 * @throws DciError `err.key.invalid` for any other key, or one whose private and public parts do not belong together
 */
export function decryptionKeyFromJwk(jwk: JsonObject): EncryptionPrivateKey {
  checkKeyUse(jwk, 'enc', ['decrypt', 'unwrapKey', 'deriveKey', 'deriveBits']);
  const algorithm = algorithmOf(jwk);
  if (algorithm === 'RSA-OAEP-256') return { algorithm, jwk: rsaPrivatePart(jwk) };
  return { algorithm, jwk: jwk.kty === 'EC' ? ecPrivatePart(jwk) : x25519PrivatePart(jwk) };
}

/**
 * Makes a new key for encryption.
 *
 * @param algorithm - `RSA-OAEP-256` where a peer knows nothing else
 * @param options - randomness, curve, and what RSA needs
 * @returns the private key; `encryptionKeyOf` gives its public part
 */
export async function generateEncryptionKey(
  algorithm: EncryptionAlgorithm,
  options: GenerateEncryptionKeyOptions,
): Promise<EncryptionPrivateKey> {
  const { random, curve = 'P-256' } = options;
  if (algorithm === 'ECDH-ES+A256KW') {
    return decryptionKeyFromJwk(curve === 'P-256' ? generateP256(random) : generateX25519(random));
  }
  const subtle = options.subtle ?? globalThis.crypto.subtle;
  const pair = await subtle.generateKey(
    {
      name: 'RSA-OAEP',
      hash: 'SHA-256',
      modulusLength: options.modulusLength ?? 3072,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    true,
    ['encrypt', 'decrypt'],
  );
  const { kty, n, e, d, p, q, dp, dq, qi } = await subtle.exportKey('jwk', pair.privateKey);
  return decryptionKeyFromJwk({ kty, n, e, d, p, q, dp, dq, qi } as JsonObject);
}

/**
 * @param key - a private key
 * @returns its public part
 */
export function encryptionKeyOf(key: EncryptionPrivateKey): EncryptionPublicKey {
  const { algorithm, jwk } = key;
  if (algorithm === 'RSA-OAEP-256') {
    const { kty, n, e } = jwk;
    return { algorithm, jwk: { kty, n, e } };
  }
  if (jwk.kty === 'EC') {
    const { kty, crv, x, y } = jwk;
    return { algorithm, jwk: { kty, crv, x, y } };
  }
  const { kty, crv, x } = jwk;
  return { algorithm, jwk: { kty, crv, x } };
}

function algorithmOf(jwk: JsonObject): EncryptionAlgorithm {
  const { kty, crv, alg } = jwk;
  const isCurve = (kty === 'EC' && crv === 'P-256') || (kty === 'OKP' && crv === 'X25519');
  const algorithm = kty === 'RSA' ? 'RSA-OAEP-256' : isCurve ? 'ECDH-ES+A256KW' : undefined;
  if (algorithm === undefined) throw invalidKey('The key is neither an RSA, a P-256 nor an X25519 key.');
  if (alg !== undefined && alg !== algorithm) {
    throw invalidKey('The key is meant for an algorithm that is not supported.');
  }
  return algorithm;
}

function x25519PublicPart(jwk: JsonObject): X25519PublicJwk {
  const x = bytesMember(jwk, 'x');
  if (x.length !== 32) throw invalidKey('An X25519 public key has 32 bytes.');
  try {
    // A point of small order gives the same secret to everybody; the library refuses it.
    x25519.getSharedSecret(new Uint8Array(32).fill(1), x);
  } catch {
    throw invalidKey('The bytes are not an X25519 public key.');
  }
  return { kty: 'OKP', crv: 'X25519', x: base64urlnopad.encode(x) };
}

function x25519PrivatePart(jwk: JsonObject): X25519PrivateJwk {
  const publicPart = x25519PublicPart(jwk);
  const d = bytesMember(jwk, 'd');
  if (d.length !== 32) throw invalidKey('An X25519 private key has 32 bytes.');
  if (base64urlnopad.encode(x25519.getPublicKey(d)) !== publicPart.x) throw mismatchedKey();
  return { ...publicPart, d: base64urlnopad.encode(d) };
}

function generateX25519(random: Random): JsonObject {
  const secret = random.bytes(32);
  return {
    kty: 'OKP',
    crv: 'X25519',
    x: base64urlnopad.encode(x25519.getPublicKey(secret)),
    d: base64urlnopad.encode(secret),
  };
}
