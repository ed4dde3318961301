import { expect, it } from 'vitest';
import { hashedUuid, hexOf } from './hashed-uuid.ts';

it('makes a UUID of version 8 and of the variant of RFC 9562 from any hash', () => {
  const uuid = '00010203-0405-8607-8809-0a0b0c0d0e0f';
  expect(hashedUuid(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(uuid);
  expect(hashedUuid(new Uint8Array(32).fill(0xff))).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
});

it('leaves the hash as it is', () => {
  const hash = new Uint8Array(32).fill(0xff);
  hashedUuid(hash);
  expect(hexOf(hash)).toBe('ff'.repeat(32));
});
