import { DciError, isJsonObject, type JsonObject, readJson, writeJson } from 'dci-core';
import type { Sealer } from 'dci-host';
import { matchJob } from '../../events/event-jobs.ts';
import type { EventStore, NewEvent, NewNotification, NotedEvent, RegistryEvent } from '../events.ts';
import { createOutgoingWriter } from './outgoing-writer.ts';
import type { SubscriptionStoreOptions } from './subscription-store.ts';

/** Purpose under which the records of events are sealed at rest. */
const recordSealPurpose = 'dci-server/event-record';

/** Rows of one commit of `purge`. */
const batch = 500;

interface EventRow {
  readonly number: number;
  readonly registry: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly record_type: string;
  readonly record: Uint8Array;
  readonly at: number;
  readonly stored_at: number;
}

interface NotedRow {
  readonly code: string;
  readonly event_number: number;
  readonly reference_id: string;
}

/**
 * The events of the registries in a SQLite state database.
 *
 * @param options - database, sealer, writer of jobs
 * @returns the store
 */
export function createSqliteEventStore({ database, sealer, jobs }: SubscriptionStoreOptions): EventStore {
  const { durable } = database;
  const outgoing = createOutgoingWriter(durable, sealer);
  const selectPosition = durable
    .prepare<[string], string>('SELECT position FROM dci_server_feed_position WHERE registry = ?')
    .pluck();
  const savePosition = durable.prepare<[string, string]>(
    `INSERT INTO dci_server_feed_position (registry, position) VALUES (?, ?)
     ON CONFLICT (registry) DO UPDATE SET position = excluded.position`,
  );
  const insertEvent = durable.prepare<[number, string, string, string, string, Uint8Array, number, number]>(
    // Numbers follow the time, so that a state that was put back from a backup does not use those again that it gave
    // after the backup: message ids are made of them.
    `INSERT INTO dci_server_event (number, registry, event_id, event_type, record_type, record, at, stored_at)
     SELECT max(?, coalesce((SELECT max(number) FROM dci_server_event), 0) + 1), ?, ?, ?, ?, ?, ?, ?
     WHERE true ON CONFLICT (registry, event_id) DO NOTHING`,
  );
  const selectEvent = durable.prepare<[number], EventRow>('SELECT * FROM dci_server_event WHERE number = ?');
  const isActive = durable
    .prepare<[string], number>("SELECT 1 FROM dci_server_subscription WHERE code = ? AND state = 'active'")
    .pluck();
  const insertNoted = durable.prepare<[string, number, string, string | null, number]>(
    `INSERT INTO dci_server_subscription_event (code, event_number, reference_id, message_id, noted_at)
     VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const handOver = durable.prepare<[string, string, number]>(
    `UPDATE dci_server_subscription_event SET message_id = ?
     WHERE code = ? AND event_number = ? AND message_id IS NULL`,
  );
  const drop = durable.prepare<[string, number]>(
    'DELETE FROM dci_server_subscription_event WHERE code = ? AND event_number = ? AND message_id IS NULL',
  );
  const selectWaiting = durable.prepare<[string, number], NotedRow>(
    `SELECT code, event_number, reference_id FROM dci_server_subscription_event
     WHERE code = ? AND message_id IS NULL ORDER BY event_number LIMIT ?`,
  );
  const setNextDigest = durable.prepare<[number | null, string]>(
    'UPDATE dci_server_subscription SET next_digest_at = ? WHERE code = ?',
  );
  const selectReference = durable.prepare<[string, string], NotedRow & { readonly message_id: string }>(
    `SELECT e.code, e.event_number, e.reference_id, e.message_id FROM dci_server_subscription_event e
     JOIN dci_server_subscription s ON s.code = e.code
     WHERE e.reference_id = ? AND s.sender_id = ? AND e.message_id IS NOT NULL`,
  );
  // An event that a digest waits for, or whose notification may have to be composed again, is still needed.
  const purge = durable.prepare<[number, number]>(
    `DELETE FROM dci_server_event WHERE number IN
       (SELECT number FROM dci_server_event v WHERE stored_at < ? AND NOT EXISTS
         (SELECT 1 FROM dci_server_subscription_event e
          JOIN dci_server_subscription s ON s.code = e.code
          LEFT JOIN dci_server_outgoing o ON o.message_id = e.message_id
          WHERE e.event_number = v.number
            AND (o.state = 'pending' OR (e.message_id IS NULL AND s.state = 'active')))
        ORDER BY stored_at LIMIT ?)`,
  );
  const purgeNoted = durable.prepare<[number, number]>(
    `DELETE FROM dci_server_subscription_event WHERE (code, event_number) IN
       (SELECT code, event_number FROM dci_server_subscription_event e
        WHERE noted_at < ? AND NOT EXISTS (SELECT 1 FROM dci_server_event v WHERE v.number = e.event_number)
        ORDER BY noted_at LIMIT ?)`,
  );

  /** Hands notifications of active subscriptions to the delivery. */
  const send = (notifications: readonly NewNotification[], note: (event: NotedEvent, messageId: string) => void) => {
    for (const { message, events } of notifications) {
      if (isActive.get(message.subject) === undefined) continue;
      for (const event of events) note(event, message.messageId);
      const enqueue = outgoing.insert([message]);
      if (enqueue.length > 0) jobs.apply({ enqueue });
    }
  };

  return {
    position: async (registry) => selectPosition.get(registry) as string | undefined,
    add: (events, step) => {
      const sealed = events.map((event) => ({ event, record: sealRecord(event, sealer) }));
      return database.commit(() => {
        if (step !== undefined) {
          if ((selectPosition.get(step.registry) as string | undefined) !== step.since) return false;
          savePosition.run(step.registry, step.position);
        }
        for (const { event, record } of sealed) {
          const { registry, eventId, eventType, recordType, at, storedAt } = event;
          const { changes, lastInsertRowid } = insertEvent.run(
            storedAt,
            registry,
            eventId,
            eventType,
            recordType,
            record,
            at,
            storedAt,
          );
          if (changes > 0) jobs.apply({ enqueue: [matchJob(Number(lastInsertRowid))] });
        }
        return true;
      });
    },
    find: async (number) => {
      const row = selectEvent.get(number);
      return row === undefined ? undefined : readEvent(row, sealer);
    },
    noteMatches: ({ now, notifications, waiting, jobs: changes }) =>
      database.commit(() => {
        send(notifications, ({ code, eventNumber, referenceId }, messageId) =>
          insertNoted.run(code, eventNumber, referenceId, messageId, now),
        );
        for (const { code, eventNumber, referenceId } of waiting) {
          if (isActive.get(code) !== undefined) insertNoted.run(code, eventNumber, referenceId, null, now);
        }
        jobs.apply(changes);
      }),
    waiting: async (code, limit) => selectWaiting.all(code, limit).map(readNoted),
    noteDigest: ({ notifications, dropped, next, jobs: changes }) =>
      database.commit(() => {
        send(notifications, ({ code, eventNumber }, messageId) => handOver.run(messageId, code, eventNumber));
        for (const { code, eventNumber } of dropped) drop.run(code, eventNumber);
        if (next !== undefined) setNextDigest.run(next.at ?? null, next.code);
        jobs.apply(changes);
      }),
    findReferences: async (senderId, referenceIds) =>
      referenceIds.flatMap((referenceId) => {
        const row = selectReference.get(referenceId, senderId);
        return row === undefined ? [] : [{ ...readNoted(row), messageId: row.message_id }];
      }),
    purge: ({ contentBefore, rowsBefore }) =>
      database.commit(() => {
        const { changes } = purge.run(contentBefore, batch);
        return changes > 0 ? changes : purgeNoted.run(rowsBefore, batch).changes;
      }),
  };
}

function readNoted({ code, event_number, reference_id }: NotedRow): NotedEvent {
  return { code, eventNumber: event_number, referenceId: reference_id };
}

function sealRecord({ record }: NewEvent, sealer: Sealer): Uint8Array {
  return sealer.seal(new TextEncoder().encode(writeJson(record)), recordSealPurpose);
}

function readEvent(row: EventRow, sealer: Sealer): RegistryEvent {
  return {
    number: row.number,
    registry: row.registry,
    eventId: row.event_id,
    eventType: row.event_type,
    recordType: row.record_type,
    record: openRecord(row.record, sealer),
    at: row.at,
    storedAt: row.stored_at,
  };
}

function openRecord(sealed: Uint8Array, sealer: Sealer): JsonObject {
  const plain = sealer.open(sealed, recordSealPurpose);
  if (plain === undefined) throw new DciError('err.internal', 'the record of an event cannot be unsealed');
  const { value } = readJson(plain);
  if (isJsonObject(value)) return value;
  throw new DciError('err.internal', 'an event is not as it was stored');
}
