import { createHmac } from 'node:crypto';
import { DciError, type Random } from 'dci-core';
import type { Sealer, StateDatabase } from 'dci-host';

const purpose = 'dci-client-crvs/hash-key';

/**
 * Makes the hashes of event keys. The secret lies sealed in the database, so that the database alone does not tell whose
 * events it has.
 *
 * @param database - the connection
 * @param sealer - seals the secret
 * @param random - makes the secret, once
 * @returns gives, inside a transaction, the function that makes the hash of a key
 * @throws DciError `err.state.conflict` when the secret was sealed with another key
 */
export function createEventHasher(
  database: StateDatabase['durable'],
  sealer: Sealer,
  random: Random,
): () => (key: string) => Uint8Array {
  const select = database
    .prepare<[], Uint8Array>('SELECT sealed_key FROM dci_client_crvs_hash_key WHERE id = 1')
    .pluck();
  const insert = database.prepare('INSERT INTO dci_client_crvs_hash_key (id, sealed_key) VALUES (1, ?)');
  const open = (): Uint8Array => {
    const sealed = select.get();
    if (sealed !== undefined) {
      const secret = sealer.open(sealed, purpose);
      if (secret === undefined) {
        throw new DciError('err.state.conflict', 'the key of the log of vital events cannot be opened');
      }
      return secret;
    }
    const secret = random.bytes(32);
    insert.run(sealer.seal(secret, purpose));
    return secret;
  };
  // Never kept in memory: a secret that was made in a transaction is gone when that fails.
  return () => {
    const secret = open();
    return (key) => createHmac('sha256', secret).update(key).digest();
  };
}
