import {
  DciError,
  formatTimestamp,
  type JsonObject,
  type JsonValue,
  parseTimestamp,
  subscribeResponseSchema,
} from 'dci-core';
import { joinHeld, subscribeChanges } from '../callbacks/held-subscriptions.ts';
import type { NewTransaction } from '../callbacks/transactions.ts';
import type { DciClient, SubscribeReply, SubscriptionCriteria } from '../dci-client.ts';
import type { ExchangeContext } from '../exchange/context.ts';
import type { Reply } from '../exchange/read-reply.ts';
import { callbacksOf, type StartedTransaction, senderUriOf, startTransaction } from '../exchange/start-transaction.ts';
import { readPart } from '../exchange/verify-message.ts';
import { PROTOCOL_VERSION, type RequestContent, requireCall } from '../exchange/write-request.ts';
import { readSubscribeAnswer, subscribeReply } from './async-answers.ts';
import { createHandle } from './async-handle.ts';
import { onlyRecordType } from './search-content.ts';
import { type SubscriptionItem, storedItems, subscriptionItems } from './subscription-items.ts';

/** An operator of the registry may have to approve. */
const EXPIRY_SECONDS = 30 * 86_400;
/** The standard wants an end of digests. */
const DIGESTS_MS = 365 * 86_400_000;

/**
 * @param context - the registry, and what the client works with
 * @returns the call that subscribes
 */
export function subscribeCall(context: ExchangeContext): DciClient['subscribe'] {
  const { source, clock } = context;
  return async (criteria, options = {}) => {
    const { handler, receipts = source.receipts ?? false, signal } = options;
    const list = isList(criteria) ? criteria : [criteria];
    if (list.length === 0) throw new DciError('err.request.bad', 'There is nothing to subscribe to.');
    requireCall('subscribe', context);
    const { transactions } = callbacksOf(context);
    const items = subscriptionItems(list, source.registry);
    const content = subscribeContent(items, context, senderUriOf('subscribe', context));
    const { referenceIds } = content;
    const request = storedItems(items);
    const started = await startTransaction(
      {
        action: 'subscribe',
        content,
        stored: {
          ...{ referenceIds, request },
          ...(handler !== undefined && { handler }),
          receipts,
        },
        expiresInSeconds: EXPIRY_SECONDS,
        isAnswer,
        changes: (transaction, { message }) =>
          subscribeChanges(
            transaction,
            readPart(subscribeResponseSchema, message, 'message'),
            source.registry,
            clock.now(),
          ),
        mayLackTransaction: true,
      },
      context,
      signal === undefined ? {} : { signal },
    );
    const told = await holdAcknowledged(started, { referenceIds, request }, context);
    const { transactionId, correlationId } = started;
    return createHandle({
      ...{ transactionId, correlationId, transactions, clock },
      // What an acknowledgement told is all that some registries ever say.
      read: (transaction) => readSubscribeAnswer(transaction) ?? told,
    });
  };
}

/** OpenSPP can tell the code in its acknowledgement. Nobody has signed that; a notification of the code is verified itself. */
async function holdAcknowledged(
  { transactionId, ackMessage }: StartedTransaction,
  { referenceIds, request }: Pick<NewTransaction, 'referenceIds' | 'request'>,
  context: ExchangeContext,
): Promise<SubscribeReply | undefined> {
  const { source, clock, peer } = context;
  if (ackMessage.subscribe_response === undefined && ackMessage.subscription_code === undefined) return undefined;
  const { subscriptions, transactions } = callbacksOf(context);
  const senderId = await peer.id(new AbortController().signal);
  const evidence = { verified: false, senderId, transactionId, header: {}, message: ackMessage };
  const { status: ackStatus, ...message } = ackMessage;
  const status = ackStatus === 'pdng' || ackStatus === 'rcvd' ? ackStatus : undefined;
  const reply = subscribeReply(referenceIds, request, [{ message, evidence, status }]);
  const transaction = await transactions.find(transactionId);
  if (transaction === undefined) return reply;
  const response = readPart(subscribeResponseSchema, message, 'message');
  const items = response.subscribe_response.map((item) => ({ ...item, status: item.status ?? status }));
  const { hold } = subscribeChanges(
    transaction,
    { ...response, subscribe_response: items },
    source.registry,
    clock.now(),
  );
  for (const told of hold) {
    const known = await subscriptions.find(told.source, told.code);
    await subscriptions.save(joinHeld(known, told));
  }
  return reply;
}

function subscribeContent(
  items: readonly SubscriptionItem[],
  { source, clock, random }: ExchangeContext,
  senderUri: string,
): RequestContent {
  const timestamp = formatTimestamp(clock.now());
  const transactionId = random.uuid();
  const referenceIds = items.map(() => random.uuid());
  const { locale } = source.dialect;
  const message: JsonObject = {
    transaction_id: transactionId,
    subscribe_request: items.map(({ criteria }, index) => ({
      reference_id: referenceIds[index],
      timestamp,
      subscribe_criteria: writeCriteria(criteria, source, clock.now()),
      ...(locale !== undefined && { locale }),
    })),
  };
  return {
    ...{ call: 'subscribe', action: 'subscribe', transactionId, referenceIds, senderUri },
    message: source.dialect.writeMessage(message, { call: 'subscribe', registry: source.registry }),
    itemCount: items.length,
  };
}

function writeCriteria(
  criteria: SubscriptionItem['criteria'],
  { registry }: ExchangeContext['source'],
  now: number,
): JsonObject {
  const { recordType = onlyRecordType(registry), filter, frequency, expires, consent, authorize } = criteria;
  if (expires !== undefined && parseTimestamp(expires) === undefined) {
    throw new DciError('err.request.bad', 'expires must be an RFC 3339 timestamp with a zone', { path: 'expires' });
  }
  return {
    version: PROTOCOL_VERSION,
    reg_type: registry.code,
    reg_event_type: criteria.eventTypes,
    ...(frequency !== undefined && {
      frequency: {
        start_time: frequency.start_time ?? formatTimestamp(now),
        end_time: frequency.end_time ?? expires ?? formatTimestamp(now + DIGESTS_MS),
        frequency: frequency.frequency,
      },
    }),
    ...(filter !== undefined && { filter_type: criteria.filterType ?? filterTypeOf(filter), filter }),
    ...(recordType !== undefined && { notify_record_type: recordType }),
    ...(expires !== undefined && { expires }),
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
  };
}

/** CEL and lists of conditions are predicates; a type and a value are an identifier. */
function filterTypeOf(filter: JsonValue): 'idtype-value' | 'expression' | 'predicate' {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) return 'predicate';
  const { type, value } = filter as JsonObject;
  return typeof type === 'string' && value !== undefined && !type.includes('QueryType') ? 'idtype-value' : 'expression';
}

function isAnswer({ header, message }: Reply): boolean {
  if (header.status === 'rcvd') return false;
  return readPart(subscribeResponseSchema, message, 'message').subscribe_response.length > 0;
}

function isList(
  criteria: SubscriptionCriteria | readonly SubscriptionCriteria[],
): criteria is readonly SubscriptionCriteria[] {
  return Array.isArray(criteria);
}
