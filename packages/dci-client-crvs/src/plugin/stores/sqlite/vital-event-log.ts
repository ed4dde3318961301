import { createHmac } from 'node:crypto';
import { sealedSecret } from 'dci-client/service';
import { type Random, writeJson } from 'dci-core';
import type { JobWriter, Sealer, StateDatabase } from 'dci-host';
import type {
  ClaimResult,
  LogQuery,
  NewVitalEvent,
  RetryQuery,
  Settlement,
  VitalEventLog,
  VitalEventState,
} from '../../../log/vital-event-log.ts';
import { eventJob } from '../../event-jobs.ts';
import { type EventRow, readEvent, sealContent } from './event-row.ts';

/** What {@link createSqliteVitalEventLog} works with. */
export interface SqliteVitalEventLogOptions {
  readonly database: StateDatabase;
  /** Keeps records, days and identifiers sealed. */
  readonly sealer: Sealer;
  readonly random: Random;
  /** Requests the work of events in the commits that log them. */
  readonly jobs: JobWriter;
}

/** Rows of one commit of `retry` and `forget`: some milliseconds of work, so that no request waits for it. */
const batch = 500;

const defaultListLimit = 100;
const mostListed = 1_000;

/** When an event may be taken up; null: not any more by itself. */
const dueTime = `CASE WHEN is_rejected = 1 THEN NULL ELSE
  CASE state WHEN 'received' THEN received_at WHEN 'processing' THEN leased_until WHEN 'error' THEN retry_at END END`;

/**
 * The log of vital events in a SQLite state database.
 *
 * @param options - database, sealer, randomness, writer of jobs
 * @returns the log
 */
