import type { Database, Statement } from 'better-sqlite3';
import type { RecordChangeKind } from 'dci-core';

/** How long changes are kept. */
export interface ChangeRetention {
  /** Absent: 30. */
  readonly days?: number;
  /** At most so many changes; absent: 1,000,000. */
  readonly rows?: number;
}

/** A document as its row holds it. */
export type StoredDocument = readonly [text: string, hasLongIntegers: number];

/** A change to be written down. */
export interface LoggedChange {
  /** Its change number. */
  readonly sequence: number;
  readonly recordType: string;
  readonly kind: RecordChangeKind;
  readonly document: StoredDocument;
  readonly previous?: StoredDocument;
}

const day = 86_400_000;
const pruneInterval = 3_600_000;

/** Changes that are forgotten in one transaction: more would let everyone wait. */
const prunedAtOnce = 10_000;

/** Writes the change feed of one registry type. Every method expects an open transaction with the write lock. */
export class ChangeLog {
  private readonly registry: string;
  private readonly retention: Required<ChangeRetention>;
  private readonly insert: Statement<[number, number, string, string, string, number, number, string, string | null]>;
  private readonly oldest: Statement<[string, number], [number, number]>;
  private readonly beyond: Statement<[string, number], number>;
  private readonly remove: Statement<[string, number]>;
  private readonly setPruned: Statement<[number, string]>;
  private at = 0;
  private count = 0;
  private lastPruned = Number.NEGATIVE_INFINITY;

  /**
   * @param database - a connection that may write, with the store's own tables
   * @param registry - name of the registry type
   * @param retention - how long changes are kept
   */
  constructor(database: Database, registry: string, retention: ChangeRetention = {}) {
    this.registry = registry;
    this.retention = { days: retention.days ?? 30, rows: retention.rows ?? 1_000_000 };
    this.insert = database.prepare('INSERT INTO record_store_feed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.oldest = database
      .prepare<[string, number], [number, number]>(
        'SELECT sequence, at FROM record_store_feed WHERE registry = ? ORDER BY sequence LIMIT ?',
      )
      .raw();
    this.beyond = database
      .prepare<[string, number], number>(
        'SELECT sequence FROM record_store_feed WHERE registry = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?',
      )
      .pluck();
    this.remove = database.prepare('DELETE FROM record_store_feed WHERE registry = ? AND sequence <= ?');
    this.setPruned = database.prepare('UPDATE record_store_feed_state SET pruned = ? WHERE registry = ?');
    // A file has a feed of its own even where two hosts are given the same random numbers.
    database
      .prepare('INSERT OR IGNORE INTO record_store_feed_state VALUES (?, lower(hex(randomblob(6))), 0)')
      .run(registry);
  }

  /**
   * Begins a transaction.
   *
   * @param now - the time that its changes get, unix milliseconds
   */
  begin(now: number): void {
    this.at = now;
    this.count = 0;
  }

  /** @returns whether anything was written since {@link ChangeLog.begin} */
  hasNew(): boolean {
    return this.count > 0;
  }

  /** @param change - what was done in the transaction that has begun */
  write({ sequence, recordType, kind, document, previous }: LoggedChange): void {
    this.count += 1;
    const [text, hasLongIntegers] = document;
    const [previousText, previousHasLongIntegers] = previous ?? [null, 0];
    this.insert.run(
      sequence,
      this.at,
      this.registry,
      recordType,
      kind,
      hasLongIntegers,
      previousHasLongIntegers,
      text,
      previousText,
    );
  }

  /**
   * @param now - unix milliseconds
   * @returns whether it is time for {@link ChangeLog.pruneOld}
   */
  isDue(now: number): boolean {
    return Math.abs(now - this.lastPruned) >= pruneInterval;
  }

  /**
   * Forgets some of what is older or more than is kept.
   *
   * @param now - unix milliseconds
   */
  pruneOld(now: number): void {
    const { days, rows } = this.retention;
    const isDone = this.prune(now - days * day, rows) < prunedAtOnce;
    if (isDone) this.lastPruned = now;
  }

  /**
   * Forgets the oldest changes, always from the beginning of the feed, so that it never has a hole.
   *
   * @param before - unix milliseconds: changes before it go
   * @param rows - at most so many stay; absent: any number
   * @returns how many went; `prunedAtOnce` of them mean that there may be more
   */
  prune(before: number, rows?: number): number {
    const beyond = rows === undefined ? undefined : this.beyond.get(this.registry, rows);
    let last: number | undefined;
    for (const [sequence, at] of this.oldest.iterate(this.registry, prunedAtOnce)) {
      if (at >= before && (beyond === undefined || sequence > beyond)) break;
      last = sequence;
    }
    if (last === undefined) return 0;
    this.setPruned.run(last, this.registry);
    return this.remove.run(this.registry, last).changes;
  }

  /**
   * Forgets changes in as many transactions as it takes.
   *
   * @param before - unix milliseconds
   * @param transact - runs work in a transaction with the write lock
   * @returns how many went
   */
  pruneAll(before: number, transact: (work: () => number) => number): number {
    let sum = 0;
    for (let pruned = prunedAtOnce; pruned === prunedAtOnce; ) {
      pruned = transact(() => this.prune(before));
      sum += pruned;
    }
    return sum;
  }
}

/**
 * Ends the feed of a registry type whose changes are no longer written down: one that begins again later has another
 * name, so that nobody takes it for the same feed without a hole.
 *
 * @param database - a connection that may write, with the store's own tables
 * @param registry - name of the registry type
 */
export function endFeed(database: Database, registry: string): void {
  database.prepare('DELETE FROM record_store_feed WHERE registry = ?').run(registry);
  database.prepare('DELETE FROM record_store_feed_state WHERE registry = ?').run(registry);
}
