import { notifyRequestSchema, parseMessage, resolveRegType } from 'dci-core';
import { notifyKind } from '../callback-kind.ts';
import { readNotifiedEvents } from '../notified-events.ts';
import {
  type CheckedCallback,
  duplicateId,
  findEarlier,
  standardMessage,
  type TakenCallback,
  type TakeOptions,
} from './checked-callback.ts';
import { findSubscription } from './find-subscription.ts';
import { openCallback } from './verify-callback.ts';

/**
 * Steps 8 to 10 of protocol.md section 4 for a notification, and section 6: it is taken for any subscription that we hold
 * with that counterpart and have not ended, and is durable when the promise resolves.
 *
 * @param callback - the notification, steps 1 to 7 passed
 * @param options - stores
 * @returns what became of it
 * @throws DciError the refusal of the first step that fails
 */
export async function takeNotification(callback: CheckedCallback, options: TakeOptions): Promise<TakenCallback> {
  const { notifications, crypto } = options;
  const { messageId, digest, receivedAt } = callback;
  const earlier = await findEarlier(callback, (source, id) => notifications.findMessage(source, id));
  if (earlier !== undefined) return earlier;

  const opened = await openCallback(callback.sources);
  // What a notification names decides before what fits it best: one party can be behind several sources.
  const candidates = opened.map((own) => {
    const { code, registry } = own.source.source;
    const message = standardMessage(own, notifyKind, []);
    const read = parseMessage(notifyRequestSchema, message, 'message');
    const named = read.notify_event[0]?.data.reg_type;
    return {
      own,
      code,
      registry,
      message,
      read,
      isNamed: named !== undefined && resolveRegType(named, [registry]) !== undefined,
    };
  });
  candidates.sort((one, other) => Number(other.isNamed) - Number(one.isNamed));
  const attempts = [false, true].flatMap((guess) => candidates.map((candidate) => ({ ...candidate, guess })));
  for (const { own, code, registry, message, read, guess } of attempts) {
    const subscription = await findSubscription(code, read, registry, options, guess);
    if (subscription === undefined) continue;
    const { handler, receipts, transactionId } = subscription;
    const events = readNotifiedEvents(message, read, { source: code, registry, subscription, messageId, crypto });
    const receipt = await notifications.receive({
      source: code,
      messageId,
      digest,
      receivedAt,
      ...(subscription.code !== undefined && { subscriptionCode: subscription.code }),
      ...(handler !== undefined && { handler }),
      receipts,
      evidence: own.opened.evidence,
      events,
    });
    if (receipt === 'conflict') throw duplicateId();
    const stored = receipt === 'duplicate' ? await notifications.findMessage(code, messageId) : undefined;
    return {
      ack: 'ACK',
      source: own.source,
      receivedAt: stored?.receivedAt ?? receivedAt,
      isRepeated: receipt === 'duplicate',
      ...(transactionId !== undefined && { transactionId }),
    };
  }
  return { ack: 'NACK', source: opened[0].source, receivedAt, isRepeated: false };
}
