import type { Database, Statement } from 'better-sqlite3';
import { jobIdOf } from '../../jobs/job-id.ts';
import type { JobOutcome, JobPayload, JobRequest } from '../../jobs/jobs.ts';
import type { FailedAttempt, Outbox, OutboxJob, OutboxSelection } from '../../jobs/outbox.ts';

interface OutboxRow {
  readonly job_id: string;
  readonly queue: string;
  readonly key: string;
  readonly payload: string;
  readonly state: OutboxJob['state'];
  readonly due_at: number;
  readonly requested_at: number;
  readonly attempt: number;
  readonly failures: number;
  readonly fence: number;
  readonly last_reason: string | null;
  readonly last_at: number | null;
}

type Attempt = { readonly jobId: string; readonly fence: number };

/**
 * Makes the outbox over one connection of the state database: the durable one for what a commit promises, the relaxed
 * one for leases and for settlements that nothing else belongs to. A power cut may take those back, and the job runs
 * once more.
 *
 * @param database - a connection of the migrated state
 * @returns the outbox
 */
export function createOutbox(database: Database): Outbox {
  return new SqliteOutbox(database);
}

class SqliteOutbox implements Outbox {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement<unknown[], unknown>>();
  readonly #atomically: <T>(work: () => T) => T;

  constructor(database: Database) {
    this.#database = database;
    const transaction = database.transaction((work: () => unknown) => work());
    this.#atomically = <T>(work: () => T): T => (database.inTransaction ? work() : (transaction.immediate(work) as T));
  }

