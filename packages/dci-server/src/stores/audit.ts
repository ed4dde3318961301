import type { AuditEntry, AuditLog } from '../access/audit.ts';

/** One row of the audit as it is stored. */
export interface AuditRow extends Omit<AuditEntry, 'recordKeys'> {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** Keyed hashes of the records' names, base64url. */
  readonly recordKeys: readonly string[];
  /** Hash of this row and the one before it, base64url. */
  readonly hash: string;
}

/** Filter of {@link AuditStore.list}. */
export interface AuditQuery {
  readonly senderId?: string;
  /** Unix milliseconds, inclusive. */
  readonly since?: number;
  /** Only rows of records with one of these names. */
  readonly recordKeys?: readonly string[];
  /** Default 100, at most 10,000. */
  readonly limit?: number;
}

/** The newest row of the chain. Noted outside of the host, it shows later that nothing before it was taken away. */
export interface AuditHead {
  /** 0: the audit is empty. */
  readonly sequence: number;
  /** Base64url. */
  readonly hash: string;
}

/**
 * What is wrong with an audit: a row is `missing`, was `changed`, is `surplus`; the hashed names of its records differ
 * from the index (`index`); the `head` was replaced or the end of the chain is not there; the `key` of the audit is not
 * one that this host sealed.
 */
export interface AuditFault {
  readonly kind: 'missing' | 'changed' | 'surplus' | 'index' | 'head' | 'key';
  /** The first row that is not as it was written. */
  readonly sequence: number;
}

/** What {@link AuditStore.verify} found. */
export interface AuditVerification {
  /** Rows that were checked. */
  readonly rows: number;
  readonly head: AuditHead;
  /** The first fault; absent: none. */
  readonly fault?: AuditFault;
}

/** What {@link AuditStore.verify} is told. */
export interface AuditVerifyOptions {
  /** A head that was noted earlier; it must be in the chain. */
  readonly expected?: AuditHead;
  /** Called from time to time with the number of rows that were checked, and how many there are. */
  readonly progress?: (rows: number, total: number) => void;
}

/** The audit with what operators do with it. Its contract test is `testAuditStore` in `dci-server/testing`. */
export interface AuditStore extends AuditLog {
  /** @returns rows, newest first */
  list(query: AuditQuery): Promise<readonly AuditRow[]>;
  /**
   * @param after - a sequence
   * @param limit - at most as many rows
   * @returns the rows behind it, oldest first
   */
  page(after: number, limit: number): Promise<readonly AuditRow[]>;
  /** Walks the whole chain. */
  verify(options?: AuditVerifyOptions): Promise<AuditVerification>;
  /**
   * Deletes the oldest rows. What is left stays verifiable.
   *
   * @param before - Unix milliseconds: rows of that time and later stay, and all that come after one of them
   * @returns how many were deleted
   * @throws DciError `err.state.conflict` at the first row that is not as it was written, which stays with all behind it
   */
  purge(before: number): Promise<number>;
  /**
   * For a health check.
   *
   * @throws DciError `err.state.conflict` when the audit has no head, key or seal that this host wrote
   */
  check(): Promise<void>;
}
