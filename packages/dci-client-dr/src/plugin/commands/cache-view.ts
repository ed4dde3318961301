import { formatTimestamp, type JsonObject } from 'dci-core';
import { ageInSeconds } from '../../cache/answer-cache.ts';
import type { CachedAnswer } from '../../cache/disability-cache.ts';

/**
 * @param answer - an entry of the cache
 * @param now - Unix milliseconds
 * @returns the entry without what it says of the person
 */
export function entryView(
  { key, source, finding, fetchedAt, expiresAt }: CachedAnswer,
  now: number,
): JsonObject & { readonly key: string } {
  return {
    key,
    source,
    record: finding === undefined ? 'none' : 'found',
    fetched_at: formatTimestamp(fetchedAt),
    age_seconds: ageInSeconds(fetchedAt, now),
    expires_at: formatTimestamp(expiresAt),
    expired: expiresAt <= now,
  };
}
