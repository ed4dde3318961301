import {
  formatTimestamp,
  type JsonObject,
  type JsonValue,
  type RequestHeader,
  type RequestStatus,
  type TransactionType,
  type TxnStatusRequest,
  type TxnStatusResponse,
} from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import type { ServerLimits } from '../limits.ts';
import type { Outcome } from '../reply/respond.ts';
import type { KnownSender } from '../senders/directory.ts';
import type { ReceiptStore } from '../stores/receipts.ts';
import type { Transaction, TransactionStore } from '../stores/transactions.ts';
import { emptyStatus } from './failed-outcome.ts';
import { faultOfOwnRequest } from './message-fault.ts';
import type { ServedRegistry } from './served-registry.ts';
import { type MergedAnswers, mergeCallbacks, type StoredAnswers } from './stored-answers.ts';

/** Where and on whose behalf a status is asked for. */
export interface StatusScope {
  readonly registry: ServedRegistry;
  readonly sender: KnownSender;
  readonly limits: ServerLimits;
  readonly transactions: Pick<TransactionStore, 'search'>;
  readonly answers: StoredAnswers;
  /** Absent: receipts are not kept. */
  readonly receipts?: Pick<ReceiptStore, 'of'>;
  /** Unix milliseconds at which the question arrived. */
  readonly receivedAt: number;
  /** Unix milliseconds. */
  readonly now: number;
  readonly disclose: (disclosure: Disclosure) => void;
}

/**
 * Answers what has become of transactions (OpenAPI v1.0.0, `TxnStatusRequest`), synchronously and by callback alike. Only
 * the sender's own transactions of this registry are looked at; one that is not there and one of another sender get the
 * same answer: `rjct` with an empty response (reliability.md AZ1).
 *
 * The header's status is the state of the transaction: `rcvd` accepted, `pdng` under way, `succ` or `rjct` finished; its
 * counts are those of the transaction. `txn_status` is the whole response as the callbacks hold it. Of several
 * transactions by the same name, those of one kind are answered together.
 *
 * @param header - the request header
 * @param message - the message
 * @param correlationId - of this question
 * @param scope - registry, sender, stores and time
 * @returns status and message of the reply
 * @throws DciError `err.request.timeout` or `err.service.unavailable` when the answer has to be made again, because
 *   access has changed, and the registry does not answer
 */
export async function transactionStatus(
  header: RequestHeader,
  message: TxnStatusRequest,
  correlationId: string,
  scope: StatusScope,
): Promise<Outcome> {
  const { transaction_id, txnstatus_request: request } = message;
  const frame = { transaction_id, correlation_id: correlationId };
  const fault = faultOfOwnRequest(header, {
    sender: scope.sender.sender,
    access: scope.sender.access(scope.registry.type),
    limits: scope.limits,
    receivedAt: scope.receivedAt,
  });
  const type = request.txn_type;
  const asked = type === 'receipt' ? undefined : type;
  const found = fault === undefined ? await findTransactions(request, asked, scope) : [];
  const [newest] = found;
  if (newest === undefined || newest.action === 'txn-status') {
    const ids = { transactionId: transaction_id, correlationId };
    return {
      status: 'rjct',
      ...(fault ?? { reasonMessage: 'no transaction of this sender is known here by that' }),
      totalCount: 0,
      completedCount: 0,
      message: {
        ...frame,
        txnstatus_response: statusForm(type ?? 'search', emptyStatus(type ?? 'search', ids, scope.now), scope),
      },
    };
  }
  const answer = type === 'receipt' ? await receiptsOf(found, scope) : await responseOf(found, request, scope);
  return {
    status: stateOf(found),
    ...(answer.lack === undefined ? {} : { reasonMessage: answer.lack }),
    totalCount: sum(found, ({ totalCount }) => totalCount),
    completedCount: sum(found, ({ completedCount }) => completedCount),
    message: { ...frame, txnstatus_response: statusForm(type ?? newest.action, answer.response, scope) },
  };
}

