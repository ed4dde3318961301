import type { Receiver } from '../stores/receivers.ts';
import type { DeliverySettings } from './delivery-settings.ts';

/** A call that failed. */
export interface FailedCall {
  /** Unix milliseconds at which it began. */
  readonly startedAt: number;
  /** Unix milliseconds at which it failed. */
  readonly at: number;
  readonly reason: string;
  /** The receiver asked not to be called for as long. */
  readonly retryAfterMs?: number;
}

/** Whether a receiver may be called. */
export type Readiness =
  | { readonly kind: 'ready' }
  /** Its breaker was open: one call at a time finds out whether it is well again. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'paused'; readonly until: number }
  | { readonly kind: 'disabled' };

/**
 * @param receiver - a receiver
 * @param now - Unix milliseconds
 * @param settings - when a breaker opens
 * @returns whether it may be called
 */
export function readinessOf(
  receiver: Receiver,
  now: number,
  settings: Pick<DeliverySettings, 'failuresToOpen'>,
): Readiness {
  const { disabled, pausedUntil = 0 } = receiver;
  if (disabled !== undefined) return { kind: 'disabled' };
  if (pausedUntil > now) return { kind: 'paused', until: pausedUntil };
  return { kind: receiver.failures >= settings.failuresToOpen ? 'probe' : 'ready' };
}

/**
 * Notes a failed call (reliability.md WH4). The breaker opens after some failures in a row, for longer each time that
 * a probe fails; a receiver that has failed for long enough is disabled.
 *
 * @param receiver - as it was
 * @param failed - the call
 * @param settings - when a breaker opens, when a receiver is disabled
 * @returns as it is now
 */
export function afterFailure(receiver: Receiver, failed: FailedCall, settings: DeliverySettings): Receiver {
  const { startedAt, at, reason, retryAfterMs } = failed;
  const failures = receiver.failures + 1;
  const failingSince = receiver.failingSince ?? at;
  const isOpen = failures >= settings.failuresToOpen;
  // Calls that were under way when the breaker opened say nothing new.
  const opens = isOpen && startedAt >= (receiver.pausedUntil ?? 0);
  const openings = receiver.openings + (opens ? 1 : 0);
  const pauseMs = Math.min(settings.firstPauseMs * 2 ** (openings - 1), settings.longestPauseMs);
  const pausedUntil = Math.max(
    receiver.pausedUntil ?? 0,
    opens ? at + pauseMs : 0,
    retryAfterMs === undefined ? 0 : at + retryAfterMs,
  );
  const isLost = isOpen && at - failingSince >= settings.disableAfterMs;
  return {
    receiverId: receiver.receiverId,
    ...(receiver.disabled === undefined ? {} : { disabled: receiver.disabled }),
    ...(isLost && receiver.disabled === undefined ? { disabled: { at, reason: 'failing' } } : {}),
    failures,
    failingSince,
    ...(pausedUntil > 0 ? { pausedUntil } : {}),
    openings,
    lastFailureAt: at,
    lastReason: reason,
  };
}

/**
 * Notes a call that succeeded: it closes the breaker.
 *
 * @param receiver - as it was
 * @returns as it is now; the same object where nothing changes
 */
export function afterSuccess(receiver: Receiver): Receiver {
  const { receiverId, disabled, failures, openings, pausedUntil, lastFailureAt, lastReason } = receiver;
  if (failures === 0 && openings === 0 && pausedUntil === undefined) return receiver;
  return {
    receiverId,
    ...(disabled === undefined ? {} : { disabled }),
    failures: 0,
    openings: 0,
    ...(lastFailureAt === undefined ? {} : { lastFailureAt }),
    ...(lastReason === undefined ? {} : { lastReason }),
  };
}

/**
 * @param receiver - as it was
 * @param at - Unix milliseconds
 * @param reason - code
 * @returns the receiver, disabled; the same object when it was already
 */
export function disable(receiver: Receiver, at: number, reason: string): Receiver {
  return receiver.disabled === undefined ? { ...receiver, disabled: { at, reason } } : receiver;
}

/**
 * @param receiver - as it was
 * @returns the receiver, enabled and with its breaker closed
 */
export function enable(receiver: Receiver): Receiver {
  const { disabled: _, ...enabled } = receiver;
  return afterSuccess(enabled);
}
