import { p256 } from '@noble/curves/nist.js';
import { base64urlnopad } from '@scure/base';
import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import type { Random } from '../ports.ts';
import { privateKeyFromBytes, privateKeyFromJwk } from './jwk.ts';
import type { EcPrivateJwk, PrivateKey, PublicKey, SignatureAlgorithm } from './key.ts';

/** Options of {@link generateKey}. */
export interface GenerateKeyOptions {
  /** Makes the secret of an Ed25519 or P-256 key. */
  readonly random: Random;
  /** WebCrypto, for RSA keys only; absent: `globalThis.crypto.subtle`. */
  readonly subtle?: SubtleCrypto;
  /** Bits of an RSA modulus; absent: 3072 (NIST SP 800-57 for use beyond 2030). */
  readonly modulusLength?: 2048 | 3072 | 4096;
}

/**
 * Makes a new key.
 *
 * @param algorithm - `ed25519` unless a peer cannot verify it
 * @param options - randomness, and what RSA needs
 * @returns the private key; `publicKeyOf` gives its public part
 */
export async function generateKey(algorithm: SignatureAlgorithm, options: GenerateKeyOptions): Promise<PrivateKey> {
  if (algorithm === 'ed25519') return privateKeyFromBytes(options.random.bytes(32));
  if (algorithm === 'es256') return privateKeyFromJwk(generateP256(options.random));
  const subtle = options.subtle ?? globalThis.crypto.subtle;
  const pair = await subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: options.modulusLength ?? 3072,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    true,
    ['sign', 'verify'],
  );
  const { kty, n, e, d, p, q, dp, dq, qi } = await subtle.exportKey('jwk', pair.privateKey);
  return privateKeyFromJwk({ kty, n, e, d, p, q, dp, dq, qi } as JsonObject);
}

/**
 * Makes a key on the curve P-256 (FIPS 186-5 appendix A.2.1).
 *
 * @param random - source of the secret
 * @returns the private JWK
 */
export function generateP256(random: Random): EcPrivateJwk & JsonObject {
  const secret = p256.utils.randomSecretKey(random.bytes(48));
  const point = p256.getPublicKey(secret, false);
  return {
    kty: 'EC',
    crv: 'P-256',
    x: base64urlnopad.encode(point.subarray(1, 33)),
    y: base64urlnopad.encode(point.subarray(33)),
    d: base64urlnopad.encode(secret),
  };
}

/**
 * @param key - a private key
 * @returns its public part
 */
export function publicKeyOf(key: PrivateKey): PublicKey {
  if (key.algorithm === 'ed25519') {
    const { kty, crv, x } = key.jwk;
    return { algorithm: 'ed25519', jwk: { kty, crv, x } };
  }
  if (key.algorithm === 'rs256') {
    const { kty, n, e } = key.jwk;
    return { algorithm: 'rs256', jwk: { kty, n, e } };
  }
  if (key.algorithm === 'es256') {
    const { kty, crv, x, y } = key.jwk;
    return { algorithm: 'es256', jwk: { kty, crv, x, y } };
  }
  throw new DciError('err.key.invalid', 'The key has an unknown algorithm.');
}