export function createSqliteVitalEventLog(options: SqliteVitalEventLogOptions): VitalEventLog {
  const { database, sealer, random, jobs } = options;
  const { durable } = database;
  // Keys are kept as hashes under a secret, so that the database alone does not tell whose events it has.
  const hashKey = sealedSecret({
    ...{ connection: durable, table: 'dci_client_crvs_hash_key', purpose: 'dci-client-crvs/hash-key', sealer, random },
    name: 'the key of the log of vital events',
  });
  const insert = durable.prepare<{
    id: string;
    type: string;
    source: string;
    state: VitalEventState;
    isRejected: number;
    reason: string | null;
    now: number;
    content: Uint8Array;
  }>(
    `INSERT INTO dci_client_crvs_event (event_id, type, source, state, is_rejected, attempts, attempts_in_round, round,
       fence, fields, reason, received_at, changed_at, content)
     VALUES (@id, @type, @source, @state, @isRejected, 0, 0, 1, 0, '[]', @reason, @now, @now, @content)`,
  );
  const insertKey = durable.prepare<[Uint8Array, number | bigint]>(
    'INSERT INTO dci_client_crvs_event_key (hash, number) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const selectByKey = durable.prepare<[Uint8Array], Pick<EventRow, 'number' | 'event_id'>>(
    `SELECT number, event_id FROM dci_client_crvs_event JOIN dci_client_crvs_event_key USING (number) WHERE hash = ?`,
  );
  const selectOne = durable.prepare<[string], EventRow>('SELECT * FROM dci_client_crvs_event WHERE event_id = ?');
  const selectDueTime = durable
    .prepare<[string], number | null>(`SELECT ${dueTime} FROM dci_client_crvs_event WHERE event_id = ?`)
    .pluck();
  const claim = durable.prepare<{ id: string; now: number; leasedUntil: number }>(
    `UPDATE dci_client_crvs_event SET state = 'processing', leased_until = @leasedUntil, retry_at = NULL,
       fence = fence + 1, attempts = attempts + 1, attempts_in_round = attempts_in_round + 1, changed_at = @now
     WHERE event_id = @id`,
  );
  const settle = durable.prepare<{
    id: string;
    fence: number;
    state: VitalEventState;
    outcome: string | null;
    fields: string;
    reason: string | null;
    retryAt: number | null;
    now: number;
  }>(
    `UPDATE dci_client_crvs_event SET state = @state, outcome = @outcome, fields = @fields, reason = @reason,
       retry_at = @retryAt, leased_until = NULL, changed_at = @now
     WHERE event_id = @id AND fence = @fence AND state = 'processing'`,
  );
  const selectDue = durable
    .prepare<[number, number], string>(
      `SELECT event_id FROM dci_client_crvs_event
       WHERE state IN ('received', 'processing', 'error') AND ${dueTime} <= ? ORDER BY number LIMIT ?`,
    )
    .pluck();
  const selectCounts = durable.prepare<[], { readonly state: VitalEventState; readonly count: number }>(
    'SELECT state, count(*) AS count FROM dci_client_crvs_event GROUP BY state',
  );
  const forgetEvents = durable.prepare<[number, number]>(
    `DELETE FROM dci_client_crvs_event WHERE number IN
       (SELECT number FROM dci_client_crvs_event WHERE state = 'processed' AND changed_at < ? LIMIT ?)`,
  );
  const forgetContent = durable.prepare<[number, number]>(
    `UPDATE dci_client_crvs_event SET content = NULL WHERE number IN
       (SELECT number FROM dci_client_crvs_event
        WHERE state = 'processed' AND changed_at < ? AND content IS NOT NULL LIMIT ?)`,
  );

  const add = (event: NewVitalEvent, hash: (key: string) => Uint8Array, now: number) => {
    const { type, source, content, rejection } = event;
    const hashes = event.keys.map(hash);
    const known = hashes.map((each) => selectByKey.get(each)).find((row) => row !== undefined);
    if (known !== undefined) {
      // A person's further identifiers name the event from now on, too.
      for (const each of hashes) insertKey.run(each, known.number);
      return { id: known.event_id, isNew: false };
    }
    const id = random.uuid();
    const { lastInsertRowid } = insert.run({
      ...{ id, type, source, now, content: sealContent(id, content, sealer) },
      state: rejection === undefined ? 'received' : 'error',
      isRejected: rejection === undefined ? 0 : 1,
      reason: rejection ?? null,
    });
    for (const each of hashes) insertKey.run(each, lastInsertRowid);
    if (rejection === undefined) jobs.apply({ enqueue: [eventJob(id, 1)] });
    return { id, isNew: true };
  };
  const claimOne = (id: string, now: number, leasedUntil: number): ClaimResult => {
    const dueAt = selectDueTime.get(id);
    if (dueAt === undefined) return { kind: 'missing' };
    if (dueAt === null) return { kind: 'settled' };
    if (dueAt > now) return { kind: 'busy', until: dueAt };
    claim.run({ id, now, leasedUntil });
    const row = selectOne.get(id);
    if (row === undefined) return { kind: 'missing' };
    return { kind: 'claimed', event: readEvent(row, sealer), attempt: row.attempts_in_round, fence: row.fence };
  };
  const retryBatch = (query: RetryQuery, now: number): readonly string[] => {
    const { conditions, values } = retryConditions(query, now);
    const rows = durable
      .prepare<unknown[], Pick<EventRow, 'number' | 'event_id' | 'round'>>(
        `UPDATE dci_client_crvs_event SET state = 'received', round = round + 1, attempts_in_round = 0,
           leased_until = NULL, retry_at = NULL, outcome = NULL, reason = NULL, fields = '[]', changed_at = ?
         WHERE number IN (SELECT number FROM dci_client_crvs_event WHERE ${conditions} ORDER BY number LIMIT ?)
         RETURNING number, event_id, round`,
      )
      .all(now, ...values, batch)
      .toSorted((one, other) => one.number - other.number);
    if (rows.length > 0) jobs.apply({ enqueue: rows.map(({ event_id, round }) => eventJob(event_id, round)) });
    return rows.map(({ event_id }) => event_id);
  };

  return {
    receive: (events, now) =>
      database.commit(() => {
        const secret = hashKey.open();
        const hash = (key: string): Uint8Array => createHmac('sha256', secret).update(key).digest();
        return events.map((event) => add(event, hash, now));
      }),
    claim: (id, now, leasedUntil) => database.commit(() => claimOne(id, now, leasedUntil)),
    settle: (id, fence, settlement, now) =>
      database.commit(() => settle.run({ id, fence, now, ...settlementColumns(settlement) }).changes > 0),
    due: async (now, limit) => selectDue.all(now, limit),
    retry: async (query, now) => {
      const ids: string[] = [];
      for (;;) {
        const some = await database.commit(() => retryBatch(query, now));
        ids.push(...some);
        if (some.length < batch) return ids;
      }
    },
    find: async (id) => {
      const row = selectOne.get(id);
      return row === undefined ? undefined : readEvent(row, sealer);
    },
    list: async (query) => {
      const { conditions, values } = listConditions(query);
      const limit = Math.max(0, Math.min(query.limit ?? defaultListLimit, mostListed));
      return durable
        .prepare<unknown[], EventRow>(
          `SELECT * FROM dci_client_crvs_event WHERE ${conditions} ORDER BY number DESC LIMIT ?`,
        )
        .all(...values, limit)
        .map((row) => readEvent(row, sealer));
    },
    counts: async () => {
      const counts: Record<VitalEventState, number> = { received: 0, processing: 0, processed: 0, error: 0 };
      for (const { state, count } of selectCounts.all()) counts[state] = count;
      return counts;
    },
    forget: ({ contentBefore, eventsBefore }) =>
      database.commit(
        () => forgetEvents.run(eventsBefore, batch).changes + forgetContent.run(contentBefore, batch).changes,
      ),
  };
}

interface Conditions {
  readonly conditions: string;
  readonly values: readonly (string | number)[];
}

function listConditions(query: Omit<LogQuery, 'limit'>): Conditions {
  const columns = ['state', 'type', 'source', 'outcome', 'reason'] as const;
  const wanted = columns.flatMap((column) => {
    const value = query[column];
    return value === undefined ? [] : [[column, value] as const];
  });
  return {
    conditions: ['TRUE', ...wanted.map(([column]) => `${column} = ?`)].join(' AND '),
    values: wanted.map(([, value]) => value),
  };
}

function retryConditions({ id, outcome, ...query }: RetryQuery, now: number): Conditions {
  const isProcessed = outcome === 'unknown_person';
  const wanted = listConditions({ ...query, ...(outcome !== undefined && { outcome }) });
  return {
    conditions: [
      wanted.conditions,
      'is_rejected = 0 AND content IS NOT NULL',
      isProcessed ? `state = 'processed'` : `(state = 'error' OR (state = 'processing' AND leased_until <= ?))`,
      ...(id === undefined ? [] : ['event_id = ?']),
    ].join(' AND '),
    values: [...wanted.values, ...(isProcessed ? [] : [now]), ...(id === undefined ? [] : [id])],
  };
}

function settlementColumns(settlement: Settlement) {
  const { state, outcome = null, fields = [] } = settlement;
  const failure =
    settlement.state === 'error'
      ? { reason: settlement.reason, retryAt: settlement.retryAt ?? null }
      : { reason: null, retryAt: null };
  return { state, outcome, fields: writeJson(fields), ...failure };
}
