import type { StateDatabase } from 'dci-host';
import type { ListedCallback, ListedRequest, RequestList } from '../../inspect/request-list.ts';

interface RequestRow {
  readonly transaction_id: string;
  readonly source: string;
  readonly action: ListedRequest['action'];
  readonly state: ListedRequest['state'];
  readonly message_id: string;
  readonly correlation_id: string | null;
  readonly handler: string | null;
  readonly items: number;
  readonly callbacks: number;
  readonly opened_at: number;
  readonly expires_at: number;
}

interface CallbackRow {
  readonly message_id: string;
  readonly status: string;
  readonly is_final: number;
  readonly received_at: number;
}

/** Maintenance lets requests expire some time after their time is over. */
const stateNow = "CASE WHEN state = 'open' AND expires_at <= @now THEN 'expired' ELSE state END";
const columns = `transaction_id, source, action, ${stateNow} AS state, message_id, correlation_id, handler,
  json_array_length(reference_ids) AS items, opened_at, expires_at,
  (SELECT count(*) FROM dci_client_callback c WHERE c.transaction_id = t.transaction_id) AS callbacks`;

/**
 * Lists the requests in a SQLite state database.
 *
 * @param database - the database
 * @returns the list
 */
export function createSqliteRequestList({ relaxed }: Pick<StateDatabase, 'relaxed'>): RequestList {
  const all = relaxed.prepare<[Readonly<Record<string, unknown>>], RequestRow>(
    `SELECT ${columns} FROM dci_client_transaction t
     WHERE (@source IS NULL OR source = @source) AND (@action IS NULL OR action = @action)
       AND (@state IS NULL OR ${stateNow} = @state)
     ORDER BY rowid DESC LIMIT @limit`,
  );
  const one = relaxed.prepare<[{ readonly transactionId: string; readonly now: number }], RequestRow>(
    `SELECT ${columns} FROM dci_client_transaction t WHERE transaction_id = @transactionId`,
  );
  const callbacks = relaxed.prepare<[string], CallbackRow>(
    `SELECT message_id, status, is_final, received_at FROM dci_client_callback WHERE transaction_id = ? ORDER BY number`,
  );
  return {
    list: async ({ source = null, action = null, state = null, limit }, now) =>
      all.all({ source, action, state, limit, now }).map(readRequest),
    find: async (transactionId, now) => {
      const row = one.get({ transactionId, now });
      return row && { request: readRequest(row), callbacks: callbacks.all(transactionId).map(readCallback) };
    },
  };
}

function readRequest(row: RequestRow): ListedRequest {
  return {
    transactionId: row.transaction_id,
    source: row.source,
    action: row.action,
    state: row.state,
    messageId: row.message_id,
    ...(row.correlation_id !== null && { correlationId: row.correlation_id }),
    ...(row.handler !== null && { handler: row.handler }),
    items: row.items,
    callbacks: row.callbacks,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
  };
}

function readCallback(row: CallbackRow): ListedCallback {
  return {
    messageId: row.message_id,
    status: row.status,
    final: row.is_final === 1,
    receivedAt: row.received_at,
  };
}
