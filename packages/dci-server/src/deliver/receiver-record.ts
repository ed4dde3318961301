import type { Clock, Logger } from 'dci-core';
import type { ReceiverStore } from '../stores/receivers.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { Verdict } from './judge-reply.ts';
import { afterFailure, afterSuccess, disable, type Readiness, readinessOf } from './receiver-health.ts';

/** Keeps what is known of receivers up to date, and says so loudly when one is disabled (reliability.md WH4). */
export interface ReceiverRecord {
  /** @returns whether the receiver may be called now; read anew each time, so that a command beside the host counts */
  readiness(receiverId: string): Promise<Readiness>;
  noteSuccess(receiverId: string): Promise<void>;
  /** @param startedAt - Unix milliseconds at which the call began */
  noteFailure(receiverId: string, verdict: Extract<Verdict, { kind: 'failed' }>, startedAt: number): Promise<void>;
  /** The receiver wants nothing any more. */
  noteGone(receiverId: string): Promise<void>;
}

/**
 * @param receivers - the store
 * @param settings - when a breaker opens, when a receiver is disabled
 * @param surroundings - time and logger
 * @returns the record
 */
export function createReceiverRecord(
  receivers: ReceiverStore,
  settings: DeliverySettings,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): ReceiverRecord {
  const tellDisabled = (receiverId: string, reason: string): void =>
    logger.error({ receiver_id: receiverId, reason }, 'a receiver is disabled; see: dci receivers');
  return {
    readiness: async (receiverId) => readinessOf(await receivers.find(receiverId), clock.now(), settings),
    noteSuccess: async (receiverId) => {
      const receiver = await receivers.find(receiverId);
      if (afterSuccess(receiver) !== receiver) await receivers.change(receiverId, afterSuccess);
    },
    noteFailure: async (receiverId, { reason, retryAfterMs }, startedAt) => {
      const call = { startedAt, at: clock.now(), reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
      let wasDisabled = false;
      const { disabled } = await receivers.change(receiverId, (before) => {
        wasDisabled = before.disabled !== undefined;
        return afterFailure(before, call, settings);
      });
      if (disabled !== undefined && !wasDisabled) tellDisabled(receiverId, disabled.reason);
    },
    noteGone: async (receiverId) => {
      await receivers.change(receiverId, (receiver) => disable(receiver, clock.now(), 'gone'));
      tellDisabled(receiverId, 'gone');
    },
  };
}