  add(request: JobRequest, now: number): void {
    this.#run(
      `INSERT INTO dci_host_outbox (job_id, queue, key, payload, state, due_at, requested_at)
       VALUES (@jobId, @queue, @key, @payload, 'pending', @dueAt, @now)
       ON CONFLICT (queue, key) DO NOTHING`,
      {
        jobId: jobIdOf(request.queue, request.key),
        queue: request.queue,
        key: request.key,
        payload: JSON.stringify(request.payload),
        dueAt: request.dueAt ?? now,
        now,
      },
    );
  }

  settle({ jobId, fence }: Attempt, outcome: JobOutcome, now: number): boolean {
    if (outcome.kind === 'done') {
      const sql = "DELETE FROM dci_host_outbox WHERE job_id = @jobId AND fence = @fence AND state = 'pending'";
      return this.#run(sql, { jobId, fence }) === 1;
    }
    const retries = outcome.kind === 'retry';
    return this.#end(
      `state = @state, due_at = coalesce(@dueAt, due_at), failures = 0, last_reason = @reason, last_at = @now`,
      { jobId, fence },
      {
        state: retries ? 'pending' : 'dead',
        dueAt: retries ? outcome.dueAt : null,
        reason: outcome.reason,
        now,
      },
    );
  }

  fail(attempt: Attempt, { dueAt, reason }: FailedAttempt, now: number): boolean {
    return this.#end('due_at = @dueAt, last_reason = @reason, last_at = @now', attempt, { dueAt, reason, now });
  }

  release(attempt: Attempt): boolean {
    return this.#end('attempt = attempt - 1, failures = failures - 1', attempt, {});
  }

  lease(jobId: string): OutboxJob | undefined {
    return this.#atomically(() => {
      const row = this.#prepared<OutboxRow>(
        `UPDATE dci_host_outbox
         SET attempt = attempt + 1, failures = failures + 1, fence = (SELECT last + 1 FROM dci_host_outbox_fence)
         WHERE job_id = @jobId AND state = 'pending' RETURNING *`,
      ).get({ jobId });
      if (row === undefined) return undefined;
      this.#nextFence();
      return jobOf(row);
    });
  }

  due(queue: string, now: number, limit: number): readonly string[] {
    const rows = this.#prepared<{ readonly job_id: string }>(
      `SELECT job_id FROM dci_host_outbox WHERE state = 'pending' AND queue = @queue AND due_at <= @now
       ORDER BY due_at, sequence LIMIT @limit`,
    ).all({ queue, now, limit });
    return rows.map(({ job_id: jobId }) => jobId);
  }

  get(jobId: string): OutboxJob | undefined {
    const row = this.#prepared<OutboxRow>('SELECT * FROM dci_host_outbox WHERE job_id = @jobId').get({ jobId });
    return row === undefined ? undefined : jobOf(row);
  }

  list({ state, queue, limit }: OutboxSelection): readonly OutboxJob[] {
    const rows = this.#prepared<OutboxRow>(
      `SELECT * FROM dci_host_outbox
       WHERE (@state IS NULL OR state = @state) AND (@queue IS NULL OR queue = @queue)
       ORDER BY due_at, sequence LIMIT @limit`,
    ).all({ state: state ?? null, queue: queue ?? null, limit });
    return rows.map(jobOf);
  }

  retry(jobId: string, now: number): boolean {
    return this.#retryWhere('job_id = @jobId', { jobId, now }) === 1;
  }

  hasten(jobIds: readonly string[], now: number): void {
    this.#atomically(() => {
      for (const jobId of jobIds) {
        const sql = `UPDATE dci_host_outbox SET due_at = @now
           WHERE job_id = @jobId AND state = 'pending' AND due_at > @now`;
        this.#run(sql, { jobId, now });
      }
    });
  }

  retryDead(queue: string | undefined, now: number): number {
    return this.#retryWhere("state = 'dead' AND (@queue IS NULL OR queue = @queue)", { queue: queue ?? null, now });
  }

  purgeDead(diedBefore: number, queue?: string): number {
    return this.#run(
      `DELETE FROM dci_host_outbox
       WHERE state = 'dead' AND last_at < @diedBefore AND (@queue IS NULL OR queue = @queue)`,
      { diedBefore, queue: queue ?? null },
    );
  }

  /** The fence stays where a handler may be at work: a pending job is only made due. */
  #retryWhere(condition: string, values: Readonly<Record<string, unknown>>): number {
    return this.#run(
      `UPDATE dci_host_outbox
       SET state = 'pending', due_at = @now,
         attempt = CASE state WHEN 'dead' THEN 0 ELSE attempt END,
         failures = CASE state WHEN 'dead' THEN 0 ELSE failures END
       WHERE ${condition}`,
      values,
    );
  }

  /** Changes a leased job and moves its fence on, so that the attempt cannot be ended twice. */
  #end(changes: string, { jobId, fence }: Attempt, values: Readonly<Record<string, unknown>>): boolean {
    return this.#atomically(() => {
      const changed = this.#run(
        `UPDATE dci_host_outbox SET ${changes}, fence = (SELECT last + 1 FROM dci_host_outbox_fence)
         WHERE job_id = @jobId AND fence = @fence AND state = 'pending'`,
        { jobId, fence, ...values },
      );
      if (changed === 1) this.#nextFence();
      return changed === 1;
    });
  }

  #nextFence(): void {
    this.#run('UPDATE dci_host_outbox_fence SET last = last + 1', {});
  }

  #run(sql: string, values: Readonly<Record<string, unknown>>): number {
    return this.#prepared(sql).run(values).changes;
  }

  #prepared<Row>(sql: string): Statement<unknown[], Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<unknown[], Row>;
  }
}

function jobOf(row: OutboxRow): OutboxJob {
  return {
    jobId: row.job_id,
    queue: row.queue,
    key: row.key,
    payload: JSON.parse(row.payload) as JobPayload,
    state: row.state,
    dueAt: row.due_at,
    requestedAt: row.requested_at,
    attempt: row.attempt,
    failures: row.failures,
    fence: row.fence,
    ...(row.last_reason === null ? {} : { lastReason: row.last_reason }),
    ...(row.last_at === null ? {} : { lastAt: row.last_at }),
  };
}
