import { createHmac } from 'node:crypto';
import { identifierName, type RegistrantIdentifier } from '../registrant.ts';

/** Bytes of the secret of a cache. */
export const cacheSecretLength = 32;

/**
 * Hashes an identifier so that the hash names it to whoever has the secret, and to nobody else: identifiers are short, so
 * that a hash without secret could be searched for.
 *
 * @param secret - of the cache, 32 bytes
 * @param source - code of the data source
 * @param identifier - the identifier
 * @returns HMAC-SHA256, base64url
 */
export function hashIdentifier(secret: Uint8Array, source: string, identifier: RegistrantIdentifier): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([source, identifierName(identifier)]))
    .digest('base64url');
}
