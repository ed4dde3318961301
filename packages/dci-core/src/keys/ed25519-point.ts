import { ed25519 } from '@noble/curves/ed25519.js';

/**
 * Tells whether 32 bytes are a public key that every implementation treats alike: a canonical encoding of a point
 * of the prime-order group. Others are never made by key generation, and implementations disagree about them.
 *
 * @param bytes - an encoded point (RFC 8032 section 5.1.2)
 * @returns true for a sound public key
 */
export function isSoundEd25519Point(bytes: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(bytes);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false;
  }
}
