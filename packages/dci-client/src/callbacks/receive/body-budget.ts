import { DciError } from 'dci-core';

/** What one body holds of a budget. */
export interface BodyReservation {
  /**
   * Counts bytes that have arrived.
   *
   * @throws DciError `err.service.unavailable` with `retryAfter` when others hold too much at this moment
   */
  add(bytes: number): void;
  /** Gives everything back. */
  release(): void;
}

/** Bounds the memory of bodies that are being read, because everybody may send some before anything is verified. */
export interface BodyBudget {
  /** @returns the reservation of one body; nothing is held before bytes arrive */
  open(): BodyReservation;
}

/** The first bytes of a body are always read: servers bound their connections. */
const FREE_BYTES = 256 * 1024;
const RETRY_AFTER_SECONDS = 5;

/**
 * @param maxBytes - of all bodies together, beyond the first 256 KiB of each
 * @returns the budget
 */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let taken = 0;
  return {
    open() {
      let free = FREE_BYTES;
      let own = 0;
      return {
        add(bytes) {
          const counted = Math.max(0, bytes - free);
          free = Math.max(0, free - bytes);
          // One body always fits, so that a small budget cannot shut out what the limits allow.
          if (counted > 0 && taken > own && taken + counted > maxBytes) {
            throw new DciError('err.service.unavailable', 'too many large messages arrive at this moment', {
              retryAfter: RETRY_AFTER_SECONDS,
            });
          }
          taken += counted;
          own += counted;
        },
        release() {
          taken -= own;
          own = 0;
        },
      };
    },
  };
}
