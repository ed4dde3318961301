/** One line of the audit (protocol.md section 8): what was disclosed or decided, never the data itself. */
export interface AuditEntry {
  readonly senderId: string;
  /** Name of the registry type. */
  readonly registry: string;
  /** `search`, `on-search`, `notify`, `subscribe`, `refused`, … */
  readonly action: string;
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly purpose?: string;
  readonly legalBasis?: string;
  readonly recordType?: string;
  /** Attributes and operators of the query without its values, for example `and(sex eq, birth_date ge)`. */
  readonly queryShape?: string;
  /** The disclosed records, each named by `recordKeyOf`, which the audit hashes with a key of the host. */
  readonly recordKeys: readonly string[];
  /** Number of records disclosed. */
  readonly count: number;
  /** Why something was refused: a code. */
  readonly reason?: string;
}

/**
 * The audit: rows chained by hashes, so that a changed or missing one shows. A disclosure happens only after its row
 * is stored.
 */
export interface AuditLog {
  /**
   * @param entries - stored together, in their order
   * @throws DciError err.service.unavailable when they cannot be stored: nothing may be disclosed then
   */
  append(entries: readonly AuditEntry[]): Promise<void>;
}
