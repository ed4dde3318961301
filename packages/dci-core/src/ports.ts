import type { PrivateKey, PublicKey } from './keys/key.ts';

/** Source of the time. Everything that depends on time takes one, so that tests can set it. */
export interface Clock {
  /** @returns milliseconds since 1970-01-01T00:00:00Z */
  now(): number;
}

/** Source of randomness for message ids, keys and nonces. */
export interface Random {
  /** @returns a fresh random UUID (version 4), lower case */
  uuid(): string;
  /**
   * @param length - number of bytes
   * @returns that many cryptographically secure random bytes
   */
  bytes(length: number): Uint8Array;
}

/** The part of the Fetch API that this project uses. `globalThis.fetch` satisfies it. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

/** What a {@link Fetch} is called with. */
export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly redirect?: 'error' | 'manual' | 'follow';
  readonly signal?: AbortSignal;
}

/** Fields of a log line: codes, counts, ids of messages; never personal data, tokens or keys. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** A structured logger. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** @returns a logger that adds `fields` to every line */
  child(fields: LogFields): Logger;
}

/**
 * The cryptographic primitives of signing. A provider imports a key once and keeps what it imported
 * in a `WeakMap` keyed by the key's `jwk` object, so callers hold on to the same key objects.
 * All providers give the same answers; Ed25519 points outside of the prime-order group are refused.
 */
export interface CryptoProvider {
  /** @returns the SHA-256 of `data`, 32 bytes */
  sha256(data: Uint8Array): Uint8Array;
  /**
   * @param key - the signing key; its `algorithm` decides the scheme
   * @param data - the bytes to sign
   * @returns the raw signature: 64 bytes for ed25519, the modulus length for rs256
   */
  sign(key: PrivateKey, data: Uint8Array): Promise<Uint8Array>;
  /**
   * @returns whether `signature` is `key`'s signature of `data`; never throws for a bad signature
   */
  verify(key: PublicKey, data: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
