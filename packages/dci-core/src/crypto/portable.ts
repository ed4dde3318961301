import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64urlnopad } from '@scure/base';
import { isSoundPublicKey } from '../keys/ed25519-point.ts';
import type { EcPublicJwk, PublicKey, RsaPrivateJwk, RsaPublicJwk } from '../keys/key.ts';
import type { CryptoProvider } from '../ports.ts';

const rs256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;

/** Options of {@link createPortableCryptoProvider}. */
export interface PortableCryptoOptions {
  /** WebCrypto, for `rs256` only; absent: `globalThis.crypto.subtle`. */
  readonly subtle?: SubtleCrypto;
}

/**
 * A crypto provider for every runtime: Ed25519 (RFC 8032), ES256 (RFC 7518 section 3.4) and SHA-256 in plain
 * TypeScript, RS256 (RFC 7518 section 3.3) by WebCrypto. On Node `createNodeCryptoProvider` gives the same answers about ten times as fast.
 *
 * @param options - WebCrypto, where it is not the global one
 * @returns the provider
 */
export function createPortableCryptoProvider(options: PortableCryptoOptions = {}): CryptoProvider {
  const subtle = options.subtle ?? globalThis.crypto.subtle;
  const privateKeys = new WeakMap<object, Promise<CryptoKey>>();
  const publicKeys = new WeakMap<object, Promise<CryptoKey>>();
  const soundKeys = new WeakMap<object, boolean>();

  function importPrivate(jwk: RsaPrivateJwk): Promise<CryptoKey> {
    const known = privateKeys.get(jwk);
    if (known !== undefined) return known;
    const key = subtle.importKey('jwk', { ...jwk }, rs256, false, ['sign']);
    privateKeys.set(jwk, key);
    return key;
  }

  function importPublic(jwk: RsaPublicJwk): Promise<CryptoKey> {
    const known = publicKeys.get(jwk);
    if (known !== undefined) return known;
    const key = subtle.importKey('jwk', { kty: jwk.kty, n: jwk.n, e: jwk.e }, rs256, false, ['verify']);
    publicKeys.set(jwk, key);
    return key;
  }

  function isSound(publicKey: PublicKey): boolean {
    const known = soundKeys.get(publicKey.jwk);
    if (known !== undefined) return known;
    const isSoundKey = isSoundPublicKey(publicKey);
    soundKeys.set(publicKey.jwk, isSoundKey);
    return isSoundKey;
  }

  return {
    sha256: (data) => sha256(data),

    async sign(key, data) {
      if (key.algorithm === 'ed25519') return ed25519.sign(data, base64urlnopad.decode(key.jwk.d));
      if (key.algorithm === 'es256') return p256.sign(data, base64urlnopad.decode(key.jwk.d), { lowS: false });
      return new Uint8Array(await subtle.sign(rs256, await importPrivate(key.jwk), data.slice()));
    },

    async verify(key, data, signature) {
      if (key.algorithm === 'rs256') {
        return subtle.verify(rs256, await importPublic(key.jwk), signature.slice(), data.slice());
      }
      if (key.algorithm === 'es256') return verifyP256(key.jwk, data, signature);
      return isSound(key) && verifyEd25519(base64urlnopad.decode(key.jwk.x), data, signature);
    },
  };
}

/** RFC 7518 allows S in the upper half too, so what the library calls malleable is a good signature. */
function verifyP256(jwk: EcPublicJwk, data: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const point = Uint8Array.from([4, ...base64urlnopad.decode(jwk.x), ...base64urlnopad.decode(jwk.y)]);
  return p256.verify(signature, data, point, { lowS: false });
}

/**
 * The library checks the equation multiplied by the cofactor, OpenSSL and most others the equation itself (RFC 8032
 * section 5.1.7 allows both). With R in the prime-order group, as every honest signer makes it, both are the same.
 */
function verifyEd25519(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  return (
    signature.length === 64 &&
    ed25519.verify(signature, data, publicKey, { zip215: false }) &&
    ed25519.Point.fromBytes(signature.subarray(0, 32)).isTorsionFree()
  );
}
