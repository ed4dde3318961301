import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { createSqliteEventStore } from '../stores/sqlite/event-store.ts';
import { createSqliteOutgoingStore } from '../stores/sqlite/outgoing-store.ts';
import { createSqliteReceiptStore } from '../stores/sqlite/receipt-store.ts';
import { receiptView } from './receipt-view.ts';
import { isoTime } from './sender-view.ts';
import { codeArgument, namedSubscription } from './subscription-input.ts';
import { subscriptionView } from './subscription-view.ts';

/** Notifications that are shown. */
const shown = 20;

/** `dci subscriptions show`. */
export const subscriptionsShow: CliCommand = {
  name: 'subscriptions show',
  summary: 'show one subscription with its last notifications and what was confirmed of them',
  arguments: [codeArgument],
  run: async (context) => {
    const found = await namedSubscription(context);
    if (found === undefined) return 1;
    const { state, subscription } = found;
    const options = { database: state.database, sealer: state.sealer, jobs: state.jobs.writer };
    const receipts = createSqliteReceiptStore(options);
    const messages = await createSqliteOutgoingStore(options).list({
      kind: 'notification',
      subject: subscription.code,
      limit: shown,
    });
    const waiting = await createSqliteEventStore(options).waiting(subscription.code, 1_000);
    const notifications = [];
    for (const { messageId, createdAt, state: delivery, attempts, source } of messages) {
      const confirmed = await receipts.of(messageId);
      notifications.push({
        message_id: messageId,
        created_at: isoTime(createdAt),
        state: delivery,
        attempts,
        events: Array.isArray(source.events) ? source.events.length : 0,
        receipts: confirmed.map(receiptView),
      });
    }
    const view = subscriptionView(subscription);
    if (context.json) {
      context.print(writeJson({ ...view, waiting_events: waiting.length, notifications }));
      return 0;
    }
    context.table(
      ['property', 'value'],
      Object.entries({ ...view, waiting_events: waiting.length }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)]],
      ),
    );
    if (notifications.length === 0) return 0;
    context.table(
      ['notification', 'made', 'state', 'attempts', 'events', 'confirmed'],
      notifications.map((notification) => [
        notification.message_id,
        notification.created_at,
        notification.state,
        String(notification.attempts),
        String(notification.events),
        String(notification.receipts.length),
      ]),
    );
    return 0;
  },
};
