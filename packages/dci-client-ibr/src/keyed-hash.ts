import type { CryptoProvider } from 'dci-core';
import { identifierKey, type RegistrantIdentifier } from './registrant.ts';

const blockLength = 64;

/**
 * HMAC-SHA-256 (RFC 2104), so that an identifier in a log can be found again and not be read.
 *
 * @param crypto - gives SHA-256
 * @param key - secret, at most 64 bytes
 * @param text - what is hashed
 * @returns 32 bytes
 */
export function keyedHash(crypto: Pick<CryptoProvider, 'sha256'>, key: Uint8Array, text: string): Uint8Array {
  const padded = (byte: number): Uint8Array =>
    Uint8Array.from({ length: blockLength }, (_, index) => (key[index] ?? 0) ^ byte);
  const inner = crypto.sha256(joined(padded(0x36), new TextEncoder().encode(text)));
  return crypto.sha256(joined(padded(0x5c), inner));
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}

/**
 * @param crypto - gives SHA-256
 * @param key - secret of a log
 * @returns makes the hash of an identifier, hexadecimal; the same for every spelling of it
 */
export function identifierHasher(
  crypto: Pick<CryptoProvider, 'sha256'>,
  key: Uint8Array,
): (identifier: RegistrantIdentifier) => string {
  return (identifier) =>
    Array.from(keyedHash(crypto, key, identifierKey(identifier)), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    );
}
