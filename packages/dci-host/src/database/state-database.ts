import type { Database } from 'better-sqlite3';

export type { Database } from 'better-sqlite3';

/**
 * One step of the schema. Steps run in order inside one transaction each, once. A step that was released is never
 * changed: the host refuses to start on a state whose steps differ from its own.
 */
export interface Migration {
  /** Unique for ever: the plug-in's name, a slash, and a name of its own, for example `dci-server/0001-senders`. */
  readonly id: string;
  /** Statements for SQLite; without BEGIN and COMMIT. */
  readonly sqlite: string;
}

/**
 * The embedded state database: one SQLite file, two connections of one process.
 *
 * Both are synchronous: a transaction begins and ends within one turn of the event loop, never across an `await`.
 */
export interface StateDatabase {
  readonly kind: 'sqlite';
  /** `synchronous=FULL`: what has been promised to a peer survives a power cut. */
  readonly durable: Database;
  /** `synchronous=NORMAL`: survives a killed process, for replay claims of synchronous reads. */
  readonly relaxed: Database;
  /**
   * Runs work in a transaction of `durable` that is on the disk when the promise resolves. Works that wait at the same
   * time share one transaction and one fsync; one that throws undoes its own statements only.
   *
   * @param work - synchronous statements on `durable`; begins no transaction of its own
   * @returns what `work` returned
   * @throws what `work` threw; the error of the commit, in which case nothing happened
   */
  commit<T>(work: () => T): Promise<T>;
}
