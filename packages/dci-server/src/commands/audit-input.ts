import { DciError, type JsonObject, parseTimestamp } from 'dci-core';
import type { CliContext } from 'dci-host';
import type { AuditHead, AuditRow, AuditStore } from '../stores/audit.ts';
import { textOption } from './command-input.ts';
import { isoTime } from './sender-view.ts';

/**
 * Opens the audit of the configured host.
 *
 * @param context - the running command
 * @returns the audit
 */
export async function openAudit(context: CliContext): Promise<AuditStore> {
  const { createSqliteAuditStore } = await import('../stores/sqlite/audit-store.ts');
  const { database, sealer, random, clock } = await context.openState();
  return createSqliteAuditStore({ database: database.relaxed, sealer, random, clock });
}

/**
 * Reads an option that names a time.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns Unix milliseconds, or `undefined` when it was not given
 * @throws DciError `err.configuration.invalid` for anything but a date or an RFC 3339 time
 */
export function timeOption(context: CliContext, name: string): number | undefined {
  const text = textOption(context, name);
  if (text === undefined) return undefined;
  const time = parseTimestamp(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time === undefined) {
    throw new DciError('err.configuration.invalid', `--${name} must be a date, or a time such as 2026-04-22T10:30:00Z`);
  }
  return time;
}

/**
 * Reads `--limit`.
 *
 * @param context - the running command
 * @returns the number, or `undefined` when it was not given
 * @throws DciError `err.configuration.invalid` for anything but 1 to 10,000
 */
export function limitOption(context: CliContext): number | undefined {
  const text = textOption(context, 'limit');
  if (text === undefined) return undefined;
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 10_000) throw new DciError('err.configuration.invalid', '--limit must be 1 to 10000');
  return limit;
}

/** @returns a row as commands print it with `--json` and in an export */
export function auditView(row: AuditRow): JsonObject {
  return {
    sequence: row.sequence,
    at: new Date(row.at).toISOString(),
    sender_id: row.senderId,
    registry: row.registry,
    action: row.action,
    message_id: row.messageId,
    correlation_id: row.correlationId,
    purpose: row.purpose,
    legal_basis: row.legalBasis,
    record_type: row.recordType,
    query_shape: row.queryShape,
    record_keys: row.recordKeys,
    count: row.count,
    reason: row.reason,
    hash: row.hash,
  };
}

/** Headings of {@link auditCells}. */
export const auditHeadings: readonly string[] = [
  'row',
  'at',
  'sender',
  'registry',
  'action',
  'purpose',
  'query',
  'count',
  'refused',
];

/** @returns a row as commands print it in a table */
export function auditCells(row: AuditRow): readonly string[] {
  return [
    String(row.sequence),
    isoTime(row.at),
    row.senderId,
    row.registry,
    row.action,
    row.purpose ?? '',
    row.queryShape ?? '',
    String(row.count),
    row.reason ?? '',
  ];
}

/** @returns a head as it is printed, to be noted outside of the host */
export function headText({ sequence, hash }: AuditHead): string {
  return `${sequence}:${hash}`;
}

/**
 * Reads `--head`, as an earlier `audit verify` printed it.
 *
 * @param context - the running command
 * @returns the head, or `undefined` when it was not given
 * @throws DciError `err.configuration.invalid` for anything else
 */
export function headOption(context: CliContext): AuditHead | undefined {
  const text = textOption(context, 'head');
  if (text === undefined) return undefined;
  const [, sequence, hash] = /^(\d{1,15}):([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined) {
    throw new DciError('err.configuration.invalid', '--head must be as `dci audit verify` printed it: number:hash');
  }
  return { sequence: Number(sequence), hash };
}
