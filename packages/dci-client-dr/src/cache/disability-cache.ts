import type { DisabilityFinding } from '../disability-finding.ts';
import type { AnswerEvidence } from '../disability-source.ts';
import type { RegistrantIdentifier } from '../registrant.ts';

/** What a registry said of one identifier, to be used again. */
export interface CachedAnswer {
  /** Keyed hash of the identifier; see {@link DisabilityCache.keyOf}. */
  readonly key: string;
  /** Code of the data source. */
  readonly source: string;
  /** Unix milliseconds at which the registry was asked. */
  readonly fetchedAt: number;
  /** Unix milliseconds from which on it is not used any more, and may be deleted. */
  readonly expiresAt: number;
  /** Absent: the registry had no record. That says nothing of the person. */
  readonly finding?: DisabilityFinding;
  readonly evidence: AnswerEvidence;
}

/** Which entries of a cache are meant. */
export interface CacheSelection {
  /** Of this data source only; absent: of all. */
  readonly source?: string;
}

/** How entries are listed. */
export interface CacheListing extends CacheSelection {
  readonly limit: number;
  /** The key after which the list goes on. */
  readonly after?: string;
}

/**
 * Keeps what disability registries said, by keyed hashes of identifiers: whoever reads the cache without its secret
 * learns neither whom it knows nor what of them. Port; contract test in `dci-client-dr/testing`.
 */
export interface DisabilityCache {
  /**
   * Names the entry of an identifier: the same for every spelling of its type, another for another data source. It cannot
   * be turned back, nor guessed without the secret of the cache, which lives as long as its entries.
   *
   * @param source - code of the data source
   * @param identifier - the identifier
   * @returns the key
   */
  keyOf(source: string, identifier: RegistrantIdentifier): string;
  /**
   * @param keys - of the entries
   * @returns those that there are, by key, expired ones too
   */
  find(keys: readonly string[]): Promise<ReadonlyMap<string, CachedAnswer>>;
  /**
   * Stores answers, all or none. Where something newer is known, or the entry was invalidated after the answer was asked
   * for, what is there stays.
   *
   * @param answers - the answers
   */
  store(answers: readonly CachedAnswer[]): Promise<void>;
  /**
   * Drops what is known, and refuses answers that were asked for before: they may be of a time before the change that
   * this call tells of.
   *
   * @param keys - of the entries; there need be none yet
   * @param invalidation - data source; when, and until when answers of before are refused (Unix milliseconds)
   */
  invalidate(
    keys: readonly string[],
    invalidation: { readonly source: string; readonly at: number; readonly until: number },
  ): Promise<void>;
  /**
   * Deletes entries for good.
   *
   * @param keys - of the entries
   * @returns how many answers there were
   */
  forget(keys: readonly string[]): Promise<number>;
  /**
   * @param listing - which, and how many at most
   * @returns answers in the order of their keys, expired ones too
   */
  list(listing: CacheListing): Promise<readonly CachedAnswer[]>;
  /**
   * Deletes what has expired.
   *
   * @param expiredBy - Unix milliseconds; entries that expire later stay. Absent: everything goes
   * @param selection - of one source only
   * @returns how many entries were deleted, a bounded number at a time; 0 when none are left
   */
  purge(expiredBy: number | undefined, selection?: CacheSelection): Promise<number>;
  /**
   * Tells whether the cache can be used.
   *
   * @throws when it cannot be read
   */
  check(): Promise<void>;
}
