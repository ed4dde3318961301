import * as nodeCrypto from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { expect, it } from 'vitest';
import { createNodeCryptoProvider } from '../crypto/node.ts';
import { ecKey, ed25519Key, rsaKey } from './test-keys.fixtures.ts';
import { jwkThumbprint } from './thumbprint.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);

it('is that of RFC 8037 appendix A.3 for its key', () => {
  expect(jwkThumbprint(ed25519Key.jwk, crypto)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

it.each([ed25519Key, rsaKey, ecKey])('is what jose computes, for $algorithm', async ({ jwk }) => {
  expect(jwkThumbprint(jwk, crypto)).toBe(await calculateJwkThumbprint({ ...jwk }));
});
