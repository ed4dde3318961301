import {
  formatTimestamp,
  type JsonObject,
  type ReceiptRequest,
  type ReceiptResponseItem,
  type RequestHeader,
} from 'dci-core';
import type { ServerLimits } from '../limits.ts';
import type { Outcome } from '../reply/respond.ts';
import type { KnownSender } from '../senders/directory.ts';
import type { EventStore } from '../stores/events.ts';
import type { Receipt } from '../stores/receipts.ts';
import type { TransactionStore } from '../stores/transactions.ts';
import { faultOfMessage } from './message-fault.ts';
import type { ServedRegistry } from './served-registry.ts';

/** Where and on whose behalf receipts are taken. */
export interface ReceiptScope {
  readonly registry: ServedRegistry;
  readonly sender: KnownSender;
  readonly limits: Pick<ServerLimits, 'maxItems' | 'maxMessageAgeSeconds' | 'maxMessageAheadSeconds'>;
  readonly events: Pick<EventStore, 'findReferences'>;
  readonly transactions: Pick<TransactionStore, 'search'>;
  /** Unix milliseconds. */
  readonly now: number;
}

/** Receipts that were read, and the answer to them. */
export interface ReadReceipts {
  /** To be stored before the answer leaves. */
  readonly receipts: readonly Receipt[];
  readonly outcome: Outcome;
}

type Item = NonNullable<ReceiptRequest['receipt_request']>[number];

/**
 * Reads the receipts of a message: each names an event of a notification, or an item of a request or a request as a
 * whole, of this sender and this registry. What is not there and what is another sender's are the same `rjct`
 * (reliability.md AZ1). The standard's `receipt_information` names no reference: it confirms the transaction, and what it
 * tells of beneficiaries is not kept.
 *
 * @param header - the request header
 * @param message - the message
 * @param correlationId - of this message
 * @param scope - registry, sender, stores
 * @returns the receipts and the answer
 */
export async function readReceipts(
  header: RequestHeader,
  message: ReceiptRequest,
  correlationId: string,
  scope: ReceiptScope,
): Promise<ReadReceipts> {
  const items: readonly Item[] = message.receipt_request ?? [{ reference_id: message.transaction_id }];
  const frame = { transaction_id: message.transaction_id, correlation_id: correlationId };
  const fault = faultOfMessage(message.receipt_request === undefined ? { message_ts: header.message_ts } : header, {
    sender: scope.sender.sender,
    limits: scope.limits,
    receivedAt: scope.now,
    isGranted: scope.sender.access(scope.registry.type).actions.size > 0,
    count: items.length,
    maxItems: scope.limits.maxItems,
  });
  if (fault !== undefined) {
    return { receipts: [], outcome: outcomeOf({ ...fault }, [], items.length, 0, frame) };
  }
  const receipts: Receipt[] = [];
  const answers: ReceiptResponseItem[] = [];
  for (const item of items) {
    const subject = await subjectOf(item, message, scope);
    if (subject !== undefined) receipts.push(receiptOf(item, subject, scope));
    answers.push({
      reference_id: item.reference_id,
      timestamp: formatTimestamp(scope.now),
      status: subject === undefined ? 'rjct' : 'succ',
      ...(subject === undefined
        ? { status_reason_message: 'nothing that was sent to this sender has this reference' }
        : {}),
    });
  }
  const reason = receipts.length > 0 ? {} : { reasonMessage: 'no item of the message could be processed' };
  return { receipts, outcome: outcomeOf(reason, answers, items.length, items.length, frame) };
}

function outcomeOf(
  reason: Pick<Outcome, 'reasonCode' | 'reasonMessage'>,
  answers: readonly ReceiptResponseItem[],
  totalCount: number,
  completedCount: number,
  frame: JsonObject,
): Outcome {
  return {
    status: answers.some(({ status }) => status === 'succ') ? 'succ' : 'rjct',
    ...reason,
    totalCount,
    completedCount,
    message: { ...frame, receipt_response: answers },
  };
}

type Subject = Pick<Receipt, 'kind' | 'subject'>;

async function subjectOf(
  { reference_id: referenceId }: Item,
  { subscription_code: code }: ReceiptRequest,
  scope: ReceiptScope,
): Promise<Subject | undefined> {
  const { senderId } = scope.sender.sender;
  const [event] = await scope.events.findReferences(senderId, [referenceId]);
  if (event !== undefined) {
    return code === undefined || code === event.code ? { kind: 'event', subject: event.messageId } : undefined;
  }
  if (code !== undefined) return undefined;
  const found = [
    ...(await scope.transactions.search(senderId, { referenceIds: [referenceId] })),
    ...(await scope.transactions.search(senderId, { transactionId: referenceId })),
  ].find(({ registry }) => registry === scope.registry.type.name);
  return found === undefined ? undefined : { kind: 'transaction', subject: found.correlationId };
}

function receiptOf(item: Item, subject: Subject, { sender, now }: ReceiptScope): Receipt {
  const { reference_id: referenceId, status, status_reason_code: reasonCode } = item;
  return {
    senderId: sender.sender.senderId,
    referenceId,
    ...subject,
    ...(status === undefined ? {} : { status }),
    // A text of the sender's own is not kept: it may tell of a person.
    ...(reasonCode !== undefined && /^[\w.-]{1,99}$/.test(reasonCode) ? { reasonCode } : {}),
    receivedAt: now,
  };
}
