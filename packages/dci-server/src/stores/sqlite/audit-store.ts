import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Statement } from 'better-sqlite3';
import { type Clock, DciError, type Random } from 'dci-core';
import { type Sealer, storageFault } from 'dci-host';
import type { AuditEntry } from '../../access/audit.ts';
import type { AuditQuery, AuditStore } from '../audit.ts';
import { type ChainEnds, type ChainedRow, splitRecordKeys } from './audit-chain.ts';
import { createAuditKeeper } from './audit-keeper.ts';
import { columnsOf, indexPart, readRow, rowInserter, type StoredRow, withoutHash } from './audit-rows.ts';
import { verifyAudit } from './audit-verify.ts';

/** What an audit store works with. */
export interface AuditStoreOptions {
  /** The relaxed connection: a row survives a killed process; a power cut can take those of the last moments. */
  readonly database: Database;
  readonly sealer: Sealer;
  readonly random: Random;
  readonly clock: Clock;
}

/** Entries that wait for the next transaction. */
interface Waiting {
  readonly rows: readonly { readonly columns: ReturnType<typeof columnsOf>; readonly keys: readonly string[] }[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Rows deleted in one transaction: some milliseconds of work, so that no request waits for it. */
const purgeBatch = 500;

/**
 * The audit in a SQLite state database.
 *
 * What waits in one turn of the event loop shares a transaction. The head of the chain is read inside it, so that a
 * command beside the host does not fork the chain.
 *
 * @param options - connection, sealer, time
 * @returns the store
 */
export function createSqliteAuditStore({ database, sealer, random, clock }: AuditStoreOptions): AuditStore {
  const keeper = createAuditKeeper(database, sealer, random);
  const insertRow = rowInserter(database);
  const insertKey = database.prepare<[number, Uint8Array, number]>(
    'INSERT INTO dci_server_audit_record (part, record_key, sequence) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectPage = database.prepare<[number, number], StoredRow>(
    'SELECT * FROM dci_server_audit WHERE sequence > ? ORDER BY sequence LIMIT ?',
  );
  const deleteRow = database.prepare<[number]>('DELETE FROM dci_server_audit WHERE sequence = ?');
  const deleteKey = database.prepare<[number, Uint8Array, number]>(
    'DELETE FROM dci_server_audit_record WHERE part = ? AND record_key = ? AND sequence = ?',
  );
  let waiting: Waiting[] = [];

  const write = database.transaction((works: readonly Waiting[]) => {
    const { hasher, ends } = keeper.open();
    let [sequence, previous] = [ends.last_sequence, ends.last_hash];
    for (const { columns, keys } of works.flatMap(({ rows }) => rows)) {
      sequence += 1;
      const hashed = keys.map((name) => hasher.recordKey(name));
      const row: ChainedRow = { ...columns, sequence, record_keys: Buffer.concat(hashed) };
      previous = hasher.row(row, previous);
      insertRow(row, previous);
      for (const key of hashed) insertKey.run(indexPart(sequence), key, sequence);
    }
    keeper.write(hasher, { ...ends, last_sequence: sequence, last_hash: previous });
  });
  const flush = (): void => {
    const works = waiting;
    waiting = [];
    try {
      write.immediate(works);
    } catch (error) {
      const refusal = unwritable(error);
      for (const work of works) work.reject(refusal);
      return;
    }
    for (const work of works) work.resolve();
  };

  const purgeSome = database.transaction((before: number) => {
    const known = keeper.read();
    if (known === undefined) return { deleted: 0, isDone: true };
    const { hasher, ends } = known;
    let [first, previous] = [ends.first_sequence, ends.hash_before_first];
    const rows = selectPage.all(ends.first_sequence - 1, purgeBatch);
    const old = rows.slice(0, rows.findIndex(({ at }) => at >= before) >>> 0);
    let deleted = 0;
    for (const row of old) {
      if (row.sequence !== first || !hasher.isRow(withoutHash(row), previous, row.hash)) {
        if (deleted > 0) break;
        throw damagedRow(first);
      }
      deleteRow.run(row.sequence);
      for (const key of splitRecordKeys(row.record_keys)) deleteKey.run(indexPart(row.sequence), key, row.sequence);
      [first, previous] = [first + 1, row.hash];
      deleted += 1;
    }
    if (deleted > 0) keeper.write(hasher, { ...ends, first_sequence: first, hash_before_first: previous });
    return { deleted, isDone: old.length < purgeBatch && deleted === old.length };
  });

  return {
    append: (entries) => {
      if (entries.length === 0) return Promise.resolve();
      const at = clock.now();
      const rows = entries.map((entry: AuditEntry) => ({ columns: columnsOf(entry, at), keys: entry.recordKeys }));
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ rows, resolve, reject });
      });
    },
    list: async (query) => {
      const known = keeper.read();
      if (known === undefined) return [];
      const keys = query.recordKeys?.map((name) => known.hasher.recordKey(name));
      const { statement, values } = listStatement(database, query, known.ends, keys);
      return statement.all(...values).map(readRow);
    },
    page: async (after, limit) => selectPage.all(after, limit).map(readRow),
    verify: (options = {}) => verifyAudit(database, keeper, options),
    purge: async (before) => {
      for (let deleted = 0; ; await nextTurn()) {
        const round = purgeSome.immediate(before);
        deleted += round.deleted;
        if (round.isDone) return deleted;
      }
    },
    check: async () => {
      keeper.read();
    },
  };
}

function listStatement(
  database: Database,
  { senderId, since, limit = 100 }: AuditQuery,
  ends: ChainEnds,
  recordKeys: readonly Uint8Array[] | undefined,
): { readonly statement: Statement<unknown[], StoredRow>; readonly values: readonly unknown[] } {
  const conditions = ['TRUE'];
  const values: unknown[] = [];
  if (senderId !== undefined) {
    conditions.push('sender_id = ?');
    values.push(senderId);
  }
  if (since !== undefined) {
    conditions.push('at >= ?');
    values.push(since);
  }
  if (recordKeys !== undefined) {
    const marks = recordKeys.map(() => '?').join(', ');
    conditions.push(`sequence IN (
      WITH RECURSIVE parts (part) AS (SELECT ? UNION ALL SELECT part + 1 FROM parts WHERE part < ?)
      SELECT record.sequence FROM parts CROSS JOIN dci_server_audit_record AS record
      WHERE record.part = parts.part AND record.record_key IN (${marks}))`);
    values.push(indexPart(ends.first_sequence), indexPart(ends.last_sequence), ...recordKeys);
  }
  const statement = database.prepare<unknown[], StoredRow>(
    `SELECT * FROM dci_server_audit WHERE ${conditions.join(' AND ')} ORDER BY sequence DESC LIMIT ?`,
  );
  return { statement, values: [...values, Math.min(Math.max(limit, 1), 10_000)] };
}

function damagedRow(sequence: number): DciError {
  return new DciError(
    'err.state.conflict',
    `row ${sequence} of the audit is not as it was written; run dci audit verify`,
  );
}

/** Nothing may be disclosed then. A database that cannot be trusted any more ends the host (reliability.md DB3). */
function unwritable(error: unknown): unknown {
  if (storageFault(error) === 'fatal') return error;
  return new DciError('err.service.unavailable', 'try again later', { cause: error, retryAfter: 1 });
}
