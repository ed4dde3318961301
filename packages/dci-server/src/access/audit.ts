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
  /** The disclosed records as `recordKeysOf` names them, which the audit hashes with a key of the host. */
  readonly recordKeys: readonly string[];
  /** Number of records disclosed. */
  readonly count: number;
  /** Why something was refused: a code. */
  readonly reason?: string;
}

/** What one item of an answer discloses, or why it was refused. */
export type Disclosure = Pick<
  AuditEntry,
  'recordType' | 'queryShape' | 'purpose' | 'legalBasis' | 'recordKeys' | 'count' | 'reason'
>;

/**
 * Makes audit entries of what an answer discloses.
 *
 * @param disclosures - one for each item of the answer
 * @param answer - to whom, where and in which message
 * @returns the entries, in the same order
 */
export function auditEntriesOf(
  disclosures: readonly Disclosure[],
  answer: Pick<AuditEntry, 'senderId' | 'registry' | 'action' | 'messageId' | 'correlationId'>,
): readonly AuditEntry[] {
  return disclosures.map((disclosure) => ({ ...answer, ...disclosure }));
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
