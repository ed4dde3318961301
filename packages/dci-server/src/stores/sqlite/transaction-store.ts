import { isJsonObject, parseMessage, type RequestStatus, readJson, requestHeaderSchema, writeJson } from 'dci-core';
import type { JobWriter, Sealer, StateDatabase } from 'dci-host';
import type {
  Acceptance,
  NewTransaction,
  Transaction,
  TransactionAction,
  TransactionContent,
  TransactionStore,
} from '../transactions.ts';
import { createOutgoingWriter } from './outgoing-writer.ts';
import { uploadWriter } from './upload-store.ts';

/** What the store works with. */
export interface TransactionStoreOptions {
  readonly database: StateDatabase;
  /** Keeps the content sealed. */
  readonly sealer: Sealer;
  /** Writes the jobs in the commits of the transactions. */
  readonly jobs: JobWriter;
}

const sealPurpose = 'dci-server/transaction';

const columns = `correlation_id, sender_id, message_id, transaction_id, registry, action, state, is_encrypted, total_count,
  completed_count, rejected_count, accepted_at, finished_at`;

/** Rows of one commit of `purge`: some milliseconds of work, so that no request waits for it. */
const purgeBatch = 500;
/** Names by which one transaction can be found. */
const mostReferences = 1_000;
const mostFound = 100;

/**
 * The accepted asynchronous requests in a SQLite state database.
 *
 * @param options - database, sealer, writer of jobs
 * @returns the store
 */
export function createSqliteTransactionStore({ database, sealer, jobs }: TransactionStoreOptions): TransactionStore {
  const { durable } = database;
  const outgoing = createOutgoingWriter(durable, sealer);
  const statements = prepare(durable);
  const addUpload = uploadWriter(durable);

  const findAcceptance = (senderId: string, messageId: string, digest: string): Acceptance | undefined => {
    const earlier = statements.earlier.get(senderId, messageId);
    if (earlier === undefined) {
      return statements.claimed.get(senderId, messageId) === undefined ? undefined : { kind: 'conflict' };
    }
    if (earlier.body_digest !== digest) return { kind: 'conflict' };
    return { kind: 'repeated', correlationId: earlier.correlation_id, acceptedAt: earlier.accepted_at };
  };
  const addReferences = (senderId: string, correlationId: string, references: readonly string[]): void => {
    for (const reference of references.slice(0, mostReferences)) {
      statements.addReference.run(senderId, reference, correlationId);
    }
  };

  return {
    accept: (transaction, { claimExpiresAt, jobs: requests, endSubscriptions = [], upload }) => {
      const row = newRow(transaction, sealer);
      return database.commit((): Acceptance => {
        const { senderId, messageId, correlationId } = transaction;
        const earlier = findAcceptance(senderId, messageId, transaction.bodyDigest);
        if (earlier !== undefined) return earlier;
        statements.claim.run(senderId, messageId, claimExpiresAt);
        statements.insert.run(row);
        addReferences(senderId, correlationId, transaction.referenceIds);
        if (upload !== undefined) addUpload(upload, correlationId);
        if (endSubscriptions.length > 0) {
          // Prepared here: only a server that has subscriptions ends any.
          durable
            .prepare(
              `UPDATE dci_server_subscription SET state = 'ended', ended_by = ?, ended_at = ?
               WHERE code IN (SELECT value FROM json_each(?)) AND sender_id = ? AND state IN ('pending', 'active')`,
            )
            .run(correlationId, transaction.acceptedAt, JSON.stringify(endSubscriptions), senderId);
        }
        jobs.apply({ enqueue: requests });
        return { kind: 'accepted' };
      });
    },
    findAcceptance: async (senderId, messageId, digest) => findAcceptance(senderId, messageId, digest),
    find: async (correlationId) => readRow(statements.one.get(correlationId)),
    countCallbacks: async (correlationId) => statements.callbacks.get(correlationId)?.count ?? 0,
    content: async (correlationId) => {
      const sealed = statements.content.get(correlationId)?.content;
      return sealed === undefined || sealed === null ? undefined : openContent(sealed, sealer);
    },
    search: async (senderId, by) => {
      if ('correlationId' in by) {
        const found = readRow(statements.one.get(by.correlationId));
        return found?.senderId === senderId ? [found] : [];
      }
      if ('transactionId' in by) return readRows(statements.byTransaction.all(senderId, by.transactionId, mostFound));
      const names = 'referenceIds' in by ? by.referenceIds : by.subscriptionCodes;
      return readRows(statements.byReference.all(senderId, JSON.stringify(names), mostFound));
    },
    progress: (progress) =>
      database.commit(() => {
        const { changes } = statements.update.run(
          progress.state,
          progress.completedCount,
          progress.rejectedCount,
          progress.totalCount ?? null,
          progress.finishedAt ?? null,
          progress.correlationId,
        );
        const added = changes === 0 ? [] : outgoing.insert(progress.callbacks);
        const senderId = statements.one.get(progress.correlationId)?.sender_id;
        if (changes > 0 && senderId !== undefined) {
          addReferences(senderId, progress.correlationId, progress.references ?? []);
        }
        jobs.apply({ ...progress.jobs, enqueue: [...(progress.jobs.enqueue ?? []), ...added] });
      }),
    revise: (correlationId, { state, rejectedCount }) =>
      database.commit(() => {
        statements.revise.run(state, rejectedCount, correlationId);
      }),
    purge: ({ contentBefore, rowsBefore }) =>
      database.commit(
        () =>
          statements.purgeContent.run(contentBefore, purgeBatch).changes +
          statements.purgeRows.run(rowsBefore, purgeBatch).changes,
      ),
  };
}

