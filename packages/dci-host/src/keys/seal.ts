import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Random } from 'dci-core';

/**
 * Seals secrets at rest (protocol.md section 3; reliability.md SE1): AES-256-GCM with a key of its own for
 * each purpose, so that what was sealed for one cannot be opened for another.
 */
export interface Sealer {
  /**
   * @param plain - some kilobytes as a rule; the content of a message can have megabytes
   * @param purpose - what it is sealed for, a literal such as `dci-host/private-key`; at most 2^32 seals of one purpose
   * @returns the sealed form: version, nonce, ciphertext, tag
   */
  seal(plain: Uint8Array, purpose: string): Uint8Array<ArrayBuffer>;
  /**
   * @param sealed - what {@link Sealer.seal} returned
   * @param purpose - the same purpose
   * @returns the plain bytes, or `undefined` for anything that this key did not seal for this purpose
   */
  open(sealed: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> | undefined;
}

const version = 1;
const nonceLength = 12;
const tagLength = 16;

/**
 * Makes a sealer from 32 bytes of key material.
 *
 * @param masterKey - 32 secret bytes
 * @param random - source of nonces
 * @returns the sealer
 */
export function createSealer(masterKey: Uint8Array, random: Random): Sealer {
  const keys = new Map<string, Uint8Array>();
  const keyOf = (purpose: string): Uint8Array => {
    const known = keys.get(purpose);
    if (known !== undefined) return known;
    const key = new Uint8Array(hkdfSync('sha256', masterKey, '', `dci-host seal v1 ${purpose}`, 32));
    keys.set(purpose, key);
    return key;
  };
  return {
    seal(plain, purpose) {
      const nonce = random.bytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', keyOf(purpose), nonce);
      const parts = [Uint8Array.of(version), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
      return joined(parts);
    },
    open(sealed, purpose) {
      if (sealed.length < 1 + nonceLength + tagLength || sealed[0] !== version) return undefined;
      const nonce = sealed.subarray(1, 1 + nonceLength);
      const tag = sealed.subarray(sealed.length - tagLength);
      const ciphertext = sealed.subarray(1 + nonceLength, sealed.length - tagLength);
      const decipher = createDecipheriv('aes-256-gcm', keyOf(purpose), nonce, { authTagLength: tagLength });
      decipher.setAuthTag(tag);
      try {
        return joined([decipher.update(ciphertext), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
