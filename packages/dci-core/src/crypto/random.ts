import type { Random } from '../ports.ts';

/** The part of WebCrypto that makes randomness. `globalThis.crypto` satisfies it. */
export interface RandomSource {
  randomUUID(): string;
  getRandomValues(array: Uint8Array<ArrayBuffer>): unknown;
}

/** `getRandomValues` refuses to fill more at once (Web Cryptography, section 10.1.1). */
const quota = 65_536;

/**
 * Randomness from WebCrypto.
 *
 * @param webCrypto - `globalThis.crypto`
 * @returns the port that message ids, keys and nonces are made with
 */
export function createRandom(webCrypto: RandomSource): Random {
  return {
    uuid: () => webCrypto.randomUUID(),
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += quota) webCrypto.getRandomValues(bytes.subarray(at, at + quota));
      return bytes;
    },
  };
}
