import {
  type JsonObject,
  parseMessage,
  type ReceivedSubscribeResponse,
  type RegistryType,
  type RequestStatus,
  searchResponseSchema,
  subscribeResponseSchema,
  txnStatusResponseSchema,
  unsubscribeResponseSchema,
} from 'dci-core';
import { writeCallbackContent } from '../callback-content.ts';
import type { AnswerKind } from '../callback-kind.ts';
import { subscribeChanges, unsubscribeChanges } from '../held-subscriptions.ts';
import { textOf } from '../json-members.ts';
import type { StoredTransaction, SubscriptionChanges, VerifiedCallback } from '../transactions.ts';
import {
  type CheckedCallback,
  duplicateId,
  findEarlier,
  standardMessage,
  type TakenCallback,
  type TakeOptions,
} from './checked-callback.ts';
import { isFinal } from './is-final.ts';
import { type AtLeastOne, type OpenedCallback, openCallback } from './verify-callback.ts';

/**
 * Steps 8 to 10 of protocol.md section 4 for a callback that answers a request, and section 6: it is taken only for a
 * transaction that is open with that very counterpart, and is durable when the promise resolves. The transaction is the
 * one that the message names; where a family names none, the one that the registry's correlation id belongs to.
 *
 * @param callback - the callback, steps 1 to 7 passed
 * @param kind - what its path takes
 * @param options - stores
 * @returns what became of it
 * @throws DciError the refusal of the first step that fails
 */
export async function takeAnswer(
  callback: CheckedCallback,
  kind: AnswerKind,
  options: TakeOptions,
): Promise<TakenCallback> {
  const { transactions } = options;
  const earlier = await findEarlier(callback, (source, messageId) => transactions.findCallback(source, messageId));
  if (earlier !== undefined) return earlier;

  const opened = await openCallback(callback.sources);
  const { transaction, own } = await findTransaction(opened, kind, options);
  const message = standardMessage(own, kind, transaction?.referenceIds ?? []);
  const read = readAnswer(kind, message);
  const unwanted: TakenCallback = {
    ack: 'NACK',
    source: own.source,
    receivedAt: callback.receivedAt,
    isRepeated: false,
  };
  if (transaction === undefined) return unwanted;

  const { header } = own.opened;
  const verified: VerifiedCallback = {
    messageId: callback.messageId,
    digest: callback.digest,
    receivedAt: callback.receivedAt,
    status: header.status ?? read.status ?? 'succ',
    final: isFinal(kind.call, header, read, transaction.referenceIds),
    ...(read.correlationId !== undefined && { correlationId: read.correlationId }),
    content: writeCallbackContent({ message, evidence: own.opened.evidence }),
  };
  const changes = read.changes?.(transaction, {
    registry: own.source.source.registry,
    status: header.status,
    receivedAt: callback.receivedAt,
  });
  const { transactionId, source } = transaction;
  const receipt = await transactions.receive(transactionId, source, kind.call, verified, changes);
  if (receipt === 'conflict') throw duplicateId();
  if (receipt === 'not_open') return { ...unwanted, transactionId };
  const stored = receipt === 'duplicate' ? await transactions.findCallback(source, callback.messageId) : undefined;
  return {
    ack: 'ACK',
    source: own.source,
    receivedAt: stored?.receivedAt ?? callback.receivedAt,
    isRepeated: receipt === 'duplicate',
    transactionId,
  };
}

interface FoundTransaction {
  /** Absent: none of the sender's sources has such a one. */
  readonly transaction?: StoredTransaction;
  /** The callback as one of the source of the transaction. */
  readonly own: OpenedCallback;
}

async function findTransaction(
  opened: AtLeastOne<OpenedCallback>,
  { call }: AnswerKind,
  { transactions }: TakeOptions,
): Promise<FoundTransaction> {
  for (const own of opened) {
    const { message, header } = own.opened;
    const { code, senderId } = own.source.source;
    const transactionId = textOf(message.transaction_id);
    const correlationId = textOf(message.correlation_id);
    const found =
      transactionId !== undefined
        ? await transactions.find(transactionId)
        : correlationId !== undefined
          ? await transactions.findByCorrelation(code, correlationId)
          : undefined;
    if (found?.source !== code || found.action !== call) continue;
    // A header that is a copy of the request's must be a copy of that very request's.
    if (header.sender_id === senderId && header.message_id !== found.messageId) continue;
    return { transaction: found, own };
  }
  return { own: opened[0] };
}

/** What of an answer is looked at before it is stored. */
interface ReadAnswer {
  readonly correlationId?: string | undefined;
  readonly status?: RequestStatus | undefined;
  readonly items?: ReceivedSubscribeResponse['subscribe_response'];
  /** What it changes in the subscriptions that we hold. */
  readonly changes?: (transaction: StoredTransaction, facts: AnswerFacts) => SubscriptionChanges;
}

interface AnswerFacts {
  readonly registry: RegistryType;
  readonly status: RequestStatus | undefined;
  readonly receivedAt: number;
}

/** The second half of step 10. */
function readAnswer({ call }: AnswerKind, message: JsonObject): ReadAnswer {
  switch (call) {
    case 'search':
      return { correlationId: parseMessage(searchResponseSchema, message, 'message').correlation_id };
    case 'txn-status':
      return { correlationId: parseMessage(txnStatusResponseSchema, message, 'message').correlation_id };
    case 'subscribe': {
      const read = parseMessage(subscribeResponseSchema, message, 'message');
      return {
        correlationId: read.correlation_id,
        items: read.subscribe_response,
        changes: (transaction, { registry, receivedAt }) => subscribeChanges(transaction, read, registry, receivedAt),
      };
    }
    case 'unsubscribe': {
      const read = parseMessage(unsubscribeResponseSchema, message, 'message');
      return {
        correlationId: read.correlation_id,
        status: read.status,
        changes: (transaction, { status }) => unsubscribeChanges(transaction, read, status),
      };
    }
  }
}
