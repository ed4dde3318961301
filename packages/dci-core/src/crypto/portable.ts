import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64urlnopad } from '@scure/base';
import type { PrivateKey, PublicKey, RsaPrivateJwk, RsaPublicJwk } from '../keys/key.ts';
import type { CryptoProvider } from '../ports.ts';

const rs256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;

/** Options of {@link createPortableCryptoProvider}. */
export interface PortableCryptoOptions {
  /** WebCrypto, for `rs256` only; absent: `globalThis.crypto.subtle`. */
  readonly subtle?: SubtleCrypto;
}

/**
 * A crypto provider for every runtime: Ed25519 (RFC 8032) and SHA-256 in plain TypeScript, RS256 (RFC 7518
 * section 3.3) by WebCrypto. On Node `createNodeCryptoProvider` gives the same answers about ten times as fast.
 *
 * @param options - WebCrypto, where it is not the global one
 * @returns the provider
 */
export function createPortableCryptoProvider(options: PortableCryptoOptions = {}): CryptoProvider {
  const subtle = options.subtle ?? globalThis.crypto.subtle;
  const rsaKeys = new WeakMap<object, Promise<CryptoKey>>();

  function rsaKey(jwk: RsaPublicJwk | RsaPrivateJwk, usage: 'sign' | 'verify'): Promise<CryptoKey> {
    let key = rsaKeys.get(jwk);
    if (key === undefined) {
      key = subtle.importKey('jwk', { ...jwk }, rs256, false, [usage]);
      rsaKeys.set(jwk, key);
    }
    return key;
  }

  return {
    sha256: (data) => sha256(data),

    async sign(key: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
      if (key.algorithm === 'ed25519') return ed25519.sign(data, base64urlnopad.decode(key.jwk.d));
      return new Uint8Array(await subtle.sign(rs256, await rsaKey(key.jwk, 'sign'), data.slice()));
    },

    async verify(key: PublicKey, data: Uint8Array, signature: Uint8Array): Promise<boolean> {
      if (key.algorithm === 'ed25519') return verifyEd25519(base64urlnopad.decode(key.jwk.x), data, signature);
      return subtle.verify(rs256, await rsaKey(key.jwk, 'verify'), signature.slice(), data.slice());
    },
  };
}

function verifyEd25519(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && ed25519.verify(signature, data, publicKey, { zip215: false });
}
