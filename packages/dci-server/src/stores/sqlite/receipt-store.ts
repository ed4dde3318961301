import type { RequestStatus } from 'dci-core';
import type { Receipt, ReceiptMessage, ReceiptStore } from '../receipts.ts';
import type { Acceptance } from '../transactions.ts';
import type { SubscriptionStoreOptions } from './subscription-store.ts';

/** Rows of one commit of `purge`. */
const batch = 1_000;

interface ReceiptRow {
  readonly sender_id: string;
  readonly reference_id: string;
  readonly kind: Receipt['kind'];
  readonly subject: string;
  readonly status: RequestStatus | null;
  readonly reason_code: string | null;
  readonly received_at: number;
}

interface MessageRow {
  readonly body_digest: string;
  readonly correlation_id: string;
  readonly accepted_at: number;
}

/**
 * The receipts in a SQLite state database.
 *
 * @param options - the database
 * @returns the store
 */
export function createSqliteReceiptStore({ database }: Pick<SubscriptionStoreOptions, 'database'>): ReceiptStore {
  const { durable } = database;
  const claimId = durable.prepare<[string, string, number]>(
    'INSERT INTO dci_server_replay_claim (sender_id, message_id, expires_at) VALUES (?, ?, ?)',
  );
  // The claims of the replay store, so that a message id is used once for requests of every kind.
  const selectClaim = durable.prepare<[string, string], unknown>(
    'SELECT 1 FROM dci_server_replay_claim WHERE sender_id = ? AND message_id = ?',
  );
  const save = durable.prepare<[ReceiptRow]>(
    `INSERT INTO dci_server_receipt (sender_id, reference_id, kind, subject, status, reason_code, received_at)
     VALUES (@sender_id, @reference_id, @kind, @subject, @status, @reason_code, @received_at)
     ON CONFLICT (sender_id, reference_id) DO UPDATE SET kind = excluded.kind, subject = excluded.subject,
       status = excluded.status, reason_code = excluded.reason_code, received_at = excluded.received_at`,
  );
  const selectSubject = durable.prepare<[string], ReceiptRow>(
    'SELECT * FROM dci_server_receipt WHERE subject = ? ORDER BY reference_id',
  );
  const purge = durable.prepare<[number, number]>(
    `DELETE FROM dci_server_receipt WHERE (sender_id, reference_id) IN
       (SELECT sender_id, reference_id FROM dci_server_receipt WHERE received_at < ? LIMIT ?)`,
  );
  const selectMessage = durable.prepare<[string, string], MessageRow>(
    'SELECT body_digest, correlation_id, accepted_at FROM dci_server_receipt_message WHERE sender_id = ? AND message_id = ?',
  );
  const insertMessage = durable.prepare<[string, string, string, string, number]>(
    `INSERT INTO dci_server_receipt_message (sender_id, message_id, body_digest, correlation_id, accepted_at)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const purgeMessages = durable.prepare<[number, number]>(
    `DELETE FROM dci_server_receipt_message WHERE (sender_id, message_id) IN
       (SELECT sender_id, message_id FROM dci_server_receipt_message WHERE accepted_at < ? LIMIT ?)`,
  );

  const saveAll = (receipts: readonly Receipt[]): void => {
    for (const receipt of receipts) save.run(rowOf(receipt));
  };
  const findAcceptance = (senderId: string, messageId: string, digest: string): Acceptance | undefined => {
    const earlier = selectMessage.get(senderId, messageId);
    if (earlier === undefined) {
      return selectClaim.get(senderId, messageId) === undefined ? undefined : { kind: 'conflict' };
    }
    if (earlier.body_digest !== digest) return { kind: 'conflict' };
    return { kind: 'repeated', correlationId: earlier.correlation_id, acceptedAt: earlier.accepted_at };
  };
  const accept = (message: ReceiptMessage, receipts: readonly Receipt[]): Acceptance => {
    const { senderId, messageId, bodyDigest, correlationId, acceptedAt, claimExpiresAt } = message;
    const earlier = findAcceptance(senderId, messageId, bodyDigest);
    if (earlier !== undefined) return earlier;
    claimId.run(senderId, messageId, claimExpiresAt);
    insertMessage.run(senderId, messageId, bodyDigest, correlationId, acceptedAt);
    saveAll(receipts);
    return { kind: 'accepted' };
  };

  return {
    record: (receipts) => database.commit(() => saveAll(receipts)),
    accept: (message, receipts) => database.commit(() => accept(message, receipts)),
    findAcceptance: async (senderId, messageId, digest) => findAcceptance(senderId, messageId, digest),
    of: async (subject) => selectSubject.all(subject).map(readReceipt),
    purge: (receivedBefore) =>
      database.commit(
        () => purge.run(receivedBefore, batch).changes + purgeMessages.run(receivedBefore, batch).changes,
      ),
  };
}

function rowOf(receipt: Receipt): ReceiptRow {
  return {
    sender_id: receipt.senderId,
    reference_id: receipt.referenceId,
    kind: receipt.kind,
    subject: receipt.subject,
    status: receipt.status ?? null,
    reason_code: receipt.reasonCode ?? null,
    received_at: receipt.receivedAt,
  };
}

function readReceipt(row: ReceiptRow): Receipt {
  return {
    senderId: row.sender_id,
    referenceId: row.reference_id,
    kind: row.kind,
    subject: row.subject,
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.reason_code === null ? {} : { reasonCode: row.reason_code }),
    receivedAt: row.received_at,
  };
}
