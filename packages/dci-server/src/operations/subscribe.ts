import {
  type CryptoProvider,
  DciError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ParsedItem,
  parseMessage,
  parseSubscribeRequestItems,
  type SubscribeRequestItem,
  type SubscribeResponseItem,
  subscribeRequestSchema,
} from 'dci-core';
import { digestJob } from '../events/event-jobs.ts';
import type { ServerLimits } from '../limits.ts';
import type { Outcome } from '../reply/respond.ts';
import type { AddedSubscription, NewSubscription, Subscription, SubscriptionStore } from '../stores/subscriptions.ts';
import { subscriptionCode } from '../subscriptions/ids.ts';
import { readSubscription, type WantedSubscription } from '../subscriptions/read-subscription.ts';
import type { SubscriptionSettings } from '../subscriptions/settings.ts';
import { isSubscribeReason, subscriptionAnswer, subscriptionRejection } from '../subscriptions/subscription-answer.ts';
import { faultOfMessage } from './message-fault.ts';
import type { OperationPart, OperationScope, TransactionOperation } from './transaction-operation.ts';

/** What subscribing works with. */
export interface SubscribeOptions {
  readonly subscriptions: SubscriptionStore;
  readonly limits: ServerLimits;
  readonly settings: SubscriptionSettings;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
}

/** Why an item made no subscription. */
interface Rejection {
  readonly code: string;
  readonly message: string;
}

type Item = ParsedItem<SubscribeRequestItem>;

const dayMilliseconds = 86_400_000;

/**
 * Makes subscriptions (protocol.md section 9), answered by one `on-subscribe` callback. Each item is answered for
 * itself: `succ` with its subscription, `pdng` where an operator has to approve, `rjct` with the standard's code. The
 * header says `succ` when any item succeeded, else `pdng` when any waits, else `rjct`.
 *
 * @param options - store, limits, crypto
 * @returns the operation. `compose` answers as the subscriptions are by then; a part whose `source` has `decided` is the
 *   callback of an operator's decision
 */
export function createSubscribe(options: SubscribeOptions): TransactionOperation {
  return {
    async *process(scope: OperationScope, done: number): AsyncIterable<OperationPart> {
      if (done > 0) return;
      const fault = faultOf(scope, options);
      if (fault !== undefined) {
        yield { outcome: fault, source: {}, completedCount: 0, rejectedCount: 0, isLast: true };
        return;
      }
      const items = itemsOf(scope);
      const rejections = await subscribeAll(items, scope, options);
      const answers = await answersOf(items, rejections, scope, options);
      yield {
        outcome: outcomeOf(scope, answers, items.length),
        source: { rejected: rejections.map((rejection) => (rejection === undefined ? null : { ...rejection })) },
        completedCount: items.length,
        rejectedCount: answers.filter(({ status }) => status === 'rjct').length,
        isLast: true,
        references: answers.flatMap(({ subscriptions = [] }) => subscriptions.map(({ code }) => code)),
      };
    },
    compose: async (scope, { source }): Promise<Outcome | undefined> => {
      const { decided, rejected } = source;
      if (typeof decided === 'string') {
        const subscription = await options.subscriptions.find(decided);
        return subscription === undefined ? undefined : decisionOutcome(subscription, scope);
      }
      if (!Array.isArray(rejected)) return faultOf(scope, options) ?? refused(scope);
      const items = itemsOf(scope);
      const rejections = (rejected as readonly JsonValue[]).map(readRejection);
      return outcomeOf(scope, await answersOf(items, rejections, scope, options), items.length);
    },
  };
}

/**
 * The callback that tells what an operator decided on a subscription.
 *
 * @param subscription - as it is now
 * @param scope - registry and time
 * @returns status and message
 */
export function decisionOutcome(
  subscription: Subscription,
  { registry, now }: Pick<OperationScope, 'registry' | 'now'>,
): Outcome {
  const answer = subscriptionAnswer(subscription, registry.type, now);
  return {
    status: answer.status,
    totalCount: 1,
    completedCount: 1,
    message: {
      transaction_id: subscription.transactionId,
      correlation_id: subscription.correlationId,
      subscribe_response: [answer],
    },
  };
}

function faultOf(scope: OperationScope, { limits }: SubscribeOptions): Outcome | undefined {
  const { transaction, content, sender, registry } = scope;
  const fault = faultOfMessage(content.header, {
    sender: sender.sender,
    limits,
    receivedAt: transaction.acceptedAt,
    isGranted: sender.access(registry.type).actions.has('subscribe'),
    count: transaction.totalCount,
    maxItems: limits.maxItems,
  });
  return fault === undefined
    ? undefined
    : { status: 'rjct', ...fault, ...counts(scope, 0), message: messageOf(scope, []) };
}

/** A message that was refused as a whole stays refused, whatever has been granted since. */
function refused(scope: OperationScope): Outcome {
  return {
    status: 'rjct',
    reasonCode: 'rjct.action.not_supported',
    reasonMessage: 'the message was refused',
    ...counts(scope, 0),
    message: messageOf(scope, []),
  };
}

function itemsOf({ content }: OperationScope): readonly Item[] {
  const message = parseMessage(subscribeRequestSchema, content.message, 'message');
  return parseSubscribeRequestItems(message, content.header.message_ts);
}

