import type { Database } from 'better-sqlite3';

/**
 * One step of the schema. Steps run in order inside one transaction each, once.
 */
export interface Migration {
  /** Unique for ever, for example `dci-server/0001-senders`. */
  readonly id: string;
  /** Statements for SQLite. */
  readonly sqlite: string;
}

/** The embedded state database: one SQLite file, two connections. */
export interface StateDatabase {
  readonly kind: 'sqlite';
  /** `synchronous=FULL`: what has been promised to a peer survives a power cut. */
  readonly durable: Database;
  /** `synchronous=NORMAL`: survives a killed process, for replay claims of synchronous reads. */
  readonly relaxed: Database;
}
