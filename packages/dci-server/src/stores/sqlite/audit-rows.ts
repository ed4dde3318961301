import type { Database } from 'better-sqlite3';
import type { AuditEntry } from '../../access/audit.ts';
import type { AuditRow } from '../audit.ts';
import { base64url, type ChainedRow, splitRecordKeys } from './audit-chain.ts';

/** A row as it is stored. */
export interface StoredRow extends ChainedRow {
  readonly hash: Uint8Array;
}

/** Rows whose hashed record names share a part of the index. */
const rowsPerPart = 4_096;

/**
 * The index of hashed record names is cut into parts by the numbers of rows: new names then go to few pages of the file,
 * which are in memory, and not to one of their own each. A search for a name looks into every part.
 *
 * @param sequence - of a row
 * @returns the number of its part
 */
export function indexPart(sequence: number): number {
  return Math.floor(sequence / rowsPerPart);
}

/** The texts of a row come from messages: bounded, and nothing in them that has no place in JSON. */
const longestText = 1_200;

/**
 * @param entry - what is to be noted
 * @param at - Unix milliseconds
 * @returns its columns, except for what the chain adds
 */
export function columnsOf(entry: AuditEntry, at: number): Omit<ChainedRow, 'sequence' | 'record_keys'> {
  return {
    at,
    sender_id: text(entry.senderId),
    registry: text(entry.registry),
    action: text(entry.action),
    message_id: optional(entry.messageId),
    correlation_id: optional(entry.correlationId),
    purpose: optional(entry.purpose),
    legal_basis: optional(entry.legalBasis),
    record_type: optional(entry.recordType),
    query_shape: optional(entry.queryShape),
    count: entry.count,
    reason: optional(entry.reason),
  };
}

/** @returns the row as operators see it */
export function readRow(row: StoredRow): AuditRow {
  return {
    sequence: row.sequence,
    at: row.at,
    senderId: row.sender_id,
    registry: row.registry,
    action: row.action,
    ...(row.message_id === null ? {} : { messageId: row.message_id }),
    ...(row.correlation_id === null ? {} : { correlationId: row.correlation_id }),
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
    ...(row.legal_basis === null ? {} : { legalBasis: row.legal_basis }),
    ...(row.record_type === null ? {} : { recordType: row.record_type }),
    ...(row.query_shape === null ? {} : { queryShape: row.query_shape }),
    recordKeys: splitRecordKeys(row.record_keys).map(base64url),
    count: row.count,
    ...(row.reason === null ? {} : { reason: row.reason }),
    hash: base64url(row.hash),
  };
}

/** @returns a row without its hash: what the hash is computed from */
export function withoutHash({ hash: _hash, ...row }: StoredRow): ChainedRow {
  return row;
}

/**
 * @param database - the connection
 * @returns inserts a row
 */
export function rowInserter(database: Database): (row: ChainedRow, hash: Uint8Array) => void {
  const insert = database.prepare(
    `INSERT INTO dci_server_audit (sequence, at, sender_id, registry, action, message_id, correlation_id, purpose,
       legal_basis, record_type, query_shape, record_keys, count, reason, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (row, hash) => {
    insert.run(
      row.sequence,
      row.at,
      row.sender_id,
      row.registry,
      row.action,
      row.message_id,
      row.correlation_id,
      row.purpose,
      row.legal_basis,
      row.record_type,
      row.query_shape,
      row.record_keys,
      row.count,
      row.reason,
      hash,
    );
  };
}

function optional(value: string | undefined): string | null {
  return value === undefined ? null : text(value);
}

function text(value: string): string {
  const bounded = value.length > longestText ? value.slice(0, longestText) : value;
  const wellFormed = bounded.isWellFormed() ? bounded : bounded.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}
