import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Ed25519PrivateJwk, PrivateKey, RsaPrivateJwk, SignatureAlgorithm } from 'dci-core';

const generate = promisify(generateKeyPair);

/**
 * Makes a new private key in the thread pool, so that the seconds an RSA key may take block nothing.
 *
 * @param algorithm - `ed25519`, or `rs256` with a modulus of 3072 bits
 * @returns the key
 */
export async function generatePrivateKey(algorithm: SignatureAlgorithm): Promise<PrivateKey> {
  if (algorithm === 'ed25519') {
    const { privateKey } = await generate('ed25519');
    return { algorithm, jwk: privateKey.export({ format: 'jwk' }) as unknown as Ed25519PrivateJwk };
  }
  const { privateKey } = await generate('rsa', { modulusLength: 3072 });
  return { algorithm, jwk: privateKey.export({ format: 'jwk' }) as unknown as RsaPrivateJwk };
}
