import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { DciError } from 'dci-core';
import type { AuditFault, AuditHead, AuditVerification, AuditVerifyOptions } from '../audit.ts';
import {
  base64url,
  type ChainEnds,
  type ChainHasher,
  hashBeforeAll,
  sameHash,
  splitRecordKeys,
} from './audit-chain.ts';
import type { AuditKeeper } from './audit-keeper.ts';
import { indexPart, type StoredRow, withoutHash } from './audit-rows.ts';

/** Rows that are read and checked before other work gets its turn. */
const pageRows = 1_000;

/**
 * Walks the chain of the audit from its first row to its head (reliability.md SE3). Rows that are appended or purged
 * meanwhile do no harm.
 *
 * @param database - the connection
 * @param keeper - knows key and ends of the chain
 * @param options - an earlier head, progress
 * @returns the first fault, if there is any
 */
export async function verifyAudit(
  database: Database,
  keeper: AuditKeeper,
  options: AuditVerifyOptions,
): Promise<AuditVerification> {
  for (;;) {
    const begun = readChain(keeper);
    if (begun.fault !== undefined) return { rows: 0, head: noHead, fault: begun.fault };
    const { chain } = begun;
    if (chain === undefined) {
      const { expected } = options;
      const fault: AuditFault | undefined =
        expected && expected.sequence > 0 ? { kind: 'head', sequence: 1 } : undefined;
      return { rows: 0, head: noHead, ...(fault === undefined ? {} : { fault }) };
    }
    const found = await walk(database, chain.hasher, chain.ends, options);
    if (found.fault === undefined || readChain(keeper).chain?.ends.first_sequence === chain.ends.first_sequence) {
      return found;
    }
  }
}

const noHead: AuditHead = { sequence: 0, hash: base64url(hashBeforeAll) };

function readChain(keeper: AuditKeeper): {
  readonly chain?: ReturnType<AuditKeeper['read']>;
  readonly fault?: AuditFault;
} {
  try {
    return { chain: keeper.read() };
  } catch (error) {
    if (!(error instanceof DciError) || error.code !== 'err.state.conflict') throw error;
    return { fault: { kind: error.path === 'key' ? 'key' : 'head', sequence: 0 } };
  }
}

async function walk(
  database: Database,
  hasher: ChainHasher,
  ends: ChainEnds,
  { expected, progress }: AuditVerifyOptions,
): Promise<AuditVerification> {
  const select = database.prepare<[number, number, number], StoredRow>(
    'SELECT * FROM dci_server_audit WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?',
  );
  const hasKey = database
    .prepare<[number, Uint8Array, number], number>(
      'SELECT EXISTS (SELECT 1 FROM dci_server_audit_record WHERE part = ? AND record_key = ? AND sequence = ?)',
    )
    .pluck();
  // One statement each, so that head and rows are of the same moment.
  const outside = database
    .prepare<[], number>(
      `SELECT min(row.sequence) FROM dci_server_audit_chain AS chain, dci_server_audit AS row
       WHERE row.sequence < chain.first_sequence OR row.sequence > chain.last_sequence`,
    )
    .pluck();
  const keysOutside = database
    .prepare<[], number>(
      `SELECT min(record.sequence) FROM dci_server_audit_chain AS chain, dci_server_audit_record AS record
       WHERE record.sequence > chain.last_sequence`,
    )
    .pluck();
  const countKeys = database
    .prepare<[number], number>('SELECT count(*) FROM dci_server_audit_record WHERE sequence <= ?')
    .pluck();

  const head: AuditHead = { sequence: ends.last_sequence, hash: base64url(ends.last_hash) };
  const total = ends.last_sequence - ends.first_sequence + 1;
  let [sequence, previous] = [ends.first_sequence, ends.hash_before_first];
  let keys = 0;
  const result = (kind?: AuditFault['kind'], at = sequence): AuditVerification => ({
    rows: sequence - ends.first_sequence,
    head,
    ...(kind === undefined ? {} : { fault: { kind, sequence: at } }),
  });

  const surplus = outside.get() ?? undefined;
  if (surplus !== undefined) return result('surplus', surplus);
  const surplusKey = keysOutside.get() ?? undefined;
  if (surplusKey !== undefined) return result('index', surplusKey);
  if (expected?.sequence === sequence - 1 && expected.hash !== base64url(previous)) return result('head', sequence - 1);
  while (sequence <= ends.last_sequence) {
    const rows = select.all(sequence - 1, ends.last_sequence, pageRows);
    if (rows.length === 0) return result('missing');
    for (const row of rows) {
      if (row.sequence !== sequence) return result('missing');
      if (!hasher.isRow(withoutHash(row), previous, row.hash)) return result('changed');
      const ofRow = distinct(splitRecordKeys(row.record_keys));
      if (ofRow.some((key) => hasKey.get(indexPart(sequence), key, sequence) !== 1)) return result('index');
      if (expected?.sequence === sequence && expected.hash !== base64url(row.hash)) return result('head');
      keys += ofRow.length;
      previous = row.hash;
      sequence += 1;
    }
    progress?.(sequence - ends.first_sequence, total);
    await nextTurn();
  }
  if (!sameHash(previous, ends.last_hash)) return result('head', ends.last_sequence);
  if (expected !== undefined && expected.sequence > ends.last_sequence) return result('missing');
  return countKeys.get(ends.last_sequence) === keys ? result() : result('index', ends.first_sequence);
}

function distinct(keys: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...new Map(keys.map((key) => [Buffer.from(key).toString('hex'), key])).values()];
}
