import { DciError } from 'dci-core';

/** Bounds the memory of bodies that are being read, because everybody may send some before anything is verified. */
export interface BodyBudget {
  /**
   * @param bytes - that a body may have
   * @returns gives them back; to be called once
   * @throws DciError `err.service.unavailable` with `retryAfter` when others need them now
   */
  take(bytes: number): () => void;
}

/** Bodies up to this size are always read: the host bounds its connections. */
const FREE_BYTES = 256 * 1024;
const RETRY_AFTER_SECONDS = 5;

/**
 * @param maxBytes - of all larger bodies together
 * @returns the budget
 */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (bytes <= FREE_BYTES) return () => undefined;
      // One body always fits, so that a small budget cannot shut out what the limits allow.
      if (taken > 0 && taken + bytes > maxBytes) {
        throw new DciError('err.service.unavailable', 'too many large messages arrive at this moment', {
          retryAfter: RETRY_AFTER_SECONDS,
        });
      }
      taken += bytes;
      return () => {
        taken -= bytes;
      };
    },
  };
}
