import { expect, it } from 'vitest';
import { uuidOf } from './uuid.ts';

it('writes version and variant, and leaves the bytes as they are', () => {
  const bytes = new Uint8Array(32).fill(0xff);
  expect(uuidOf(bytes, 8)).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
  expect(uuidOf(new Uint8Array(16), 4)).toBe('00000000-0000-4000-8000-000000000000');
  expect(bytes).toEqual(new Uint8Array(32).fill(0xff));
});
