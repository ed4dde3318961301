import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { CryptoProvider, Random } from 'dci-core';

/** Bytes of randomness in a token: what is stored of it is a plain SHA-256, so a guess must be hopeless. */
const tokenBytes = 32;

/** A fresh bearer token. It is shown once and never stored. */
export interface IssuedToken {
  readonly token: string;
  /** Public name of the token. */
  readonly tokenId: string;
  /** SHA-256 of the token, 32 bytes. */
  readonly hash: Uint8Array;
}

/**
 * Makes a bearer token.
 *
 * @param random - source of randomness
 * @param crypto - for the hash
 * @returns the token (`dci_` and 43 characters), its public name and its hash
 */
export function issueToken(random: Random, crypto: CryptoProvider): IssuedToken {
  const token = `dci_${Buffer.from(random.bytes(tokenBytes)).toString('base64url')}`;
  const tokenId = Buffer.from(random.bytes(6)).toString('hex');
  return { token, tokenId, hash: hashToken(token, crypto) };
}

/**
 * @param token - a bearer token
 * @param crypto - for the hash
 * @returns its SHA-256, 32 bytes
 */
export function hashToken(token: string, crypto: CryptoProvider): Uint8Array {
  return crypto.sha256(new TextEncoder().encode(token));
}

/**
 * Compares two token hashes in constant time.
 *
 * @param first - 32 bytes
 * @param second - 32 bytes
 * @returns whether they are equal
 */
export function sameTokenHash(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && timingSafeEqual(first, second);
}
