import type { AttributeValue, Filter, JsonObject, SortKey } from 'dci-core';

/** Position of a record in a sorted result: one value per sort key (null: the record has none), then the record's own key. */
export interface PagePosition {
  readonly values: readonly (AttributeValue | null)[];
  readonly key: string | number;
}

/** Which part of the result to return. */
export type PageRequest =
  | { readonly size: number; readonly number: number }
  | { readonly size: number; readonly after: PagePosition };

/** A search as an adapter sees it: everything bound, allowed and checked. */
export interface RecordQuery {
  /** Record type name, for example `Person`. */
  readonly recordType: string;
  readonly filter: Filter;
  /** May be empty; the adapter always adds its unique key as the last, ascending, tie-break. */
  readonly sort: readonly SortKey[];
  readonly page: PageRequest;
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
 * A source of records. Extension point 3 of architecture.md. The contract test in
 * `dci-server/testing` states its behaviour in full; every adapter runs it.
 *
 * Order: ascending by each sort key (text by code point of its folded form, then of itself), records
 * without a value last in either direction, then by the adapter's unique key.
 */
export interface RegistryAdapter {
  /** Names of the record types it holds. */
  readonly recordTypes: readonly string[];
  search(query: RecordQuery): Promise<RecordPage>;
  /** @returns the number of matching records */
  count(query: Pick<RecordQuery, 'recordType' | 'filter' | 'signal'>): Promise<number>;
  /** @returns the record that carries this identifier, or `undefined` */
  get(
    recordType: string,
    identifier: { readonly identifierType: string; readonly value: string },
  ): Promise<JsonObject | undefined>;
  /** Rejects when the source cannot be reached. */
  check?(): Promise<void>;
  close?(): Promise<void>;
}
