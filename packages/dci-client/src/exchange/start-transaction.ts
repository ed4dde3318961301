import { DciError, envelopeDigest, type JsonDocument, type JsonObject } from 'dci-core';
import { writeCallbackContent } from '../callbacks/callback-content.ts';
import type {
  AsyncAction,
  NewTransaction,
  StoredTransaction,
  SubscriptionChanges,
  VerifiedCallback,
} from '../callbacks/transactions.ts';
import type { CallbackOptions } from '../data-source.ts';
import { withinDeadline } from '../deadline.ts';
import { clientFailure, outcomeUnknown, protocolFault } from '../failure.ts';
import type { CallOptions } from '../search.ts';
import type { ExchangeContext } from './context.ts';
import { readAck } from './read-ack.ts';
import { openReply, type Reply, rejectedByHeader } from './read-reply.ts';
import { type Delivery, sendRequest } from './send-request.ts';
import { type RequestContent, requireCall, type WrittenRequest, writeRequest } from './write-request.ts';

/** A request that is answered by callback. */
export interface TransactionStart {
  readonly action: AsyncAction;
  readonly content: RequestContent;
  /** What the store keeps of it. */
  readonly stored: Pick<NewTransaction, 'request' | 'referenceIds' | 'handler' | 'receipts'>;
  readonly expiresInSeconds: number;
  /** @returns whether a message answers the request already; what does not is a mere acknowledgement */
  readonly isAnswer: (reply: Reply) => boolean;
  /** @returns what such an answer changes in the subscriptions that we hold */
  readonly changes?: (transaction: StoredTransaction, reply: Reply) => SubscriptionChanges;
  /** Whether the answer may lack our transaction id, as that of the early seed does. */
  readonly mayLackTransaction?: boolean;
}

/** A request that the registry has accepted. */
export interface StartedTransaction {
  readonly transactionId: string;
  readonly correlationId?: string;
  /** `message` of an acknowledgement that nobody has signed. */
  readonly ackMessage: JsonObject;
}

/** Where the answers to our requests arrive, below our own address (protocol.md section 5). */
const callbackPaths: Readonly<Record<AsyncAction, string>> = {
  search: 'on-search',
  subscribe: 'on-subscribe',
  unsubscribe: 'on-unsubscribe',
  'txn-status': 'txn/on-status',
};

/**
 * Tells where the registry is to call back. The address names the callback, because the standard has it called as it is; a
 * family that appends that name itself gets the address without it (protocol.md section 6).
 *
 * @param action - of the request
 * @param context - the data source
 * @returns `sender_uri`
 * @throws DciError `err.configuration.invalid` as {@link callbacksOf}
 */
export function senderUriOf(action: AsyncAction, context: Pick<ExchangeContext, 'source'>): string {
  const base = callbacksOf(context).base.replace(/\/+$/, '');
  return context.source.dialect.appendsCallbackPath === true ? base : `${base}/${callbackPaths[action]}`;
}

/**
 * Finds what requests need that are answered by callback.
 *
 * @param context - the data source
 * @returns address and stores
 * @throws DciError `err.configuration.invalid` when the data source has none
 */
export function callbacksOf({ source }: Pick<ExchangeContext, 'source'>): CallbackOptions {
  if (source.callbacks !== undefined) return source.callbacks;
  throw new DciError('err.configuration.invalid', 'callbacks is missing: there is no address to call back', {
    path: 'callbacks',
  });
}

/**
 * Sends a request that is answered by callback. It is stored before, because a callback can be faster than the
 * acknowledgement. One that certainly did not reach the registry, or was refused, is closed again; where that is not known,
 * it stays open for its callback, and the error tells its id (protocol.md section 6).
 *
 * @param start - the request
 * @param context - the registry, and what the client works with
 * @param options - the caller's signal
 * @returns the acknowledged request
 * @throws DciError with a `ClientFailure` as cause
 */
export async function startTransaction(
  start: TransactionStart,
  context: ExchangeContext,
  { signal: caller }: CallOptions = {},
): Promise<StartedTransaction> {
  const { source, clock } = context;
  const { transactions } = callbacksOf(context);
  const { content, action, stored, expiresInSeconds } = start;
  const { transactionId } = content;
  requireCall(content.call, context);
  const delivery: Delivery = { undecided: 0 };
  let isOpen = false;
  try {
    return await withinDeadline(source.timeoutSeconds, caller, async (signal) => {
      // Written once: whoever gets it twice can tell that it is the same.
      const request = await writeRequest(content, context, signal);
      const openedAt = clock.now();
      await transactions.open({
        ...stored,
        ...{ transactionId, source: source.code, action, messageId: request.messageId, openedAt },
        expiresAt: openedAt + expiresInSeconds * 1000,
      });
      isOpen = true;
      const repetition = source.dialect.repeatable ? 'identical' : 'never';
      const { answer } = await sendRequest(async () => request, context, { repetition, signal, delivery });
      try {
        const ack = readAck(answer, source);
        if (ack.kind === 'envelope') {
          return await takeEnvelope(ack.document, request, start, context, { status: answer.status, signal });
        }
        const { correlationId, message: ackMessage } = ack;
        await transactions.acknowledge(transactionId, correlationId);
        return { transactionId, ...(correlationId !== undefined && { correlationId }), ackMessage };
      } catch (error) {
        if (clientFailure(error)?.kind === 'refused') delivery.undecided = 0;
        throw error;
      }
    });
  } catch (error) {
    if (delivery.undecided > 0) throw outcomeUnknown(error, transactionId);
    // Where it cannot even be closed it expires; what the call failed of says more.
    if (isOpen) await transactions.refuse(transactionId).catch(() => undefined);
    throw error;
  }
}

/** An envelope in place of the ACK is verified as every reply; where it answers the request, it is stored as its callback. */
async function takeEnvelope(
  document: JsonDocument,
  request: WrittenRequest,
  start: TransactionStart,
  context: ExchangeContext,
  options: { readonly status: number; readonly signal: AbortSignal },
): Promise<StartedTransaction> {
  const { source, clock, crypto } = context;
  const { transactions } = callbacksOf(context);
  const { transactionId } = request;
  const reply = await openReply(document, request, context, options);
  const named = reply.message.transaction_id;
  if (named !== transactionId && !(named === undefined && start.mayLackTransaction === true)) {
    throw protocolFault('other_transaction', 'message.transaction_id');
  }
  const { correlationId } = reply.evidence;
  const started = { transactionId, ...(correlationId !== undefined && { correlationId }), ackMessage: {} };
  if (!start.isAnswer(reply)) {
    if (reply.header.status === 'rjct') throw rejectedByHeader(reply);
    await transactions.acknowledge(transactionId, correlationId);
    return started;
  }
  await transactions.acknowledge(transactionId, correlationId);
  const callback: VerifiedCallback = {
    messageId: reply.header.message_id ?? request.messageId,
    digest: envelopeDigest(document, crypto),
    receivedAt: clock.now(),
    status: reply.header.status ?? 'succ',
    final: true,
    ...(correlationId !== undefined && { correlationId }),
    content: writeCallbackContent({ message: reply.message, evidence: reply.evidence }),
  };
  const transaction = await transactions.find(transactionId);
  const changes = transaction && start.changes?.(transaction, reply);
  await transactions.receive(transactionId, source.code, start.action, callback, changes);
  return started;
}