/** @returns why each item made no subscription; `undefined` for those that made one, now or in an earlier run */
async function subscribeAll(
  items: readonly Item[],
  scope: OperationScope,
  options: SubscribeOptions,
): Promise<readonly (Rejection | undefined)[]> {
  const rejections: (Rejection | undefined)[] = items.map(() => undefined);
  const wanted: { readonly index: number; readonly subscription: NewSubscription }[] = [];
  for (const [index, item] of items.entries()) {
    try {
      if (!item.valid) throw item.error;
      const code = codeOf(item, scope, options);
      // Made by an earlier run, under the policy that held then.
      if ((await options.subscriptions.find(code)) !== undefined) continue;
      wanted.push({ index, subscription: newSubscription(item.item, index, code, scope, options) });
    } catch (error) {
      if (!(error instanceof DciError) || !isSubscribeReason(error.code)) throw error;
      rejections[index] = { code: error.code, message: error.message };
    }
  }
  const added = await options.subscriptions.add(
    wanted.map(({ subscription }) => subscription),
    options.settings.maxSubscriptionsPerSender,
  );
  for (const [position, { index }] of wanted.entries()) rejections[index] = rejectionOf(added[position], options);
  return rejections;
}

function newSubscription(
  item: SubscribeRequestItem,
  index: number,
  code: string,
  scope: OperationScope,
  { limits, settings }: SubscribeOptions,
): NewSubscription {
  const { transaction, content, sender, registry, now } = scope;
  const { firstDigestAt, ...wanted }: WantedSubscription = readSubscription(item, criteriaOf(content.message, index), {
    registry,
    sender: sender.sender,
    access: sender.access(registry.type),
    limits,
    now,
    lifetimeMs: settings.subscriptionDays * dayMilliseconds,
  });
  const isManual = sender.sender.subscriptionApproval === 'manual';
  const isDigest = !isManual && firstDigestAt !== undefined;
  return {
    subscription: {
      ...wanted,
      code,
      senderId: transaction.senderId,
      registry: transaction.registry,
      state: isManual ? 'pending' : 'active',
      ...(content.header.sender_uri === undefined ? {} : { senderUri: content.header.sender_uri }),
      isEncrypted: transaction.isEncrypted,
      transactionId: transaction.transactionId,
      correlationId: transaction.correlationId,
      referenceId: item.reference_id,
      createdAt: now,
      ...(isManual ? {} : { activeAt: now }),
      ...(isDigest ? { nextDigestAt: firstDigestAt } : {}),
    },
    jobs: isDigest ? [digestJob(code, firstDigestAt)] : [],
  };
}

function rejectionOf(
  added: AddedSubscription | undefined,
  { settings }: Pick<SubscribeOptions, 'settings'>,
): Rejection | undefined {
  if (added === 'duplicate') {
    return { code: 'rjct.event.already_subscribed', message: 'this sender has the same subscription already' };
  }
  if (added === 'limit') {
    const most = settings.maxSubscriptionsPerSender;
    const message = `a sender may have at most ${most} subscriptions; end one that is no longer needed`;
    return { code: 'rjct.notify_details.invalid', message };
  }
  return undefined;
}

async function answersOf(
  items: readonly Item[],
  rejections: readonly (Rejection | undefined)[],
  scope: OperationScope,
  options: SubscribeOptions,
): Promise<readonly SubscribeResponseItem[]> {
  const { transaction, registry, now } = scope;
  const made = new Map(
    (await options.subscriptions.findByCorrelation(transaction.correlationId)).map((made) => [made.code, made]),
  );
  return items.map((item, index) => {
    const rejection = rejections[index];
    if (rejection !== undefined) return subscriptionRejection(item.referenceId, readReason(rejection), now);
    const subscription = made.get(codeOf(item, scope, options));
    if (subscription !== undefined) return subscriptionAnswer(subscription, registry.type, now);
    const gone = { code: 'rjct.notify_details.invalid', message: 'the subscription is over' } as const;
    return subscriptionRejection(item.referenceId, gone, now);
  });
}

function codeOf({ referenceId }: Item, { transaction }: OperationScope, { crypto }: SubscribeOptions): string {
  return subscriptionCode(transaction.correlationId, referenceId, crypto);
}

function outcomeOf(scope: OperationScope, answers: readonly SubscribeResponseItem[], count: number): Outcome {
  const has = (wanted: string): boolean => answers.some(({ status }) => status === wanted);
  const status = has('succ') ? 'succ' : has('pdng') ? 'pdng' : 'rjct';
  return {
    status,
    ...(status === 'rjct' ? { reasonMessage: 'no item of the message made a subscription' } : {}),
    ...counts(scope, count),
    message: messageOf(scope, answers),
  };
}

function counts(
  { transaction }: OperationScope,
  completedCount: number,
): Pick<Outcome, 'totalCount' | 'completedCount'> {
  return { totalCount: transaction.totalCount, completedCount };
}

function messageOf({ transaction }: OperationScope, answers: readonly SubscribeResponseItem[]): JsonObject {
  return {
    transaction_id: transaction.transactionId,
    correlation_id: transaction.correlationId,
    subscribe_response: answers,
  };
}

/** The criteria of an item as received: `fields` and `expires` are not among the standard's members. */
function criteriaOf(message: JsonObject, index: number): JsonObject {
  const { subscribe_request: list, subscribe_criteria: single } = message;
  const item = Array.isArray(list) ? (list as readonly JsonValue[])[index] : { subscribe_criteria: single };
  const criteria = isJsonObject(item) ? item.subscribe_criteria : undefined;
  return isJsonObject(criteria) ? criteria : {};
}

function readRejection(value: JsonValue): Rejection | undefined {
  if (!isJsonObject(value)) return undefined;
  const { code, message } = value;
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined;
}

function readReason({ code, message }: Rejection): Pick<DciError, 'code' | 'message'> {
  return { code: isSubscribeReason(code) ? code : 'rjct.notify_details.invalid', message };
}
