import type { Database, Statement } from 'better-sqlite3';

/**
 * Numbers the changes of a store, over all its record types: a record put or deleted gets a number higher
 * than any before it, in any process. Each document carries the number of its last change.
 */
export class ChangeCounter {
  private readonly read: Statement<[], number>;
  private readonly write: Statement<[number]>;
  private last = 0;

  /** @param database - a connection that may write, with the store's own tables */
  constructor(database: Database) {
    this.read = database.prepare<[], number>('SELECT last FROM record_store_change').pluck();
    this.write = database.prepare('UPDATE record_store_change SET last = ?');
  }

  /**
   * Runs changes. Expects an open transaction that already holds the write lock.
   *
   * @param work - asks for numbers
   * @returns what `work` returns
   */
  run<T>(work: () => T): T {
    const before = this.read.get() ?? 0;
    this.last = before;
    const result = work();
    if (this.last > before) this.write.run(this.last);
    return result;
  }

  /** @returns the number of the next change */
  next(): number {
    this.last += 1;
    return this.last;
  }
}
