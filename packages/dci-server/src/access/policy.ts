/** What a sender may read of one record type. */
export interface RecordTypePolicy {
  /**
   * Paths that may be read, filtered and sorted by; nothing else is in a reply.
   *
   * A path is member names joined by dots, lists on the way are traversed; `name[member=value]` means only
   * the list elements whose `member` equals `value`. A path grants all below it except what the registry type
   * marks as sensitive; a sensitive path must be named itself, or a path above it with `.**`.
   * `*` grants everything that is not sensitive, `**` everything.
   *
   * @example ['name', 'birth_date', 'identifier[identifier_type=UIN]', 'disability_info.**']
   */
  readonly fields: readonly string[];
  /**
   * A CEL predicate over the record type's attributes, for example `area_id.code == "REGION_01"`: only
   * records that satisfy it exist for the sender. It may use attributes that the sender cannot read.
   */
  readonly visible?: string;
}

/** What a sender may do in one registry. */
export interface RegistryPolicy {
  /** Operations, for example `search`. */
  readonly actions: readonly string[];
  /** Record type name → grant. A type that is not named is not there. */
  readonly recordTypes: Readonly<Record<string, RecordTypePolicy>>;
  /** Largest page; at most the server's own limit. */
  readonly maxPageSize?: number;
  /** Event types that may be subscribed to, in the registry type's spelling; `*`: all. Absent: none. */
  readonly events?: readonly string[];
  /** Codes of purposes for which the sender may ask. Absent: no purpose needs to be stated. */
  readonly purposes?: readonly string[];
  /** The ground in law on which data is disclosed, for the audit. */
  readonly legalBasis?: string;
  /** Only records whose registrant consents to the purpose are there. */
  readonly consent?: 'required';
}

/** Points that a sender may use; what a search item costs is said in `weigh-message.ts`. */
export interface Quota {
  readonly perMinute: number;
  readonly perDay: number;
}

/** A sender's policy (protocol.md section 8). What is not granted is denied. */
export interface AccessPolicy {
  /** Registry name (`social`, `crvs`, …) → grant. */
  readonly registries: Readonly<Record<string, RegistryPolicy>>;
  /** Absent: the server's default quota. */
  readonly quota?: Quota;
}

/**
 * Operations that a policy can grant. Whoever may do one of them may also ask for the status of its own transactions,
 * end its own subscriptions and send receipts.
 */
export const policyActions = [
  'search',
  'subscribe',
  'enrolled',
  'enrollment-updates',
  'disabled',
  'disability-support',
  'disability-details',
] as const;
