import * as nodeCrypto from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicKeyOf } from '../keys/generate.ts';
import type { PrivateKey, PublicKey } from '../keys/key.ts';
import { ecKey, ed25519Key, otherEd25519Key, rfc8032Vectors, rsaKey } from '../keys/test-keys.fixtures.ts';
import type { CryptoProvider } from '../ports.ts';
import { createNodeCryptoProvider } from './node.ts';
import { createPortableCryptoProvider } from './portable.ts';

const node = createNodeCryptoProvider(nodeCrypto);
const { hash: _, ...withoutHash } = nodeCrypto;
const providers: [name: string, provider: CryptoProvider][] = [
  ['node', node],
  ['node before 20.12', createNodeCryptoProvider<nodeCrypto.KeyObject>(withoutHash)],
  ['portable', createPortableCryptoProvider()],
];
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const rawPublicKey = (bytes: Uint8Array): PublicKey => ({
  algorithm: 'ed25519',
  jwk: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') },
});

/** RFC 7515 appendix A.3.1. */
const rfc7515A3 = {
  signingInput:
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ',
  signature: Buffer.from(
    'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
    'base64url',
  ),
};

describe.each(providers)('%s provider', (_, provider) => {
  it('hashes as FIPS 180-4 says', () => {
    expect(Buffer.from(provider.sha256(text('abc'))).toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(provider.sha256(new Uint8Array())).toHaveLength(32);
  });

  it.each(rfc8032Vectors)('signs and verifies RFC 8032 $name', async ({ seed, publicKey, message, signature }) => {
    const x = Buffer.from(publicKey, 'hex').toString('base64url');
    const d = Buffer.from(seed, 'hex').toString('base64url');
    const key: PrivateKey = { algorithm: 'ed25519', jwk: { kty: 'OKP', crv: 'Ed25519', x, d } };
    expect(Buffer.from(await provider.sign(key, hex(message))).toString('hex')).toBe(signature);
    expect(await provider.verify(publicKeyOf(key), hex(message), hex(signature))).toBe(true);
  });

  it.each([ed25519Key, rsaKey, ecKey])('verifies only the signed bytes, with $algorithm', async (key) => {
    const data = text('(created): 1\n(expires): 2\ndigest: x');
    const signature = await provider.sign(key, data);
    const publicKey = publicKeyOf(key);
    expect(await provider.verify(publicKey, data, signature)).toBe(true);
    expect(await provider.verify(publicKey, text('other'), signature)).toBe(false);
    for (let at = 0; at < signature.length; at += 7) {
      const changed = Uint8Array.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await provider.verify(publicKey, data, changed)).toBe(false);
    }
  });

  it.each([ed25519Key, rsaKey, ecKey])('refuses signatures of any other length, with $algorithm', async (key) => {
    const data = text('data');
    const signature = await provider.sign(key, data);
    for (const other of [
      new Uint8Array(),
      signature.slice(1),
      signature.slice(0, -1),
      new Uint8Array([0, ...signature]),
    ]) {
      expect(await provider.verify(publicKeyOf(key), data, other)).toBe(false);
    }
  });

  it('refuses the signature of another key', async () => {
    const data = text('data');
    expect(await provider.verify(publicKeyOf(otherEd25519Key), data, await provider.sign(ed25519Key, data))).toBe(
      false,
    );
    expect(await provider.verify(publicKeyOf(ed25519Key), data, await provider.sign(rsaKey, data))).toBe(false);
    expect(await provider.verify(publicKeyOf(rsaKey), data, await provider.sign(ed25519Key, data))).toBe(false);
  });

  it('takes a private key object where a public one is expected, and still signs with it', async () => {
    for (const key of [ed25519Key, rsaKey, ecKey]) {
      const data = text('data');
      const signature = await provider.sign(key, data);
      expect(await provider.verify(key, data, signature)).toBe(true);
      // OpenSSL draws a random number for every signature of ECDSA.
      if (key !== ecKey) expect(await provider.sign(key, data)).toEqual(signature);
    }
  });

  it('verifies RFC 7515 appendix A.3, and the same signature with the other S', async () => {
    const signature = Uint8Array.from(rfc7515A3.signature);
    const data = text(rfc7515A3.signingInput);
    expect(await provider.verify(publicKeyOf(ecKey), data, signature)).toBe(true);
    const other = p256.Signature.fromBytes(signature);
    const negated = new p256.Signature(other.r, p256.Point.Fn.ORDER - other.s).toBytes();
    expect(await provider.verify(publicKeyOf(ecKey), data, negated)).toBe(true);
  });

  it("is understood by every other provider's ES256", async () => {
    const data = text('data');
    const signature = await provider.sign(ecKey, data);
    for (const [, other] of providers) expect(await other.verify(publicKeyOf(ecKey), data, signature)).toBe(true);
  });

  it('refuses a public key of small order, for which any data verifies', async () => {
    const identity = new Uint8Array(32);
    identity[0] = 1;
    const forged = new Uint8Array(64);
    forged[0] = 1;
    expect(await provider.verify(rawPublicKey(identity), text('anything'), forged)).toBe(false);
  });

  it('refuses a signature whose S was increased by the group order', async () => {
    const data = text('data');
    const signature = await provider.sign(ed25519Key, data);
    const s = littleEndian(signature.subarray(32)) + ed25519.Point.Fn.ORDER;
    const changed = Uint8Array.from([...signature.subarray(0, 32), ...bytesOf(s)]);
    expect(await provider.verify(publicKeyOf(ed25519Key), data, changed)).toBe(false);
  });

  it('refuses an R outside of the prime-order group, as OpenSSL does', async () => {
    const { signature, publicKey, data } = signatureWithTorsion('R');
    // The library alone would accept it: the equation holds when multiplied by the cofactor.
    expect(ed25519.verify(signature, data, publicKey, { zip215: false })).toBe(true);
    expect(await provider.verify(rawPublicKey(publicKey), data, signature)).toBe(false);
  });

  it('refuses a public key outside of the prime-order group', async () => {
    const { signature, publicKey, data } = signatureWithTorsion('A');
    // Both libraries alone would accept it.
    expect(ed25519.verify(signature, data, publicKey, { zip215: false })).toBe(true);
    const key = nodeCrypto.createPublicKey({ key: { ...rawPublicKey(publicKey).jwk }, format: 'jwk' });
    expect(nodeCrypto.verify(null, data, key, signature)).toBe(true);
    expect(await provider.verify(rawPublicKey(publicKey), data, signature)).toBe(false);
  });
});

