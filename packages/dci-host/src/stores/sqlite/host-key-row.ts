import {
  type DecryptionKey,
  type EncryptionPrivateKey,
  encryptionKeyOf,
  type PrivateKey,
  publicKeyOf,
  type SigningKey,
} from 'dci-core';
import type { HostKey } from '../../keys/key-store.ts';
import type { Sealer } from '../../keys/seal.ts';

/** What a private key is sealed for: a key of one use cannot be opened as one of the other. */
const purposes = { sig: 'dci-host/private-key', enc: 'dci-host/decryption-key' } as const;

/** A row of `dci_host_key`. */
export interface HostKeyRow {
  readonly key_id: string;
  readonly use: HostKey['use'];
  readonly algorithm: HostKey['algorithm'];
  readonly state: HostKey['state'];
  readonly public_jwk: string;
  readonly sealed_private_jwk: Uint8Array | null;
  readonly created_at: number;
  readonly activated_at: number | null;
  readonly not_after: number | null;
  readonly revoked_at: number | null;
}

/** A key that was made and is to be stored. */
export type NewHostKey =
  | { readonly use: 'sig'; readonly keyId: string; readonly privateKey: PrivateKey }
  | { readonly use: 'enc'; readonly keyId: string; readonly privateKey: EncryptionPrivateKey };

/** A key as it is kept in memory, opened where its private part is used. */
export interface OpenedHostKey extends HostKey {
  readonly signing?: SigningKey;
  readonly decryption?: DecryptionKey;
}

/**
 * Reads a row. Private parts are opened once: those of active and retiring keys. One that retires signs until its
 * successor's lead time is over, and decrypts until its own time is.
 *
 * @param row - the row
 * @param known - the same key as it was read before
 * @param options - what opens private parts, and the first part of every `kid`
 * @returns the key
 */
export function readHostKeyRow(
  row: HostKeyRow,
  known: OpenedHostKey | undefined,
  options: { readonly sealer: Sealer; readonly senderId: string },
): OpenedHostKey {
  const { algorithm } = row;
  const isUsed = row.state === 'active' || row.state === 'retiring';
  const opened = isUsed ? { signing: known?.signing, decryption: known?.decryption } : {};
  if (isUsed && opened.signing === undefined && opened.decryption === undefined) {
    Object.assign(opened, openPrivateKey(row, options));
  }
  return {
    keyId: row.key_id,
    use: row.use,
    algorithm,
    state: row.state,
    publicKey: known?.publicKey ?? ({ algorithm, jwk: JSON.parse(row.public_jwk) } as HostKey['publicKey']),
    createdAt: row.created_at,
    ...(row.activated_at === null ? {} : { activatedAt: row.activated_at }),
    ...(row.not_after === null ? {} : { notAfter: row.not_after }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
    ...(opened.signing === undefined ? {} : { signing: opened.signing }),
    ...(opened.decryption === undefined ? {} : { decryption: opened.decryption }),
  };
}

/**
 * @param key - a new key
 * @param sealer - seals its private part
 * @returns the JWKs as they are stored
 */
export function sealHostKey(
  key: NewHostKey,
  sealer: Sealer,
): { readonly publicJwk: string; readonly sealed: Uint8Array } {
  const publicKey = key.use === 'sig' ? publicKeyOf(key.privateKey) : encryptionKeyOf(key.privateKey);
  const plain = new TextEncoder().encode(JSON.stringify(key.privateKey.jwk));
  return { publicJwk: JSON.stringify(publicKey.jwk), sealed: sealer.seal(plain, purposes[key.use]) };
}

/**
 * @param key - a key in memory
 * @returns the key without its private part
 */
export function withoutPrivateKey({ signing: _signing, decryption: _decryption, ...key }: OpenedHostKey): HostKey {
  return key;
}

function openPrivateKey(
  row: HostKeyRow,
  { sealer, senderId }: { readonly sealer: Sealer; readonly senderId: string },
): Pick<OpenedHostKey, 'signing' | 'decryption'> {
  const plain = row.sealed_private_jwk && sealer.open(row.sealed_private_jwk, purposes[row.use]);
  if (!plain) return {};
  const privateKey = { algorithm: row.algorithm, jwk: JSON.parse(new TextDecoder().decode(plain)) };
  const names = { senderId, keyId: row.key_id };
  return row.use === 'sig'
    ? { signing: { ...names, privateKey: privateKey as PrivateKey } }
    : { decryption: { ...names, privateKey: privateKey as EncryptionPrivateKey } };
}
