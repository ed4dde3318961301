import type { HostContext } from 'dci-host';
import type { NotifiedEventState } from '../../../callbacks/notifications.ts';
import type { EventList, ListedEvent } from '../../inspect/event-list.ts';
import { callbackJob } from './callback-jobs.ts';
import { eventOf } from './event-row.ts';
import { type SealedJson, sealedJson } from './sealed-json.ts';
import { notStored } from './stored-json.ts';

interface EventRow {
  readonly event_id: string;
  readonly source: string;
  readonly message_id: string;
  readonly state: NotifiedEventState;
  readonly handler: string | null;
  readonly receipts: number;
  readonly receipt_sent: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly received_at: number;
  readonly content: Uint8Array;
}

/** Events of one commit of `retry`. */
const batch = 500;

const from = `FROM dci_client_event e JOIN dci_client_notification n ON n.number = e.notification`;
const columns = `e.event_id, n.source, n.message_id, e.state, e.handler, e.receipts, e.receipt_sent, e.attempts, e.reason,
  e.received_at, e.content`;
const chosen = `(@source IS NULL OR n.source = @source) AND (@state IS NULL OR e.state = @state)
  AND (@handler IS NULL OR e.handler = @handler) AND (@reason IS NULL OR e.reason = @reason)`;

/**
 * Lists the notified events in a SQLite state database.
 *
 * @param context - database, sealer and jobs of a host, or of a command beside it
 * @returns the list
 */
export function createSqliteEventList(context: Pick<HostContext, 'database' | 'sealer' | 'jobs'>): EventList {
  const { database, sealer, jobs } = context;
  const { relaxed } = database;
  const seal = sealedJson(sealer, 'dci-client/event');
  const all = relaxed.prepare<[Readonly<Record<string, unknown>>], EventRow>(
    `SELECT ${columns} ${from} WHERE ${chosen} ORDER BY e.number DESC LIMIT @limit`,
  );
  const one = relaxed.prepare<[string], EventRow>(`SELECT ${columns} ${from} WHERE e.event_id = ?`);
  const undone = relaxed.prepare<
    [Readonly<Record<string, unknown>>],
    Pick<EventRow, 'event_id' | 'state'> & { readonly number: number }
  >(
    `SELECT e.number, e.event_id, e.state ${from}
     WHERE ${chosen} AND (@eventId IS NULL OR e.event_id = @eventId) AND e.number > @after
       AND ((e.handler IS NOT NULL AND e.state <> 'processed')
         OR (e.state = 'processed' AND e.receipts = 1 AND e.receipt_sent = 0))
     ORDER BY e.number LIMIT @limit`,
  );

  return {
    list: async ({ source = null, state = null, handler = null, reason = null, limit }) =>
      all.all({ source, state, handler, reason, limit }).map((row) => readRow(row, seal)),
    find: async (eventId) => {
      const row = one.get(eventId);
      return row && readRow(row, seal);
    },
    retry: async ({ eventId = null, source = null, handler = null, reason = null }) => {
      let count = 0;
      for (let after = 0; ; ) {
        const rows = undone.all({ eventId, source, state: null, handler, reason, after, limit: batch });
        const last = rows.at(-1);
        if (last === undefined) return count;
        const work = rows.map(({ event_id: id, state }) =>
          callbackJob({ kind: state === 'processed' ? 'receipt' : 'event', id }),
        );
        // Requested, where the job was purged meanwhile; retried, where it is dead or waits for its time.
        await jobs.enqueue(work);
        for (const queue of new Set(work.map((each) => each.queue))) {
          await jobs.retry(
            queue,
            work.flatMap((each) => (each.queue === queue ? [each.key] : [])),
          );
        }
        count += rows.length;
        after = last.number;
      }
    },
  };
}

function readRow(row: EventRow, seal: SealedJson): ListedEvent {
  const { eventType, recordType, subscriptionCode, referenceId } = eventOf(seal.open(row.content) ?? notStored());
  return {
    eventId: row.event_id,
    source: row.source,
    messageId: row.message_id,
    eventType,
    recordType,
    ...(subscriptionCode !== undefined && { subscriptionCode }),
    ...(referenceId !== undefined && { referenceId }),
    state: row.state,
    ...(row.handler !== null && { handler: row.handler }),
    attempts: row.attempts,
    ...(row.reason !== null && { reason: row.reason }),
    receipt: row.receipts === 0 ? 'none' : row.receipt_sent === 1 ? 'sent' : 'due',
    receivedAt: row.received_at,
  };
}
