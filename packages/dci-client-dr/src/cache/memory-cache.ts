import type { Random } from 'dci-core';
import type { CachedAnswer, CacheSelection, DisabilityCache } from './disability-cache.ts';
import { cacheSecretLength, hashIdentifier } from './identifier-hash.ts';

/** What {@link createMemoryCache} works with. */
export interface MemoryCacheOptions {
  /** Makes the secret of the hashes. */
  readonly random: Random;
  /** Entries at most; the oldest go first. Default 100,000. */
  readonly maxEntries?: number;
}

interface Entry {
  readonly source: string;
  /** Answers that were asked for before are refused. */
  readonly since: number;
  readonly expiresAt: number;
  /** Absent: the entry was invalidated. */
  readonly answer?: CachedAnswer;
}

/**
 * A cache that ends with the process.
 *
 * @param options - randomness, size
 * @returns an empty cache
 */
export function createMemoryCache({ random, maxEntries = 100_000 }: MemoryCacheOptions): DisabilityCache {
  const secret = random.bytes(cacheSecretLength);
  const entries = new Map<string, Entry>();
  const put = (key: string, entry: Entry): void => {
    if ((entries.get(key)?.since ?? Number.NEGATIVE_INFINITY) > entry.since) return;
    // At the end: a map remembers in which order its keys came.
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
  };
  const isSelected = ({ source }: Entry, selection: CacheSelection | undefined): boolean =>
    selection?.source === undefined || selection.source === source;

  return {
    keyOf: (source, identifier) => hashIdentifier(secret, source, identifier),
    find: async (keys) => new Map(keys.flatMap((key) => pairOf(key, entries.get(key)?.answer))),
    store: async (answers) => {
      for (const answer of answers) {
        const { key, source, fetchedAt, expiresAt } = answer;
        // What was invalidated at the same moment was asked for too early to know of the change.
        const isTooEarly = entries.get(key)?.answer === undefined && entries.get(key)?.since === fetchedAt;
        if (!isTooEarly) put(key, { source, since: fetchedAt, expiresAt, answer });
      }
    },
    invalidate: async (keys, { source, at, until }) => {
      for (const key of keys) put(key, { source, since: at, expiresAt: until });
    },
    forget: async (keys) =>
      keys.filter((key) => {
        const wasAnswer = entries.get(key)?.answer !== undefined;
        return entries.delete(key) && wasAnswer;
      }).length,
    list: async ({ limit, after, ...selection }) =>
      [...entries]
        .filter(([key, entry]) => isSelected(entry, selection) && (after === undefined || key > after))
        .flatMap(([, { answer }]) => answer ?? [])
        .sort((one, other) => (one.key < other.key ? -1 : 1))
        .slice(0, limit),
    purge: async (expiredBy, selection) =>
      [...entries].filter(
        ([key, entry]) =>
          isSelected(entry, selection) &&
          (expiredBy === undefined || entry.expiresAt <= expiredBy) &&
          entries.delete(key),
      ).length,
    check: async () => {},
  };
}

function pairOf(key: string, answer: CachedAnswer | undefined): readonly (readonly [string, CachedAnswer])[] {
  return answer === undefined ? [] : [[key, answer]];
}
