import { describe, expect, it } from 'vitest';
import { createPortableCryptoProvider } from '../crypto/portable.ts';
import { createRandom } from '../crypto/random.ts';
import { generateKey, publicKeyOf } from './generate.ts';
import { readPrivateKey, readPublicKey } from './read-key.ts';

const random = createRandom(globalThis.crypto);
const crypto = createPortableCryptoProvider();

describe('generateKey', () => {
  it.each([
    ['ed25519', undefined],
    ['rs256', 2048],
    ['es256', undefined],
  ] as const)('makes an %s key that signs, and that can be written and read', async (algorithm, modulusLength) => {
    const key = await generateKey(algorithm, { random, ...(modulusLength ? { modulusLength } : {}) });
    const data = new Uint8Array([1, 2, 3]);
    const signature = await crypto.sign(key, data);
    expect(key.algorithm).toBe(algorithm);
    expect(await crypto.verify(publicKeyOf(key), data, signature)).toBe(true);
    expect(await readPrivateKey(JSON.stringify(key.jwk))).toEqual(key);
    expect(await readPublicKey(JSON.stringify(publicKeyOf(key).jwk))).toEqual(publicKeyOf(key));
  });

  it('takes the seed from the given randomness', async () => {
    const fixed = { uuid: () => '', bytes: (length: number) => new Uint8Array(length).fill(7) };
    const key = await generateKey('ed25519', { random: fixed });
    expect(key).toEqual(await readPrivateKey('07'.repeat(32)));
  });

  it('gives nothing secret to the public part', async () => {
    expect(Object.keys(publicKeyOf(await generateKey('ed25519', { random })).jwk)).toEqual(['kty', 'crv', 'x']);
  });
});
