import type { RequestStatus } from 'dci-core';
import type { StateDatabase } from 'dci-host';
import type { AsyncAction, StoredTransaction } from '../../../callbacks/transactions.ts';

/** A row of `dci_client_transaction`. */
export interface TransactionRow {
  readonly transaction_id: string;
  readonly source: string;
  readonly action: AsyncAction;
  readonly state: StoredTransaction['state'];
  readonly message_id: string;
  readonly reference_ids: string;
  readonly request: Uint8Array;
  readonly handler: string | null;
  readonly receipts: number | null;
  readonly correlation_id: string | null;
  readonly opened_at: number;
  readonly expires_at: number;
}

/** A row of `dci_client_callback`. */
export interface CallbackRow {
  readonly message_id: string;
  readonly digest: string;
  readonly status: RequestStatus;
  readonly is_final: number;
  readonly correlation_id: string | null;
  readonly received_at: number;
  readonly content: Uint8Array;
}

/**
 * @param durable - the durable connection
 * @returns the statements of the transaction store
 */
export function prepareTransactions(durable: StateDatabase['durable']) {
  return {
    insert: durable.prepare<[Omit<TransactionRow, 'state' | 'correlation_id'>]>(
      `INSERT INTO dci_client_transaction (transaction_id, source, action, state, message_id, reference_ids, request,
         handler, receipts, opened_at, expires_at)
       VALUES (@transaction_id, @source, @action, 'open', @message_id, @reference_ids, @request,
         @handler, @receipts, @opened_at, @expires_at)
       ON CONFLICT (transaction_id) DO NOTHING`,
    ),
    acknowledge: durable.prepare<[string, string]>(
      'UPDATE dci_client_transaction SET correlation_id = ? WHERE transaction_id = ?',
    ),
    refuse: durable.prepare<[string]>(
      `UPDATE dci_client_transaction SET state = 'refused' WHERE transaction_id = ? AND state = 'open'`,
    ),
    answer: durable.prepare<[string]>(
      `UPDATE dci_client_transaction SET state = 'answered' WHERE transaction_id = ? AND state = 'open'`,
    ),
    one: durable.prepare<[string], TransactionRow>('SELECT * FROM dci_client_transaction WHERE transaction_id = ?'),
    byCorrelation: durable.prepare<[string, string], TransactionRow>(
      `SELECT * FROM dci_client_transaction WHERE source = ? AND correlation_id = ?
       ORDER BY opened_at DESC, transaction_id LIMIT 1`,
    ),
    pending: durable.prepare<[string], unknown>(
      `SELECT 1 FROM dci_client_transaction t JOIN dci_client_subscription s USING (transaction_id, source)
       WHERE transaction_id = ? AND s.state = 'pending'`,
    ),
    callbacks: durable.prepare<[string], CallbackRow>(
      `SELECT message_id, digest, status, is_final, correlation_id, received_at, content FROM dci_client_callback
       WHERE transaction_id = ? ORDER BY number`,
    ),
    message: durable.prepare<[string, string], Pick<CallbackRow, 'digest' | 'received_at'>>(
      'SELECT digest, received_at FROM dci_client_callback WHERE source = ? AND message_id = ?',
    ),
    insertCallback: durable.prepare<
      [string, string, string, string, RequestStatus, number, string | null, number, Uint8Array]
    >(
      `INSERT INTO dci_client_callback (transaction_id, source, message_id, digest, status, is_final, correlation_id,
         received_at, content)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    expire: durable.prepare<[number, number], Pick<TransactionRow, 'transaction_id'>>(
      `UPDATE dci_client_transaction SET state = 'expired' WHERE transaction_id IN
         (SELECT transaction_id FROM dci_client_transaction WHERE state = 'open' AND expires_at <= ? LIMIT ?)
       RETURNING transaction_id`,
    ),
    // What an operator of the registry has yet to decide is told in a further callback of the transaction.
    forget: durable.prepare<[number, number]>(
      `DELETE FROM dci_client_transaction WHERE transaction_id IN
         (SELECT transaction_id FROM dci_client_transaction t WHERE state <> 'open' AND opened_at < ?
            AND NOT (action = 'subscribe' AND EXISTS
              (SELECT 1 FROM dci_client_subscription s
               WHERE s.transaction_id = t.transaction_id AND s.source = t.source AND s.state = 'pending'))
          LIMIT ?)`,
    ),
  };
}
