import type { ContentSource } from '../deliver/content-source.ts';
import type { KnownSender } from '../senders/directory.ts';
import type { OutgoingMessage } from '../stores/outgoing.ts';
import { eventReference } from '../subscriptions/ids.ts';
import { composeNotification, eventNumbersOf, type NotifiedEvent } from './compose-notification.ts';
import { isConsented, judgeEvent } from './judge-event.ts';
import type { EventWork } from './match-events.ts';

/** Composes notifications again, and tells whether they are still wanted. */
export interface NotificationContent extends ContentSource {
  /**
   * Asked right before an attempt (reliability.md WH6).
   *
   * @param message - a notification
   * @returns false once its subscription was ended; then nothing may be sent
   */
  isWanted(message: OutgoingMessage): Promise<boolean>;
}

/**
 * Composes notifications under the policy and consent that hold now (protocol.md section 6; reliability.md AZ3): filter,
 * visibility and consent are asked again for each event, and its record is cut anew. What may no longer be said is left
 * out; a notification of which nothing is left is not sent.
 *
 * @param work - stores, registries, time
 * @returns the content source of messages of kind `notification`
 */
export function createNotificationContent(work: EventWork): NotificationContent {
  return {
    isWanted: async ({ subject }) => (await work.subscriptions.find(subject)) !== undefined,
    compose: async (message: OutgoingMessage, receiver: KnownSender) => {
      const active = await work.subscriptions.find(message.subject);
      const registry = work.registries.find(({ type }) => type.name === message.registry);
      if (active === undefined || registry === undefined) return undefined;
      const scope = { registry, subscriber: receiver, now: work.clock.now() };
      const events: NotifiedEvent[] = [];
      for (const number of eventNumbersOf(message)) {
        const event = await work.events.find(number);
        const allowed = event === undefined ? undefined : judgeEvent(event, active, scope);
        if (event === undefined || allowed === undefined || !(await isConsented(event.record, allowed, scope)))
          continue;
        const { code } = active.subscription;
        const referenceId = eventReference(code, number, work.crypto);
        events.push({ noted: { code, eventNumber: number, referenceId }, event, allowed });
      }
      if (events.length === 0) return undefined;
      const { messageId, createdAt } = message;
      return composeNotification(active, events, { messageId, createdAt, senderId: work.senderId }, scope);
    },
  };
}
