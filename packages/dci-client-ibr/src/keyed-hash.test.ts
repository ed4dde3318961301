import * as nodeCrypto from 'node:crypto';
import { createNodeCryptoProvider } from 'dci-core';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyedHash } from './keyed-hash.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

it('is HMAC-SHA-256 (RFC 4231, test cases 1 and 2)', () => {
  expect(hex(keyedHash(crypto, new Uint8Array(20).fill(0x0b), 'Hi There'))).toBe(
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  );
  expect(hex(keyedHash(crypto, new TextEncoder().encode('Jefe'), 'what do ya want for nothing?'))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

it('is what node:crypto computes, for any key up to a block and any text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'grapheme' }), (key, text) => {
      expect(hex(keyedHash(crypto, key, text))).toBe(
        nodeCrypto.createHmac('sha256', key).update(text, 'utf8').digest('hex'),
      );
    }),
  );
});
