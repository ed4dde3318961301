import { DciError } from '../errors.ts';
import type { JsonObject } from '../json/value.ts';
import type { Random } from '../ports.ts';
import { privateKeyFromBytes, privateKeyFromJwk } from './jwk.ts';
import type { PrivateKey, PublicKey, SignatureAlgorithm } from './key.ts';

/** Options of {@link generateKey}. */
export interface GenerateKeyOptions {
  /** Makes the seed of an Ed25519 key. */
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
  throw new DciError('err.key.invalid', 'The key has an unknown algorithm.');
}