describe('providers', () => {
  it('make the same signatures', async () => {
    const sample = fc.uint8Array({ maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(sample, async (data) => {
        for (const key of [ed25519Key, rsaKey]) {
          const signatures = await Promise.all(
            providers.map(async ([, provider]) => Buffer.from(await provider.sign(key, data))),
          );
          expect(signatures[1]).toEqual(signatures[0]);
          expect(signatures[2]).toEqual(signatures[0]);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('give the same answers to signatures with random bits changed', async () => {
    const change = fc.record({
      at: fc.nat(63),
      bit: fc.nat(7),
      data: fc.uint8Array({ maxLength: 20 }),
      count: fc.nat(1),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, bit, data, count }) => {
        const signature = Uint8Array.from(await node.sign(ed25519Key, data));
        if (count > 0) signature[at] = (signature[at] ?? 0) ^ (1 << bit);
        for (const [, provider] of providers) {
          expect(await provider.verify(publicKeyOf(ed25519Key), data, signature)).toBe(count === 0);
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** Signed with the right key, but with a point of order 8 added to R or to the public key A. */
function signatureWithTorsion(to: 'R' | 'A'): { signature: Uint8Array; publicKey: Uint8Array; data: Uint8Array } {
  const { Point } = ed25519;
  const secret = ed25519.utils.getExtendedPublicKey(hex(rfc8032Vectors[0].seed));
  const r = 123_456_789n;
  const R = (to === 'R' ? Point.BASE.multiply(r).add(torsionPoint()) : Point.BASE.multiply(r)).toBytes();
  const publicKey = (to === 'A' ? secret.point.add(torsionPoint()) : secret.point).toBytes();
  for (let attempt = 0; ; attempt++) {
    const data = text(`data ${attempt}`);
    const k = littleEndian(sha512(Uint8Array.from([...R, ...publicKey, ...data]))) % Point.Fn.ORDER;
    // A multiple of 8 makes the torsion of A vanish from the equation without the cofactor too.
    if (to === 'A' && k % 8n !== 0n) continue;
    const s = (r + k * secret.scalar) % Point.Fn.ORDER;
    return { signature: Uint8Array.from([...R, ...bytesOf(s)]), publicKey, data };
  }
}

function torsionPoint(): InstanceType<typeof ed25519.Point> {
  const point = ed25519.Point.fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05');
  expect(point.isSmallOrder() && !point.multiplyUnsafe(4n).is0()).toBe(true);
  return point;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}
