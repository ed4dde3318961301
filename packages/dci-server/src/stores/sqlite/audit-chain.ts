import { Buffer } from 'node:buffer';
import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from 'dci-core';

/** The columns of a row that its hash covers, besides the hash of the row before it. */
export interface ChainedRow {
  readonly sequence: number;
  readonly at: number;
  readonly sender_id: string;
  readonly registry: string;
  readonly action: string;
  readonly message_id: string | null;
  readonly correlation_id: string | null;
  readonly purpose: string | null;
  readonly legal_basis: string | null;
  readonly record_type: string | null;
  readonly query_shape: string | null;
  /** Hashed names of records, {@link recordKeyBytes} each. */
  readonly record_keys: Uint8Array;
  readonly count: number;
  readonly reason: string | null;
}

/** Where the chain begins and ends. */
export interface ChainEnds {
  /** The oldest row that is kept; one more than the last when none is. */
  readonly first_sequence: number;
  /** Hash of the row before it, which may have been purged. */
  readonly hash_before_first: Uint8Array;
  readonly last_sequence: number;
  readonly last_hash: Uint8Array;
}

/** Bytes of a record's hashed name: enough that two names never share one by chance, and half of what SHA-256 gives. */
export const recordKeyBytes = 16;

/** "Hash of the row before the first one" of a new chain. */
export const hashBeforeAll: Uint8Array = new Uint8Array(32);

/** Computes the keyed hashes of the audit. Without the host's key nobody can write a row or a head that verifies. */
export interface ChainHasher {
  /** @returns the hash of a row: HMAC-SHA-256 of its canonical JSON with the hash of the row before it, 32 bytes */
  row(row: ChainedRow, previous: Uint8Array): Uint8Array;
  /** @returns whether a row has the hash that this host would give it; never throws */
  isRow(row: ChainedRow, previous: Uint8Array, hash: Uint8Array): boolean;
  /** @returns the seal of the chain's ends, 32 bytes */
  ends(ends: ChainEnds): Uint8Array;
  /** @returns the hashed name of a record, {@link recordKeyBytes} bytes */
  recordKey(name: string): Uint8Array;
}

/**
 * @param key - the key of the audit, 32 secret bytes
 * @returns the hasher, with a key of its own for each of the three uses
 */
export function createChainHasher(key: Uint8Array): ChainHasher {
  const keyFor = (use: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', key, '', `dci-server audit v1 ${use}`, 32));
  const [rowKey, endsKey] = [createSecretKey(keyFor('row')), createSecretKey(keyFor('ends'))];
  const recordKey = keyFor('record');
  const hashRow = ({ record_keys: recordKeys, ...row }: ChainedRow, previous: Uint8Array): Uint8Array =>
    hmac(rowKey, canonicalJson({ ...row, record_keys: base64url(recordKeys), previous_hash: base64url(previous) }));
  return {
    row: hashRow,
    isRow: (row, previous, hash) => {
      try {
        return sameHash(hashRow(row, previous), hash);
      } catch {
        // A row that was tampered with can hold what has no canonical form.
        return false;
      }
    },
    ends: (ends) =>
      hmac(
        endsKey,
        canonicalJson({
          first_sequence: ends.first_sequence,
          hash_before_first: base64url(ends.hash_before_first),
          last_sequence: ends.last_sequence,
          last_hash: base64url(ends.last_hash),
        }),
      ),
    // Key and name in one SHA-256 of which half is kept, which cannot be continued as a whole one could: a page can hold
    // a thousand records, and an HMAC takes four times as long.
    recordKey: (name) =>
      hash('sha256', Buffer.concat([recordKey, Buffer.from(name)]), 'buffer').subarray(0, recordKeyBytes),
  };
}

/** @returns whether two hashes are equal, in constant time */
export function sameHash(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && timingSafeEqual(first, second);
}

/** @returns the bytes as base64url without padding */
export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** @returns the single hashed names of a row */
export function splitRecordKeys(recordKeys: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(recordKeys.length / recordKeyBytes) }, (_, index) =>
    recordKeys.subarray(index * recordKeyBytes, (index + 1) * recordKeyBytes),
  );
}

function hmac(key: KeyObject, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}
