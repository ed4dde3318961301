import { type Clock, DciError } from 'dci-core';
import type { DisabilityFinding } from '../disability-finding.ts';
import type { AnswerEvidence } from '../disability-source.ts';
import type { RegistrantIdentifier } from '../registrant.ts';
import type { CachedAnswer, DisabilityCache } from './disability-cache.ts';

/** An answer that a status can be made of. */
export interface KnownAnswer {
  readonly identifier: RegistrantIdentifier;
  /** Unix milliseconds at which the registry was asked. */
  readonly fetchedAt: number;
  /** Absent: the registry had no record. */
  readonly finding?: DisabilityFinding;
  readonly evidence: AnswerEvidence;
  readonly fromCache: boolean;
}

/** How long answers are kept. */
export interface CacheTimes {
  /** Seconds that an answer with a record is kept; absent: 30 days. */
  readonly keepFoundSeconds?: number;
  /** Seconds that "no record" is kept; absent: one hour, because the next day the person may be registered. */
  readonly keepNoneSeconds?: number;
}

const defaultKeepFoundSeconds = 30 * 86_400;
const defaultKeepNoneSeconds = 3_600;
/** No call of a client takes longer, so that no answer of before an invalidation arrives later. */
const longestCallMs = 3_600_000;

/** What a service does with its cache. */
export interface AnswerCache {
  /** Absent: nothing is kept. */
  readonly cache: DisabilityCache | undefined;
  /** @returns what is known and has not expired, in the order asked */
  read(identifiers: readonly RegistrantIdentifier[]): Promise<readonly (KnownAnswer | undefined)[]>;
  /** Keeps answers that came just now. */
  write(answers: readonly KnownAnswer[]): Promise<void>;
  /** Drops what is known, because the registry has changed it. */
  invalidate(identifiers: readonly RegistrantIdentifier[]): Promise<void>;
}

/**
 * Puts times and hashes between a service and its cache.
 *
 * @param options - cache, data source, time, how long answers are kept
 * @returns the cache as the service uses it
 * @throws DciError `err.configuration.invalid` for a time that is none
 */
export function createAnswerCache(options: {
  readonly cache?: DisabilityCache | undefined;
  readonly source: string;
  readonly clock: Clock;
  readonly times?: CacheTimes | undefined;
}): AnswerCache {
  const { cache, source, clock, times = {} } = options;
  const keepFoundMs = milliseconds(times.keepFoundSeconds ?? defaultKeepFoundSeconds, 'keepFoundSeconds');
  const keepNoneMs = milliseconds(times.keepNoneSeconds ?? defaultKeepNoneSeconds, 'keepNoneSeconds');
  if (cache === undefined) {
    return {
      cache,
      read: async (identifiers) => identifiers.map(() => undefined),
      write: async () => {},
      invalidate: async () => {},
    };
  }
  return {
    cache,
    read: async (identifiers) => {
      const keys = identifiers.map((identifier) => cache.keyOf(source, identifier));
      const found = await cache.find(keys);
      const now = clock.now();
      return identifiers.map((identifier, index): KnownAnswer | undefined => {
        const answer = found.get(keys[index] ?? '');
        if (answer === undefined || answer.expiresAt <= now) return undefined;
        const { fetchedAt, finding, evidence } = answer;
        return { identifier, fetchedAt, ...(finding !== undefined && { finding }), evidence, fromCache: true };
      });
    },
    write: (answers) =>
      cache.store(
        answers.map(
          ({ identifier, fetchedAt, finding, evidence }): CachedAnswer => ({
            key: cache.keyOf(source, identifier),
            source,
            fetchedAt,
            expiresAt: fetchedAt + (finding === undefined ? keepNoneMs : keepFoundMs),
            ...(finding !== undefined && { finding }),
            evidence,
          }),
        ),
      ),
    invalidate: (identifiers) => {
      const at = clock.now();
      const keys = identifiers.map((identifier) => cache.keyOf(source, identifier));
      return cache.invalidate(keys, { source, at, until: at + longestCallMs });
    },
  };
}

/**
 * Tells whether an answer is young enough.
 *
 * @param answer - an answer
 * @param maxAge - seconds; 0: nothing is
 * @param now - Unix milliseconds
 * @returns false also for an answer from the future: a clock that was set back makes ages unknown
 */
export function isFresh({ fetchedAt }: Pick<KnownAnswer, 'fetchedAt'>, maxAge: number, now: number): boolean {
  const age = now - fetchedAt;
  return maxAge > 0 && age >= 0 && age <= maxAge * 1000;
}

/**
 * @param fetchedAt - Unix milliseconds at which the registry was asked
 * @param now - Unix milliseconds
 * @returns whole seconds between them, never less than 0
 */
export function ageInSeconds(fetchedAt: number, now: number): number {
  return Math.max(0, Math.floor((now - fetchedAt) / 1000));
}

/**
 * Checks the greatest age that a caller accepts.
 *
 * @param maxAge - seconds
 * @returns the same
 * @throws DciError `err.request.bad` for what is no time
 */
export function checkMaxAge(maxAge: number): number {
  if (typeof maxAge === 'number' && maxAge >= 0) return maxAge;
  throw new DciError('err.request.bad', 'maxAge must be a number of seconds, from 0', { path: 'maxAge' });
}

function milliseconds(seconds: number, path: string): number {
  if (Number.isFinite(seconds) && seconds >= 0) return Math.round(seconds * 1000);
  throw new DciError('err.configuration.invalid', `${path} must be a number of seconds, from 0`, { path });
}
