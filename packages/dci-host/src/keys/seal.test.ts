import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deterministicRandom } from '../testing/random.ts';
import { createSealer } from './seal.ts';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const sealer = createSealer(key(1), deterministicRandom());
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what was sealed opens for the same purpose', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (plain, purpose) => {
      expect(sealer.open(sealer.seal(plain, purpose), purpose)).toEqual(Uint8Array.from(plain));
    }),
  );
});

test('another purpose, another key, any changed or missing byte opens nothing', () => {
  const sealed = sealer.seal(bytes('secret text'), 'one');
  expect(sealer.open(sealed, 'two')).toBeUndefined();
  expect(createSealer(key(2), deterministicRandom()).open(sealed, 'one')).toBeUndefined();
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Uint8Array.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(sealer.open(changed, 'one')).toBeUndefined();
    expect(sealer.open(sealed.subarray(0, index), 'one')).toBeUndefined();
  }
});

test('one text seals differently each time and never shows', () => {
  const first = sealer.seal(bytes('secret text'), 'one');
  const second = sealer.seal(bytes('secret text'), 'one');
  expect(Buffer.from(first).equals(second)).toBe(false);
  expect(Buffer.from(first).includes('secret')).toBe(false);
});
