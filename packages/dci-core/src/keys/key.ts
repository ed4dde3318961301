/** Algorithms of signatures (protocol.md section 3). The `dci` schemes know no `es256`: it is for JWS. */
export type SignatureAlgorithm = 'ed25519' | 'rs256' | 'es256';

/** A public Ed25519 key as a JWK (RFC 8037). */
export interface Ed25519PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes, base64url without padding */
  readonly x: string;
}

/** A public RSA key as a JWK (RFC 7518 section 6.3), modulus of at least 2048 bits. */
export interface RsaPublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
}

/** A public key on the curve P-256 as a JWK (RFC 7518 section 6.2). */
export interface EcPublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** 32 bytes, base64url without padding */
  readonly x: string;
  /** 32 bytes, base64url without padding */
  readonly y: string;
}

/** A private Ed25519 key as a JWK. */
export interface Ed25519PrivateJwk extends Ed25519PublicJwk {
  /** 32 bytes (the seed), base64url without padding */
  readonly d: string;
}

/** A private RSA key as a JWK. */
export interface RsaPrivateJwk extends RsaPublicJwk {
  readonly d: string;
  readonly p: string;
  readonly q: string;
  readonly dp: string;
  readonly dq: string;
  readonly qi: string;
}

/** A private key on the curve P-256 as a JWK. */
export interface EcPrivateJwk extends EcPublicJwk {
  /** 32 bytes, base64url without padding */
  readonly d: string;
}

/** A key that verifies. The algorithm is pinned here and never taken from a message. */
export type PublicKey =
  | { readonly algorithm: 'ed25519'; readonly jwk: Ed25519PublicJwk }
  | { readonly algorithm: 'rs256'; readonly jwk: RsaPublicJwk }
  | { readonly algorithm: 'es256'; readonly jwk: EcPublicJwk };

/** A key that signs. */
export type PrivateKey =
  | { readonly algorithm: 'ed25519'; readonly jwk: Ed25519PrivateJwk }
  | { readonly algorithm: 'rs256'; readonly jwk: RsaPrivateJwk }
  | { readonly algorithm: 'es256'; readonly jwk: EcPrivateJwk };

/** States of a key (protocol.md section 3). */
export type KeyState = 'pending' | 'active' | 'retiring' | 'revoked';

/** A public key as a party registered or published it. */
export interface VerificationKey {
  /** The party's own name of the key: the second part of `kidId`. Absent: matches any key id of the sender. */
  readonly keyId?: string;
  readonly publicKey: PublicKey;
  readonly state: KeyState;
  /** Unix seconds; absent: no bound. */
  readonly notBefore?: number;
  /** Unix seconds; absent: no bound. */
  readonly notAfter?: number;
}

/** A private key together with the names that go into `kidId` as `{senderId}|{keyId}|{algorithm}`. */
export interface SigningKey {
  readonly senderId: string;
  readonly keyId: string;
  readonly privateKey: PrivateKey;
}