interface Row {
  readonly correlation_id: string;
  readonly sender_id: string;
  readonly message_id: string;
  readonly transaction_id: string;
  readonly registry: string;
  readonly action: TransactionAction;
  readonly state: RequestStatus;
  readonly is_encrypted: number;
  readonly total_count: number;
  readonly completed_count: number;
  readonly rejected_count: number;
  readonly accepted_at: number;
  readonly finished_at: number | null;
}

interface EarlierRow {
  readonly correlation_id: string;
  readonly body_digest: string;
  readonly accepted_at: number;
}

function prepare(durable: StateDatabase['durable']) {
  return {
    earlier: durable.prepare<[string, string], EarlierRow>(
      `SELECT correlation_id, body_digest, accepted_at FROM dci_server_transaction
       WHERE sender_id = ? AND message_id = ?`,
    ),
    // The claims of the replay store, so that a message id is used once for synchronous and asynchronous requests.
    claimed: durable.prepare<[string, string], unknown>(
      'SELECT 1 FROM dci_server_replay_claim WHERE sender_id = ? AND message_id = ?',
    ),
    claim: durable.prepare<[string, string, number]>(
      'INSERT INTO dci_server_replay_claim (sender_id, message_id, expires_at) VALUES (?, ?, ?)',
    ),
    insert: durable.prepare<[NewRow]>(
      `INSERT INTO dci_server_transaction (correlation_id, sender_id, message_id, transaction_id, registry, action, state,
         is_encrypted, body_digest, content, total_count, completed_count, rejected_count, accepted_at)
       VALUES (@correlationId, @senderId, @messageId, @transactionId, @registry, @action, 'rcvd',
         @isEncrypted, @bodyDigest, @content, @totalCount, 0, 0, @acceptedAt)`,
    ),
    addReference: durable.prepare<[string, string, string]>(
      `INSERT INTO dci_server_transaction_reference (sender_id, reference_id, correlation_id) VALUES (?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    one: durable.prepare<[string], Row>(`SELECT ${columns} FROM dci_server_transaction WHERE correlation_id = ?`),
    callbacks: durable.prepare<[string], { readonly count: number }>(
      `SELECT coalesce(max(sequence) + 1, 0) AS count FROM dci_server_outgoing WHERE kind = 'callback' AND subject = ?`,
    ),
    content: durable.prepare<[string], { readonly content: Uint8Array | null }>(
      'SELECT content FROM dci_server_transaction WHERE correlation_id = ?',
    ),
    byTransaction: durable.prepare<[string, string, number], Row>(
      `SELECT ${columns} FROM dci_server_transaction WHERE sender_id = ? AND transaction_id = ?
       ORDER BY accepted_at DESC, correlation_id LIMIT ?`,
    ),
    byReference: durable.prepare<[string, string, number], Row>(
      `SELECT ${columns} FROM dci_server_transaction WHERE correlation_id IN
         (SELECT correlation_id FROM dci_server_transaction_reference
          WHERE sender_id = ? AND reference_id IN (SELECT value FROM json_each(?)))
       ORDER BY accepted_at DESC, correlation_id LIMIT ?`,
    ),
    update: durable.prepare<[RequestStatus, number, number, number | null, number | null, string]>(
      `UPDATE dci_server_transaction SET state = ?, completed_count = ?, rejected_count = ?,
         total_count = coalesce(?, total_count), finished_at = ?
       WHERE correlation_id = ? AND finished_at IS NULL`,
    ),
    revise: durable.prepare<[RequestStatus, number, string]>(
      `UPDATE dci_server_transaction SET state = ?, rejected_count = ?
       WHERE correlation_id = ? AND finished_at IS NOT NULL`,
    ),
    purgeContent: durable.prepare<[number, number]>(
      `UPDATE dci_server_transaction SET content = NULL WHERE correlation_id IN
         (SELECT correlation_id FROM dci_server_transaction WHERE finished_at < ? AND content IS NOT NULL LIMIT ?)`,
    ),
    purgeRows: durable.prepare<[number, number]>(
      `DELETE FROM dci_server_transaction WHERE correlation_id IN
         (SELECT correlation_id FROM dci_server_transaction WHERE finished_at < ? LIMIT ?)`,
    ),
  };
}

interface NewRow {
  readonly correlationId: string;
  readonly senderId: string;
  readonly messageId: string;
  readonly transactionId: string;
  readonly registry: string;
  readonly action: TransactionAction;
  readonly isEncrypted: number;
  readonly bodyDigest: string;
  readonly content: Uint8Array;
  readonly totalCount: number;
  readonly acceptedAt: number;
}

function newRow(transaction: NewTransaction, sealer: Sealer): NewRow {
  const { correlationId, senderId, messageId, transactionId, registry, action } = transaction;
  const { header, message } = transaction.content;
  return {
    correlationId,
    senderId,
    messageId,
    transactionId,
    registry,
    action,
    isEncrypted: transaction.isEncrypted ? 1 : 0,
    bodyDigest: transaction.bodyDigest,
    content: sealer.seal(new TextEncoder().encode(writeJson({ header, message })), sealPurpose),
    totalCount: transaction.totalCount,
    acceptedAt: transaction.acceptedAt,
  };
}

/** What another key sealed cannot be opened any more: as good as purged. */
function openContent(sealed: Uint8Array, sealer: Sealer): TransactionContent | undefined {
  const plain = sealer.open(sealed, sealPurpose);
  if (plain === undefined) return undefined;
  const { value } = readJson(plain);
  if (!isJsonObject(value) || !isJsonObject(value.message)) return undefined;
  return { header: parseMessage(requestHeaderSchema, value.header, 'header'), message: value.message };
}

function readRows(rows: readonly Row[]): readonly Transaction[] {
  return rows.flatMap((row) => readRow(row) ?? []);
}

function readRow(row: Row | undefined): Transaction | undefined {
  if (row === undefined) return undefined;
  return {
    correlationId: row.correlation_id,
    senderId: row.sender_id,
    messageId: row.message_id,
    transactionId: row.transaction_id,
    registry: row.registry,
    action: row.action,
    state: row.state,
    isEncrypted: row.is_encrypted === 1,
    totalCount: row.total_count,
    completedCount: row.completed_count,
    rejectedCount: row.rejected_count,
    acceptedAt: row.accepted_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
  };
}
