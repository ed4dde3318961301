import type { JsonObject } from 'dci-core';
import type { Receiver, ReceiverSummary } from '../stores/receivers.ts';
import { isoTime } from './sender-view.ts';

/**
 * A receiver as commands print it with `--json`.
 *
 * @param summary - the receiver and what waits for it
 * @param now - Unix milliseconds
 * @returns a JSON object
 */
export function receiverView({ receiver, pending, dead }: ReceiverSummary, now: number): JsonObject {
  return {
    receiver_id: receiver.receiverId,
    state: receiverState(receiver, now),
    disabled_at: timeOf(receiver.disabled?.at),
    disabled_reason: receiver.disabled?.reason,
    failures: receiver.failures,
    failing_since: timeOf(receiver.failingSince),
    paused_until: timeOf(receiver.pausedUntil),
    last_failure_at: timeOf(receiver.lastFailureAt),
    last_reason: receiver.lastReason,
    pending,
    dead,
  };
}

/**
 * @param receiver - a receiver
 * @param now - Unix milliseconds
 * @returns `disabled`, `paused` (its breaker is open, or it asked for that), `failing` or `well`
 */
export function receiverState(receiver: Receiver, now: number): string {
  if (receiver.disabled !== undefined) return 'disabled';
  if ((receiver.pausedUntil ?? 0) > now) return 'paused';
  return receiver.failures > 0 ? 'failing' : 'well';
}

function timeOf(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : isoTime(milliseconds);
}
