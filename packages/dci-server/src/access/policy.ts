/** What a sender may read of one record type. */
export interface RecordTypePolicy {
  /**
   * Paths that may be read, filtered and sorted by: member names joined by dots; a path grants all
   * below it. `*` grants everything that the registry type does not mark as sensitive, `**` everything.
   */
  readonly fields: readonly string[];
  /** A CEL predicate over the record type's attributes: only records that satisfy it exist for the sender. */
  readonly visible?: string;
}

/** What a sender may do in one registry. */
export interface RegistryPolicy {
  /** Operations, for example `search`. */
  readonly actions: readonly string[];
  /** Record type name → grant. A type that is not named is not there. */
  readonly recordTypes: Readonly<Record<string, RecordTypePolicy>>;
  /** Largest page; at most the host's own limit. */
  readonly maxPageSize?: number;
}

/** Requests that a sender may make; a search item with a text match weighs more than an identifier match. */
export interface Quota {
  readonly perMinute: number;
  readonly perDay: number;
}

/** A sender's policy (protocol.md section 8). What is not granted is denied. */
export interface AccessPolicy {
  /** Registry name (`social`, `crvs`, …) → grant. */
  readonly registries: Readonly<Record<string, RegistryPolicy>>;
  readonly quota?: Quota;
}
