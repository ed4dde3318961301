import type { Database } from 'better-sqlite3';
import { DciError, type Random } from 'dci-core';
import type { Sealer } from 'dci-host';
import { type ChainEnds, type ChainHasher, createChainHasher, hashBeforeAll, sameHash } from './audit-chain.ts';

/** The one row that says where the chain begins and ends. */
interface ChainRow extends ChainEnds {
  readonly sealed_key: Uint8Array;
  readonly seal: Uint8Array;
}

/** The chain as this host left it. */
export interface KnownChain {
  readonly hasher: ChainHasher;
  readonly ends: ChainEnds;
}

/** Reads and writes the key and the ends of the chain. */
export interface AuditKeeper {
  /**
   * @returns the chain; `undefined` when there is none yet
   * @throws DciError `err.state.conflict`, with the path `key` or `head`, when it is not as this host wrote it
   */
  read(): KnownChain | undefined;
  /**
   * Reads the chain, and begins one where there is none; inside a transaction.
   *
   * @throws DciError as {@link AuditKeeper.read}
   */
  open(): KnownChain;
  /** Writes new ends; inside a transaction that began with {@link AuditKeeper.open}. */
  write(hasher: ChainHasher, ends: ChainEnds): void;
}

const purpose = 'dci-server/audit-key';

/**
 * Makes the keeper of a chain.
 *
 * @param database - the connection that the audit is written on
 * @param sealer - seals the key of the audit, so that the database alone is not enough to write rows that verify
 * @param random - makes the key, once
 * @returns the keeper
 */
export function createAuditKeeper(database: Database, sealer: Sealer, random: Random): AuditKeeper {
  const select = database.prepare<[], ChainRow>('SELECT * FROM dci_server_audit_chain WHERE id = 1');
  const hasRows = database.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM dci_server_audit)').pluck();
  const update = database.prepare(
    `UPDATE dci_server_audit_chain SET first_sequence = ?, hash_before_first = ?, last_sequence = ?, last_hash = ?,
       seal = ? WHERE id = 1`,
  );
  let opened: { readonly sealed: Uint8Array; readonly hasher: ChainHasher } | undefined;

  const hasherOf = (sealed: Uint8Array): ChainHasher => {
    if (opened !== undefined && sameHash(opened.sealed, sealed)) return opened.hasher;
    const key = sealer.open(sealed, purpose);
    if (key === undefined) throw damaged('key');
    opened = { sealed, hasher: createChainHasher(key) };
    return opened.hasher;
  };
  const read = (): KnownChain | undefined => {
    const row = select.get();
    if (row === undefined) {
      if (hasRows.get() === 1) throw damaged('head');
      return undefined;
    }
    const hasher = hasherOf(row.sealed_key);
    if (!sameHash(row.seal, hasher.ends(row))) throw damaged('head');
    return { hasher, ends: row };
  };

  return {
    read,
    open: () => {
      const known = read();
      if (known !== undefined) return known;
      const key = random.bytes(32);
      const hasher = createChainHasher(key);
      const ends: ChainEnds = {
        first_sequence: 1,
        hash_before_first: hashBeforeAll,
        last_sequence: 0,
        last_hash: hashBeforeAll,
      };
      database
        .prepare('INSERT INTO dci_server_audit_chain VALUES (1, ?, ?, ?, ?, ?, ?)')
        .run(
          sealer.seal(key, purpose),
          ends.first_sequence,
          ends.hash_before_first,
          ends.last_sequence,
          ends.last_hash,
          hasher.ends(ends),
        );
      return { hasher, ends };
    },
    write: (hasher, ends) => {
      update.run(ends.first_sequence, ends.hash_before_first, ends.last_sequence, ends.last_hash, hasher.ends(ends));
    },
  };
}

function damaged(path: 'key' | 'head'): DciError {
  return new DciError('err.state.conflict', `the ${path} of the audit is not one that this host wrote`, { path });
}
