import type {
  DecryptionKey,
  EncryptionAlgorithm,
  EncryptionPublicKey,
  KeyState,
  PublicKey,
  PublishedEncryptionKey,
  PublishedKey,
  SigningKey,
} from 'dci-core';

/** What a key of the host is for, as in a JWK (RFC 7517 section 4.2): signatures, or messages encrypted to the host. */
export type KeyUse = 'sig' | 'enc';

/** Algorithms of the host's keys: two for signatures (protocol.md section 3), two for encryption (section 11). */
export type HostKeyAlgorithm = 'ed25519' | 'rs256' | EncryptionAlgorithm;

/** A key of the host without its private part. */
export interface HostKey {
  /** The second part of `kid`: `{sender_id}|{key_id}|{algorithm}`. */
  readonly keyId: string;
  readonly use: KeyUse;
  readonly algorithm: HostKeyAlgorithm;
  readonly state: KeyState;
  readonly publicKey: PublicKey | EncryptionPublicKey;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970; a key for signatures signs from then on. */
  readonly activatedAt?: number;
  /** Milliseconds since 1970; from then on the key neither signs nor decrypts nor is published. */
  readonly notAfter?: number;
  readonly revokedAt?: number;
}

/** How {@link KeyStore.generate} makes a key. */
export interface GenerateOptions {
  /** Default: `sig`. */
  readonly use?: KeyUse;
  /**
   * One of the algorithms of that use; default: `keys.algorithm` or `keys.encryptionAlgorithm` of the configuration,
   * which are `ed25519` and `ECDH-ES+A256KW` unless set.
   */
  readonly algorithm?: HostKeyAlgorithm;
  /** `active` (default): signs, or is published for encryption, at once. `pending`: waits for a rotation that names it. */
  readonly state?: 'active' | 'pending';
  /** Days after which the key is used no more; default: none. */
  readonly validDays?: number;
}

/** How {@link KeyStore.rotate} changes keys. */
export interface RotateOptions {
  /** Which keys are changed; default: `sig`. With `keyId` it is the use of that key. */
  readonly use?: KeyUse;
  /** Algorithm of the new key; default as in {@link GenerateOptions}. */
  readonly algorithm?: HostKeyAlgorithm;
  /** A pending key that becomes active; default: a new key. */
  readonly keyId?: string;
  /**
   * Days for which the replaced keys stay published, or go on decrypting; default: `keys.retireDays` of the
   * configuration.
   */
  readonly retireDays?: number;
  /**
   * Seconds for which the new key is published before it signs, while the old one goes on; default: `keys.leadSeconds` of the
   * configuration. 0 where the old key must not be used any more. Keys for encryption are taken into use at once.
   */
  readonly leadSeconds?: number;
}

/** What a rotation did. */
export interface Rotation {
  readonly active: HostKey;
  readonly retiring: readonly HostKey[];
}

/**
 * The host's own keys (protocol.md sections 3 and 11): those that sign, and those to which peers encrypt. Private keys
 * are sealed at rest. A change made by another process, such as the CLI beside a running host, counts from the next
 * call on.
 */
export interface KeyStore {
  /**
   * @returns the newest active key for signatures that has been published for its lead time; the same object until keys change, so that an imported key can be
   *   kept with it
   * @throws DciError err.service.unavailable when there is no active key
   */
  active(): Promise<SigningKey>;
  /** @returns the active and retiring keys for signatures, newest first */
  published(): Promise<readonly PublishedKey[]>;
  /** @returns the active keys for encryption, newest first; retiring ones are not published, so that nobody takes them */
  encryptionKeys(): Promise<readonly PublishedEncryptionKey[]>;
  /** @returns the active and retiring keys that decrypt, newest first; the same objects until keys change */
  decryptionKeys(): Promise<readonly DecryptionKey[]>;
  /**
   * @returns the new key
   * @throws DciError err.key.invalid when the algorithm is none of that use
   */
  generate(options?: GenerateOptions): Promise<HostKey>;
  /**
   * Makes a key active and lets the keys of the same use that were active retire.
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
