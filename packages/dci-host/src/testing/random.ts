import { createHash } from 'node:crypto';
import type { Random } from 'dci-core';

/**
 * Randomness that is the same in every run: SHA-256 of a seed and a counter. For tests only.
 *
 * @param seed - another seed gives other bytes
 * @returns the source
 */
export function deterministicRandom(seed = 'test'): Random {
  let block = 0;
  const bytes = (length: number): Uint8Array => {
    const result = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      block += 1;
      const digest = createHash('sha256').update(`${seed} ${block}`).digest();
      result.set(digest.subarray(0, Math.min(32, length - offset)), offset);
    }
    return result;
  };
  return {
    bytes,
    uuid() {
      const hex = Buffer.from(bytes(16)).toString('hex');
      const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
