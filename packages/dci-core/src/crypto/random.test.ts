import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

describe('createRandom', () => {
  const random = createRandom(globalThis.crypto);

  it('makes UUIDs of version 4, each once', () => {
    const ids = Array.from({ length: 100 }, () => random.uuid());
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([0, 1, 32, 65_536, 200_000])('makes %d bytes, all of them random', (length) => {
    const bytes = random.bytes(length);
    expect(bytes).toHaveLength(length);
    // 64 zero bytes in a row anywhere would mean that a part was never filled.
    expect(Buffer.from(bytes).includes(Buffer.alloc(64))).toBe(false);
  });
});
