import { createHash } from 'node:crypto';
import type { Random } from 'dci-core';
import { uuidOf } from '../uuid.ts';

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
    uuid: () => uuidOf(bytes(16), 4),
  };
}
