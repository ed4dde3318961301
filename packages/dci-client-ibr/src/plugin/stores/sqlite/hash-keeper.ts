import { DciError, type Random } from 'dci-core';
import type { Sealer, StateDatabase } from 'dci-host';

/** Keeps the key of the hashes in the log of checks, so that the database alone does not tell who was asked for. */
export interface HashKeeper {
  /** @returns the key; `undefined` when there is none yet */
  read(): Uint8Array | undefined;
  /** @returns the key, made when there is none; inside a transaction */
  open(): Uint8Array;
}

const purpose = 'dci-client-ibr/hash-key';

/**
 * @param database - the connection
 * @param sealer - seals the key
 * @param random - makes the key, once
 * @returns the keeper
 */
export function createHashKeeper(database: StateDatabase['durable'], sealer: Sealer, random: Random): HashKeeper {
  const select = database
    .prepare<[], Uint8Array>('SELECT sealed_key FROM dci_client_ibr_hash_key WHERE id = 1')
    .pluck();
  const insert = database.prepare('INSERT INTO dci_client_ibr_hash_key (id, sealed_key) VALUES (1, ?)');
  // Never kept in memory: a key that was read inside a transaction may be gone after it.
  const read = (): Uint8Array | undefined => {
    const sealed = select.get();
    if (sealed === undefined) return undefined;
    const key = sealer.open(sealed, purpose);
    if (key === undefined) throw new DciError('err.state.conflict', 'the key of the log of checks cannot be opened');
    return key;
  };
  return {
    read,
    open: () => {
      const there = read();
      if (there !== undefined) return there;
      const key = random.bytes(32);
      insert.run(sealer.seal(key, purpose));
      return key;
    },
  };
}
