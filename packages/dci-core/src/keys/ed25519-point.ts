import { ed25519 } from '@noble/curves/ed25519.js';
import { base64urlnopad } from '@scure/base';
import type { PublicKey } from './key.ts';

/**
 * Tells whether 32 bytes are an Ed25519 public key that every implementation treats alike: the canonical encoding of
 * a point of the prime-order group. Key generation makes no others, and implementations disagree about them.
 *
 * @param bytes - an encoded point (RFC 8032 section 5.1.2)
 * @returns true for a sound point
 */
export function isSoundEd25519Point(bytes: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(bytes);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false;
  }
}

/**
 * @param publicKey - any public key
 * @returns false for an Ed25519 key that is no sound point; other keys are judged when they are read
 */
export function isSoundPublicKey(publicKey: PublicKey): boolean {
  return publicKey.algorithm !== 'ed25519' || isSoundEd25519Point(base64urlnopad.decode(publicKey.jwk.x));
}
