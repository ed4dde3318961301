import type { JsonObject } from 'dci-core';
import type { ImportDefinition } from './import-definition.ts';
import { type ImportOutcome, importRecord } from './import-record.ts';
import type { ImportRows, ImportTarget } from './import-target.ts';

/** What an import works on. */
export interface ImportOptions {
  readonly definition: ImportDefinition;
  readonly target: ImportTarget;
  /** Shows what would change, and changes nothing. It runs on the real tables in a transaction that is undone. */
  readonly dryRun?: boolean;
  /** Records that are stored in one transaction; default 100. A dry run is one transaction. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /**
   * Told what became of each record, once it is stored (in a dry run: once it is known).
   *
   * @param outcome - with the changes of its rows
   * @param index - of the record, from 0
   */
  readonly onOutcome?: (outcome: ImportOutcome, index: number) => void;
}

/** What became of all records. */
export interface ImportSummary extends Readonly<Record<ImportOutcome['status'], number>> {
  readonly total: number;
  readonly dryRun: boolean;
}

/**
 * Brings records into local tables: creates those that are new, changes what differs in those that are stored, recognised by
 * their identifiers. The same records again change nothing. A record that the database refuses is told and keeps no other
 * one back.
 *
 * @param records - a list, or the records of a search as they come: `client.records(criteria)`
 * @param options - mapping, tables, dry run
 * @returns how many were created, updated, unchanged, …
 * @throws what `records` throws, or the reason of the signal: batches that were stored before stay; the error of the
 *   database when a whole transaction fails
 * @example
 * ```ts
 * await importRecords(client.records({ queryType: 'predicate', query: 'sex == "female"' }), { definition, target });
 * ```
 */
export async function importRecords(
  records: Iterable<JsonObject> | AsyncIterable<JsonObject>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { target, dryRun = false, signal } = options;
  const batchSize = Math.max(1, options.batchSize ?? 100);
  const counts = { created: 0, updated: 0, unchanged: 0, skipped: 0, ambiguous: 0, unidentified: 0, failed: 0 };
  let total = 0;
  const settle = (outcomes: readonly ImportOutcome[]): void => {
    for (const outcome of outcomes) {
      counts[outcome.status] += 1;
      options.onOutcome?.(outcome, total);
      total += 1;
    }
  };
  const importBatch = async (batch: readonly JsonObject[], rows: ImportRows): Promise<readonly ImportOutcome[]> => {
    const outcomes: ImportOutcome[] = [];
    for (const record of batch) {
      signal?.throwIfAborted();
      outcomes.push(await importOne(record, options.definition, rows));
    }
    return outcomes;
  };
  if (dryRun) {
    await target.transaction(
      async (rows) => {
        for await (const batch of inBatches(records, batchSize, signal)) settle(await importBatch(batch, rows));
      },
      { rollback: true },
    );
  } else {
    for await (const batch of inBatches(records, batchSize, signal)) {
      settle(await target.transaction((rows) => importBatch(batch, rows)));
    }
  }
  return { ...counts, total, dryRun };
}

async function importOne(record: JsonObject, definition: ImportDefinition, rows: ImportRows): Promise<ImportOutcome> {
  try {
    return await rows.savepoint(() => importRecord(record, definition, rows));
  } catch (error) {
    // Without the transaction there is nothing to go on with.
    if (!isRefusal(error)) throw error;
    return { status: 'failed', changes: [], warnings: [], reason: error.code };
  }
}

/** A constraint, or a value that a column does not take: SQLite's codes, and classes 22 and 23 of SQLSTATE. */
function isRefusal(error: unknown): error is { readonly code: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(?:SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG|RANGE)|2[23][0-9A-Z]{3}$)/.test(code);
}

async function* inBatches(
  records: Iterable<JsonObject> | AsyncIterable<JsonObject>,
  size: number,
  signal: AbortSignal | undefined,
): AsyncIterable<readonly JsonObject[]> {
  let batch: JsonObject[] = [];
  for await (const record of records) {
    signal?.throwIfAborted();
    batch.push(record);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
