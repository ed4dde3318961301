import type { KeyState, PublicKey, PublishedKey, SignatureAlgorithm, SigningKey } from 'dci-core';

/** A key of the host without its private part. */
export interface HostKey {
  /** The second part of `kid`: `{sender_id}|{key_id}|{algorithm}`. */
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  readonly state: KeyState;
  readonly publicKey: PublicKey;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly activatedAt?: number;
  /** Milliseconds since 1970; from then on the key neither signs nor is published. */
  readonly notAfter?: number;
  readonly revokedAt?: number;
}

/** How {@link KeyStore.generate} makes a key. */
export interface GenerateOptions {
  /** Default: `keys.algorithm` of the configuration, which is `ed25519` unless set. */
  readonly algorithm?: SignatureAlgorithm;
  /** `active` (default): signs at once. `pending`: waits for a rotation that names it. */
  readonly state?: 'active' | 'pending';
  /** Days after which the key neither signs nor is published; default: none. */
  readonly validDays?: number;
}

/** How {@link KeyStore.rotate} changes keys. */
export interface RotateOptions {
  /** Algorithm of the new key; default as in {@link GenerateOptions}. */
  readonly algorithm?: SignatureAlgorithm;
  /** A pending key that becomes active; default: a new key. */
  readonly keyId?: string;
  /** Days for which the replaced keys stay published; default: `keys.retireDays` of the configuration. */
  readonly retireDays?: number;
}

/** What a rotation did. */
export interface Rotation {
  readonly active: HostKey;
  readonly retiring: readonly HostKey[];
}

/**
 * The host's own signing keys (protocol.md section 3). Private keys are sealed at rest. A change made by another
 * process, such as the CLI beside a running host, counts from the next call on.
 */
export interface KeyStore {
  /**
   * @returns the newest active key; the same object until keys change, so that an imported key can be kept with it
   * @throws DciError err.service.unavailable when there is no active key
   */
  active(): Promise<SigningKey>;
  /** @returns the active and retiring keys, newest first */
  published(): Promise<readonly PublishedKey[]>;
  /** @returns the new key */
  generate(options?: GenerateOptions): Promise<HostKey>;
  /**
   * Makes a key active and lets the keys that were active retire.
   *
   * @throws DciError err.key.invalid when the named key is not there or not pending
   */
  rotate(options?: RotateOptions): Promise<Rotation>;
  /**
   * Revokes a key at once and for ever, and deletes its private part.
   *
   * @param keyId - the key
   * @returns the key as it is now
   * @throws DciError err.key.invalid when there is no such key
   */
  revoke(keyId: string): Promise<HostKey>;
  /** @returns every key that there ever was, newest first */
  list(): Promise<readonly HostKey[]>;
}
