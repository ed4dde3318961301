import type { NotificationStore } from '../../../callbacks/notifications.ts';
import { callbackJob } from './callback-jobs.ts';
import { type EventRow, type EventSeals, eventJson, evidenceJson, readEvent } from './event-row.ts';
import { sealedJson } from './sealed-json.ts';
import type { CallbackStoreOptions } from './store-options.ts';

/** Rows of one commit of `forget`: some milliseconds of work, so that nothing waits for it. */
const batch = 500;

/**
 * Notified events in a SQLite state database.
 *
 * @param options - database, sealer, writer of jobs
 * @returns the store
 */
export function createSqliteNotificationStore({ database, sealer, jobs }: CallbackStoreOptions): NotificationStore {
  const { commit } = database;
  const statements = prepare(database.durable);
  const seals: EventSeals = {
    events: sealedJson(sealer, 'dci-client/event'),
    evidence: sealedJson(sealer, 'dci-client/notification'),
  };

  return {
    findMessage: async (source, messageId) => {
      const row = statements.message.get(source, messageId);
      return row && { digest: row.digest, receivedAt: row.received_at };
    },
    receive: async ({ source, messageId, digest, receivedAt, handler, receipts, evidence, events }) => {
      const earlier = statements.message.get(source, messageId);
      if (earlier !== undefined) return earlier.digest === digest ? 'duplicate' : 'conflict';
      const sealedEvidence = seals.evidence.seal(evidenceJson(evidence));
      const sealed = events.map((event) => ({ event, content: seals.events.seal(eventJson(event)) }));
      return commit(() => {
        const earlier = statements.message.get(source, messageId);
        if (earlier !== undefined) return earlier.digest === digest ? 'duplicate' : 'conflict';
        const number = statements.insert.run(source, messageId, digest, receivedAt, sealedEvidence).lastInsertRowid;
        for (const { event, content } of sealed) {
          const { changes } = statements.insertEvent.run(
            event.id,
            Number(number),
            handler ?? null,
            receipts && event.referenceId !== undefined ? 1 : 0,
            receivedAt,
            content,
          );
          if (changes > 0 && handler !== undefined) {
            jobs.apply({ enqueue: [callbackJob({ kind: 'event', id: event.id })] });
          }
        }
        return 'stored';
      });
    },
    find: async (eventId) => {
      const row = statements.one.get(eventId);
      return row && readEvent(row, seals);
    },
    settle: (eventId, outcome) =>
      commit(() => {
        const reason = outcome.state === 'error' ? outcome.reason : null;
        const settled = statements.settle.get(outcome.state, reason, eventId);
        if (settled?.receipts === 1 && settled.receipt_sent === 0 && outcome.state === 'processed') {
          jobs.apply({ enqueue: [callbackJob({ kind: 'receipt', id: eventId })] });
        }
      }),
    receiptSent: (eventId) => commit(() => void statements.receiptSent.run(eventId)),
    list: async (state, limit) => statements.list.all(state, limit).map((row) => readEvent(row, seals)),
    forget: (before) =>
      commit(() => statements.forgetEvents.run(before, batch).changes + statements.forget.run(before, batch).changes),
  };
}

const columns = `e.state, e.handler, e.receipts, e.receipt_sent, e.attempts, e.reason, e.content, n.evidence
  FROM dci_client_event e JOIN dci_client_notification n ON n.number = e.notification`;

function prepare(durable: CallbackStoreOptions['database']['durable']) {
  return {
    message: durable.prepare<[string, string], { readonly digest: string; readonly received_at: number }>(
      'SELECT digest, received_at FROM dci_client_notification WHERE source = ? AND message_id = ?',
    ),
    insert: durable.prepare<[string, string, string, number, Uint8Array]>(
      `INSERT INTO dci_client_notification (source, message_id, digest, received_at, evidence) VALUES (?, ?, ?, ?, ?)`,
    ),
    insertEvent: durable.prepare<[string, number, string | null, number, number, Uint8Array]>(
      `INSERT INTO dci_client_event (event_id, notification, state, handler, receipts, receipt_sent, attempts,
         received_at, content)
       VALUES (?, ?, 'received', ?, ?, 0, 0, ?, ?) ON CONFLICT (event_id) DO NOTHING`,
    ),
    one: durable.prepare<[string], EventRow>(`SELECT ${columns} WHERE e.event_id = ?`),
    list: durable.prepare<[string, number], EventRow>(`SELECT ${columns} WHERE e.state = ? ORDER BY e.number LIMIT ?`),
    settle: durable.prepare<[string, string | null, string], Pick<EventRow, 'receipts' | 'receipt_sent'>>(
      `UPDATE dci_client_event SET state = ?, reason = ?, attempts = attempts + 1
       WHERE event_id = ? AND state <> 'processed' RETURNING receipts, receipt_sent`,
    ),
    receiptSent: durable.prepare<[string]>('UPDATE dci_client_event SET receipt_sent = 1 WHERE event_id = ?'),
    forgetEvents: durable.prepare<[number, number]>(
      `DELETE FROM dci_client_event WHERE number IN
         (SELECT number FROM dci_client_event
          WHERE (state = 'processed' OR handler IS NULL) AND received_at < ? LIMIT ?)`,
    ),
    forget: durable.prepare<[number, number]>(
      `DELETE FROM dci_client_notification WHERE number IN
         (SELECT number FROM dci_client_notification n WHERE received_at < ?
            AND NOT EXISTS (SELECT 1 FROM dci_client_event e WHERE e.notification = n.number)
          LIMIT ?)`,
    ),
  };
}
