import type { Clock } from 'dci-core';
import type { Authorization } from '../data-source.ts';
import { shareWork } from './share-work.ts';

/** A value of the `Authorization` header, and until when it serves. */
export interface HeaderValue {
  readonly value: string;
  /** Unix milliseconds. */
  readonly usableUntil: number;
}

/**
 * After a renewal, seconds in which a refused value is kept: a registry that refuses every value would else cost a request
 * of a token for each call.
 */
const LEAST_BETWEEN_RENEWALS = 10;

/**
 * Keeps the value of a header, gets it once for all who ask at the same time, and gets another one when it has run out or
 * was refused. A failure is not kept.
 *
 * @param get - gets a value
 * @param clock - tells the time
 * @returns the authorization
 */
export function renewableHeader(get: (signal: AbortSignal) => Promise<HeaderValue>, clock: Clock): Authorization {
  let held: HeaderValue | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  const getShared = shareWork(async (signal) => {
    held = await get(signal);
    return held.value;
  });

  return {
    async header(signal) {
      signal.throwIfAborted();
      if (held !== undefined && clock.now() < held.usableUntil) return held.value;
      return await getShared(signal);
    },
    renew(refused) {
      const now = clock.now();
      // Somebody else has had the refused value replaced, or is about to.
      if (held === undefined || now >= held.usableUntil || (refused !== undefined && refused !== held.value))
        return true;
      const isRecent = now >= renewedAt && now - renewedAt < LEAST_BETWEEN_RENEWALS * 1000;
      // Not told what was refused, it may have been the value before this one.
      if (isRecent) return refused === undefined;
      renewedAt = now;
      held = undefined;
      return true;
    },
  };
}
