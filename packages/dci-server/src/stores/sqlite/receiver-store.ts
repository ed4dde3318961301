import type { StateDatabase } from 'dci-host';
import { newReceiver, type Receiver, type ReceiverStore } from '../receivers.ts';

const columns = `receiver_id, disabled_at, disabled_reason, failures, failing_since, paused_until, openings,
  last_failure_at, last_reason`;

/**
 * The receivers in a SQLite state database.
 *
 * @param database - the state database
 * @returns the store
 */
export function createSqliteReceiverStore(database: StateDatabase): ReceiverStore {
  const { durable } = database;
  const select = durable.prepare<[string], Row>(`SELECT ${columns} FROM dci_server_receiver WHERE receiver_id = ?`);
  const upsert = durable.prepare<[Row]>(
    `INSERT INTO dci_server_receiver (${columns})
     VALUES (@receiver_id, @disabled_at, @disabled_reason, @failures, @failing_since, @paused_until, @openings,
       @last_failure_at, @last_reason)
     ON CONFLICT (receiver_id) DO UPDATE SET disabled_at = excluded.disabled_at,
       disabled_reason = excluded.disabled_reason, failures = excluded.failures,
       failing_since = excluded.failing_since, paused_until = excluded.paused_until, openings = excluded.openings,
       last_failure_at = excluded.last_failure_at, last_reason = excluded.last_reason`,
  );
  const find = (receiverId: string): Receiver => {
    const row = select.get(receiverId);
    return row === undefined ? newReceiver(receiverId) : readRow(row);
  };
  return {
    find: async (receiverId) => find(receiverId),
    change: (receiverId, change) =>
      database.commit(() => {
        const before = find(receiverId);
        const after = change(before);
        if (after !== before) upsert.run(writeRow(after));
        return after;
      }),
    list: async () => {
      const counts = durable
        .prepare<[], { receiver_id: string; state: string; messages: number }>(
          `SELECT receiver_id, state, count(*) AS messages FROM dci_server_outgoing
           GROUP BY receiver_id, state`,
        )
        .all();
      const known = durable.prepare<[], Row>(`SELECT ${columns} FROM dci_server_receiver`).all().map(readRow);
      const ids = new Set([...counts.map((count) => count.receiver_id), ...known.map(({ receiverId }) => receiverId)]);
      const countOf = (receiverId: string, state: string): number =>
        counts.find((count) => count.receiver_id === receiverId && count.state === state)?.messages ?? 0;
      return [...ids].sort().map((receiverId) => ({
        receiver: known.find((receiver) => receiver.receiverId === receiverId) ?? newReceiver(receiverId),
        pending: countOf(receiverId, 'pending'),
        dead: countOf(receiverId, 'dead'),
      }));
    },
  };
}

interface Row {
  readonly receiver_id: string;
  readonly disabled_at: number | null;
  readonly disabled_reason: string | null;
  readonly failures: number;
  readonly failing_since: number | null;
  readonly paused_until: number | null;
  readonly openings: number;
  readonly last_failure_at: number | null;
  readonly last_reason: string | null;
}

function readRow(row: Row): Receiver {
  return {
    receiverId: row.receiver_id,
    ...(row.disabled_at === null ? {} : { disabled: { at: row.disabled_at, reason: row.disabled_reason ?? '' } }),
    failures: row.failures,
    ...(row.failing_since === null ? {} : { failingSince: row.failing_since }),
    ...(row.paused_until === null ? {} : { pausedUntil: row.paused_until }),
    openings: row.openings,
    ...(row.last_failure_at === null ? {} : { lastFailureAt: row.last_failure_at }),
    ...(row.last_reason === null ? {} : { lastReason: row.last_reason }),
  };
}

function writeRow(receiver: Receiver): Row {
  return {
    receiver_id: receiver.receiverId,
    disabled_at: receiver.disabled?.at ?? null,
    disabled_reason: receiver.disabled?.reason ?? null,
    failures: receiver.failures,
    failing_since: receiver.failingSince ?? null,
    paused_until: receiver.pausedUntil ?? null,
    openings: receiver.openings,
    last_failure_at: receiver.lastFailureAt ?? null,
    last_reason: receiver.lastReason ?? null,
  };
}
