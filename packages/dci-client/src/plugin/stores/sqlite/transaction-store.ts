import { DciError, type RequestStatus, writeJson } from 'dci-core';
import type { StateDatabase } from 'dci-host';
import type {
  AsyncAction,
  CallbackReceipt,
  NewTransaction,
  StoredTransaction,
  TransactionStore,
  VerifiedCallback,
} from '../../../callbacks/transactions.ts';
import { callbackJob } from './callback-jobs.ts';
import { sealedJson } from './sealed-json.ts';
import type { CallbackStoreOptions } from './store-options.ts';
import { notStored, storedTexts } from './stored-json.ts';
import { subscriptionWriter } from './subscription-row.ts';

/** A row of `dci_client_transaction`. */
interface TransactionRow {
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
interface CallbackRow {
  readonly message_id: string;
  readonly digest: string;
  readonly status: RequestStatus;
  readonly is_final: number;
  readonly correlation_id: string | null;
  readonly received_at: number;
  readonly content: Uint8Array;
}

/** Rows of one commit of `expire`: some milliseconds of work, so that nothing waits for it. */
const batch = 500;

/**
 * The requests that wait for callbacks in a SQLite state database.
 *
 * @param options - database, sealer, writer of jobs
 * @returns the store
 */
export function createSqliteTransactionStore({ database, sealer, jobs }: CallbackStoreOptions): TransactionStore {
  const { durable } = database;
  const statements = prepare(durable);
  const subscriptions = subscriptionWriter(durable);
  const requests = sealedJson(sealer, 'dci-client/request');
  const contents = sealedJson(sealer, 'dci-client/callback');
  const listeners = new Set<(transactionId: string) => void>();

  const changed = (transactionId: string): void => {
    for (const listener of listeners) listener(transactionId);
  };
  const readCallback = (row: CallbackRow): VerifiedCallback => ({
    messageId: row.message_id,
    digest: row.digest,
    receivedAt: row.received_at,
    status: row.status,
    final: row.is_final === 1,
    ...(row.correlation_id !== null && { correlationId: row.correlation_id }),
    content: contents.open(row.content) ?? notStored(),
  });
  const read = (row: TransactionRow | undefined): StoredTransaction | undefined =>
    row && {
      transactionId: row.transaction_id,
      source: row.source,
      action: row.action,
      messageId: row.message_id,
      referenceIds: storedTexts(row.reference_ids),
      request: requests.open(row.request) ?? notStored(),
      ...(row.handler !== null && { handler: row.handler }),
      ...(row.receipts !== null && { receipts: row.receipts === 1 }),
      openedAt: row.opened_at,
      expiresAt: row.expires_at,
      state: row.state,
      ...(row.correlation_id !== null && { correlationId: row.correlation_id }),
      callbacks: statements.callbacks.all(row.transaction_id).map(readCallback),
    };
  const isOpen = ({ state, action, expires_at, transaction_id }: TransactionRow, now: number): boolean =>
    state === 'open'
      ? now < expires_at
      : state === 'answered' && action === 'subscribe' && statements.pending.get(transaction_id) !== undefined;

  return {
    open: async (transaction) => {
      const row = newRow(transaction, requests.seal(transaction.request));
      await database.commit(() => {
        if (statements.insert.run(row).changes === 0) {
          throw new DciError('err.state.conflict', 'The transaction id is taken.');
        }
      });
      changed(transaction.transactionId);
    },
    acknowledge: async (transactionId, correlationId) => {
      if (correlationId === undefined) return;
      await database.commit(() => statements.acknowledge.run(correlationId, transactionId));
      changed(transactionId);
    },
    refuse: async (transactionId) => {
      await database.commit(() => statements.refuse.run(transactionId));
      changed(transactionId);
    },
    find: async (transactionId) => read(statements.one.get(transactionId)),
    findByCorrelation: async (source, correlationId) => read(statements.byCorrelation.get(source, correlationId)),
    findCallback: async (source, messageId) => {
      const row = statements.message.get(source, messageId);
      return row && { digest: row.digest, receivedAt: row.received_at };
    },
    receive: async (transactionId, source, action, callback, changes) => {
      const content = contents.seal(callback.content);
      const receipt = await database.commit((): CallbackReceipt => {
        const earlier = statements.message.get(source, callback.messageId);
        if (earlier !== undefined) return earlier.digest === callback.digest ? 'duplicate' : 'conflict';
        const transaction = statements.one.get(transactionId);
        if (transaction?.source !== source || transaction.action !== action) return 'not_open';
        if (!isOpen(transaction, callback.receivedAt)) return 'not_open';
        statements.insertCallback.run(
          transactionId,
          source,
          callback.messageId,
          callback.digest,
          callback.status,
          callback.final ? 1 : 0,
          callback.correlationId ?? null,
          callback.receivedAt,
          content,
        );
        if (changes !== undefined) subscriptions.apply(source, changes);
        const isAnswer = callback.final && statements.answer.run(transactionId).changes > 0;
        if (isAnswer && action === 'search' && transaction.handler !== null) {
          jobs.apply({ enqueue: [callbackJob({ kind: 'answer', id: transactionId })] });
        }
        return 'stored';
      });
      if (receipt === 'stored') changed(transactionId);
      return receipt;
    },
    expire: async (now, forgetBefore) => {
      const { expired, forgotten } = await database.commit(() => ({
        expired: statements.expire.all(now, batch),
        forgotten: statements.forget.run(forgetBefore, batch).changes,
      }));
      for (const { transaction_id: transactionId } of expired) changed(transactionId);
      return expired.length + forgotten;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function newRow(transaction: NewTransaction, request: Uint8Array): Omit<TransactionRow, 'state' | 'correlation_id'> {
  const { handler, receipts } = transaction;
  return {
    transaction_id: transaction.transactionId,
    source: transaction.source,
    action: transaction.action,
    message_id: transaction.messageId,
    reference_ids: writeJson(transaction.referenceIds),
    request,
    handler: handler ?? null,
    receipts: receipts === undefined ? null : receipts ? 1 : 0,
    opened_at: transaction.openedAt,
    expires_at: transaction.expiresAt,
  };
}

function prepare(durable: StateDatabase['durable']) {
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
