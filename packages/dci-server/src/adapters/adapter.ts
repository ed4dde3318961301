import type { AttributeValue, Filter, JsonObject, RecordChangeKind, SortKey } from 'dci-core';

/**
 * Position of a record in a sorted result: one value per sort key (null: the record has none), then the
 * record's own key. It travels to the peer and back inside a sealed cursor, as JSON, so it may be used
 * long after the page that it came from, when the record at the position may be gone.
 */
export interface PagePosition {
  readonly values: readonly (AttributeValue | null)[];
  /** Whatever the adapter orders records by that are otherwise equal; never shown to the peer. */
  readonly key: string | number;
}

/**
 * Which part of the result to return: the page of a number, from 1, or the page behind a position.
 * `size` is at least 1. A page behind the last one is empty and still has the count.
 */
export type PageRequest =
  | { readonly size: number; readonly number: number }
  | { readonly size: number; readonly after: PagePosition };

/** A consent that a registrant must have given for a record to be there. */
export interface ConsentRequirement {
  /** Sender id of the party that receives the record. */
  readonly recipient: string;
  /** Code of the purpose. */
  readonly purpose: string;
  /** Unix milliseconds: a consent that has expired by then does not count. */
  readonly at: number;
}

/** One change of a record, in the order in which they happened. */
export interface RecordChange {
  /** Unique for ever in this registry, for example a sequence number. */
  readonly changeId: string;
  readonly recordType: string;
  readonly kind: RecordChangeKind;
  /** After the change; for a deletion as it was last. */
  readonly record: JsonObject;
  /** Before an update, where the source knows it. */
  readonly previous?: JsonObject;
  /** Unix milliseconds. */
  readonly at: number;
}

/** The next part of a change feed. */
export interface ChangePage {
  readonly changes: readonly RecordChange[];
  /** Where the next part begins; to be given back as `since`. */
  readonly position: string;
  /**
   * True: the changes directly after `since` are no longer kept, or another feed gave `since`; the part begins with
   * the oldest change that is kept.
   */
  readonly isIncomplete?: true;
}

/** A search as an adapter sees it: everything bound, allowed and checked. */
export interface RecordQuery {
  /** Record type name, for example `Person`. */
  readonly recordType: string;
  /**
   * What the record must satisfy, decided as `evaluateFilter` of dci-core does. Attribute names and
   * identifier paths are those of the record type, values are of the attribute's type, and `contains`,
   * `startsWith` and `endsWith` occur with text and code attributes only.
   */
  readonly filter: Filter;
  /** May be empty; the adapter always adds its unique key as the last, ascending, tie-break. */
  readonly sort: readonly SortKey[];
  readonly page: PageRequest;
  /** Only records whose registrant consents; set only for adapters with `supportsConsent` (protocol.md section 8). */
  readonly consent?: ConsentRequirement;
  /** Aborted when the caller no longer waits or the statement timeout passed. */
  readonly signal?: AbortSignal;
}

/** One page of records. */
export interface RecordPage {
  /** Whole records in the registry's spelling; the server cuts them to what the sender may read. */
  readonly records: readonly JsonObject[];
  /** Number of all matching records, independent of the page. */
  readonly totalCount: number;
  /** Where the next page starts; absent on the last page. */
  readonly next?: PagePosition;
}

/**
 * A source of records. Extension point 3 of architecture.md. `testRegistryAdapter` of
 * `dci-server/testing` states its behaviour in full; every adapter runs it. Shipped: `memoryAdapter`,
 * `recordStoreAdapter`.
 *
 * Values: an adapter reads attributes of a record as `attributeValues` of dci-core does, identifiers as
 * `identifiersOf` does; text is folded with `foldText` for `contains`, `startsWith`, `endsWith` and
 * order, and compared exactly, by code point, for everything else.
 *
 * Logic: two-valued. A record without a value satisfies no comparison, and so satisfies `not` of it. In
 * SQL that means that NULL counts as false before it is negated.
 *
 * Order: ascending by each sort key (text by code point of its folded form, then of itself), records
 * without a value last in either direction, then by the adapter's unique key.
 *
 * Errors: a method rejects with a `DciError` of the codes named here; anything else that it rejects with
 * is answered `err.service.unavailable`.
 */
export interface RegistryAdapter {
  /** Names of the record types it holds. */
  readonly recordTypes: readonly string[];
  /**
   * @param query - what to find, in which order, which page
   * @returns the page
   * @throws DciError `err.request.timeout` when the signal is aborted or the search takes too long,
   *   `rjct.search_criteria.invalid` for a record type that it does not hold, `rjct.sort.invalid` for a sort
   *   key that can have several values, `rjct.pagination.invalid` for a position of another sort order
   */
  search(query: RecordQuery): Promise<RecordPage>;
  /**
   * @param query - what to count
   * @returns the number of matching records, the same as `totalCount` of a search
   * @throws DciError as {@link RegistryAdapter.search}
   */
  count(query: Pick<RecordQuery, 'recordType' | 'filter' | 'consent' | 'signal'>): Promise<number>;
  /**
   * Finds a record by identifier, at any of the record type's `identifierPaths`; the earlier path wins,
   * then the record that comes first in the adapter's own order.
   *
   * @param recordType - record type name
   * @param identifier - its type in the registry's spelling, and the value
   * @returns the record that carries this identifier, or `undefined`
   * @throws DciError `rjct.search_criteria.invalid` for a record type that it does not hold
   */
  get(
    recordType: string,
    identifier: { readonly identifierType: string; readonly value: string },
  ): Promise<JsonObject | undefined>;
  /** True: `consent` of a query is obeyed. A policy that requires consent is refused for other adapters. */
  readonly supportsConsent?: boolean;
  /**
   * The feed of changes, for subscriptions (protocol.md section 9), in the order in which they happened; a put that
   * changes nothing is none. Reading it again from the same position gives the same changes.
   *
   * A feed may forget what is old. From a position before that, and from one that it never gave, it begins with the
   * oldest change that it still has and says so in `isIncomplete`.
   *
   * @param since - a `position` of an earlier part; absent: no changes, only the position of now
   * @param limit - at most as many changes; fewer mean that there are no more
   */
  changes?(since: string | undefined, limit: number): Promise<ChangePage>;
  /**
   * @param listener - called soon after each change of this process; others are found by asking
   * @returns ends it
   */
  onChange?(listener: () => void): () => void;
  /** Rejects when the source cannot be reached; asked for by `/health/ready`. */
  check?(): Promise<void>;
  /** Lets go of files and connections; called once, when the host stops. */
  close?(): Promise<void>;
}
