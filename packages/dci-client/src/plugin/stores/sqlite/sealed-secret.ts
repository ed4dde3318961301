import { DciError, type Random } from 'dci-core';
import type { Sealer, StateDatabase } from 'dci-host';

/** A secret that a store makes once and keeps in its database, sealed: hashes under it tell nothing without the host's key. */
export interface SealedSecret {
  /**
   * @returns the secret; `undefined` while there is none
   * @throws DciError `err.state.conflict` when it was sealed with another key
   */
  read(): Uint8Array | undefined;
  /**
   * Gives the secret, and makes it when there is none; inside a transaction.
   *
   * @returns 32 bytes. Not to be kept: a secret that was made in a transaction is gone when that fails
   * @throws DciError as {@link SealedSecret.read}
   */
  open(): Uint8Array;
}

/** What {@link sealedSecret} works with. */
export interface SealedSecretOptions {
  readonly connection: StateDatabase['durable'];
  /** Table of one row, whose `id` is 1. */
  readonly table: string;
  /** Absent: `sealed_key`. */
  readonly column?: string;
  /** What it is sealed for, for example `dci-client-ibr/hash-key`. */
  readonly purpose: string;
  /** How an error names it, for example `the key of the log of checks`. */
  readonly name: string;
  readonly sealer: Sealer;
  /** Makes the secret, once. */
  readonly random: Random;
}

/**
 * Keeps the secret of a store in a state database.
 *
 * @param options - connection, table, sealer, randomness
 * @returns the secret
 */
export function sealedSecret(options: SealedSecretOptions): SealedSecret {
  const { connection, table, column = 'sealed_key', purpose, name, sealer, random } = options;
  const select = connection.prepare<[], Uint8Array>(`SELECT ${column} FROM ${table} WHERE id = 1`).pluck();
  const insert = connection.prepare(`INSERT INTO ${table} (id, ${column}) VALUES (1, ?)`);
  const read = (): Uint8Array | undefined => {
    const sealed = select.get();
    if (sealed === undefined) return undefined;
    const secret = sealer.open(sealed, purpose);
    if (secret === undefined) throw new DciError('err.state.conflict', `${name} was sealed with another key`);
    return secret;
  };
  const make = (): Uint8Array => {
    const secret = random.bytes(32);
    insert.run(sealer.seal(secret, purpose));
    return secret;
  };
  return { read, open: () => read() ?? make() };
}