/** The file of a registry may name a kind of transaction and have no form for its status. */
function statusForm(
  type: TransactionType,
  response: JsonObject,
  { registry }: Pick<StatusScope, 'registry'>,
): TxnStatusResponse['txnstatus_response'] {
  const hasForm = registry.type.statusForms?.includes(type) ?? true;
  return { txn_type: type, txn_status: hasForm ? response : { ...response, search_response: [] } };
}

async function findTransactions(
  request: TxnStatusRequest['txnstatus_request'],
  type: Exclude<TransactionType, 'receipt'> | undefined,
  { registry, sender, transactions }: StatusScope,
): Promise<readonly Transaction[]> {
  const { attribute_type: attribute, attribute_value: values } = request;
  const { senderId } = sender.sender;
  const [value = ''] = values;
  const found = await transactions.search(
    senderId,
    attribute === 'transaction_id'
      ? { transactionId: value }
      : attribute === 'correlation_id'
        ? { correlationId: value }
        : attribute === 'reference_id_list'
          ? { referenceIds: values }
          : { subscriptionCodes: values },
  );
  const own = found.filter(
    (transaction) =>
      transaction.senderId === senderId &&
      transaction.registry === registry.type.name &&
      transaction.action !== 'txn-status' &&
      (type === undefined || transaction.action === type),
  );
  const [newest] = own;
  // The response to `unsubscribe` has no list, so that only one can be told.
  if (newest?.action === 'unsubscribe') return [newest];
  return own.filter(({ action }) => action === newest?.action);
}

interface Answer {
  readonly response: JsonObject;
  /** Why the response is not all that the callbacks said. */
  readonly lack?: string;
}

async function responseOf(
  found: readonly Transaction[],
  request: TxnStatusRequest['txnstatus_request'],
  scope: StatusScope,
): Promise<Answer> {
  const [newest] = found;
  if (newest === undefined) throw new Error('a status without a transaction');
  const names = request.attribute_type === 'reference_id_list' ? new Set(request.attribute_value) : undefined;
  const merged = await mergeCallbacks(found, scope, names);
  const lack = lackOf(merged);
  const told = lack === undefined ? {} : { lack };
  const frame = { transaction_id: newest.transactionId, correlation_id: newest.correlationId };
  if (newest.action === 'unsubscribe') {
    const empty = { ...frame, timestamp: formatTimestamp(newest.acceptedAt), status: newest.state };
    return { response: merged.message ?? empty, ...told };
  }
  const list = newest.action === 'search' ? 'search_response' : 'subscribe_response';
  return { response: { ...frame, [list]: merged.items }, ...told };
}

function lackOf({ isWhole, isKept }: Pick<MergedAnswers, 'isWhole' | 'isKept'>): string | undefined {
  if (!isKept) return 'the response, or a part of it, is no longer kept here';
  return isWhole ? undefined : 'the response is too large for one message; the callbacks hold all of it';
}

async function receiptsOf(found: readonly Transaction[], { sender, receipts }: StatusScope): Promise<Answer> {
  const beneficiaries: JsonValue[] = [];
  for (const { correlationId } of found) {
    for (const receipt of (await receipts?.of(correlationId)) ?? []) {
      if (receipt.senderId !== sender.sender.senderId) continue;
      beneficiaries.push({
        reference_id: receipt.referenceId,
        timestamp: formatTimestamp(receipt.receivedAt),
        status: receipt.status,
        status_reason_code: receipt.reasonCode,
      });
    }
  }
  const transactionId = found[0]?.transactionId ?? '';
  return { response: { transaction_id: transactionId, receipt_information: { beneficiaries } } };
}

/** @returns the state of several transactions as one */
function stateOf(found: readonly Transaction[]): RequestStatus {
  const states = new Set(found.map(({ state }) => state));
  if (states.size === 1 && states.has('rcvd')) return 'rcvd';
  if (states.has('rcvd') || states.has('pdng')) return 'pdng';
  return states.has('succ') ? 'succ' : 'rjct';
}

function sum(found: readonly Transaction[], of: (transaction: Transaction) => number): number {
  return found.reduce((total, transaction) => total + of(transaction), 0);
}
