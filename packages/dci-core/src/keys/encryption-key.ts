import type { EcPrivateJwk, EcPublicJwk, RsaPrivateJwk, RsaPublicJwk } from './key.ts';

/** How the content key of a message is encrypted (protocol.md section 11; RFC 7518 sections 4.3 and 4.6). */
export type EncryptionAlgorithm = 'RSA-OAEP-256' | 'ECDH-ES+A256KW';

/** A public key on X25519 as a JWK (RFC 8037). */
export interface X25519PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'X25519';
  /** 32 bytes, base64url without padding */
  readonly x: string;
}

/** A private key on X25519 as a JWK. */
export interface X25519PrivateJwk extends X25519PublicJwk {
  /** 32 bytes, base64url without padding */
  readonly d: string;
}

/** A public key for encryption. The algorithm is pinned here and never taken from a message. */
export type EncryptionPublicKey =
  | { readonly algorithm: 'RSA-OAEP-256'; readonly jwk: RsaPublicJwk }
  | { readonly algorithm: 'ECDH-ES+A256KW'; readonly jwk: EcPublicJwk | X25519PublicJwk };

/** A private key for decryption. */
export type EncryptionPrivateKey =
  | { readonly algorithm: 'RSA-OAEP-256'; readonly jwk: RsaPrivateJwk }
  | { readonly algorithm: 'ECDH-ES+A256KW'; readonly jwk: EcPrivateJwk | X25519PrivateJwk };

/** The key of a receiver, as it registered or published it. */
export interface EncryptionKey {
  /** The receiver's name of the key, written into every message; absent: the thumbprint is written. */
  readonly kid?: string;
  readonly publicKey: EncryptionPublicKey;
}

/** A key of our own, with the names that its published `kid` is made of: `{senderId}|{keyId}|{algorithm}`. */
export interface DecryptionKey {
  readonly senderId: string;
  readonly keyId: string;
  readonly privateKey: EncryptionPrivateKey;
}
