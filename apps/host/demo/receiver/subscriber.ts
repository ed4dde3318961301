import {
  formatTimestamp,
  joinByReference,
  notifyRequestSchema,
  parseMessage,
  type ReceivedNotifyRequest,
  receiptResponseSchema,
  searchResponseSchema,
  subscribeResponseSchema,
  unsubscribeResponseSchema,
} from 'dci-core';
import { type AcknowledgedRequest, type Conversation, signatureData, signatureText } from './conversation.ts';
import type { Arrival } from './inbox.ts';
import type { HeldSubscription } from './leftovers.ts';
import type { DemoParty } from './party.ts';
import { type SubscriptionPlan, searchPredicate } from './plan.ts';
import { recordLine } from './record-line.ts';

/** What a subscriber says and hears. */
export interface SubscriberOptions {
  readonly conversation: Conversation;
  readonly party: DemoParty;
  readonly plan: SubscriptionPlan;
  /** Milliseconds after which the subscription ends by itself. */
  readonly lifeMs: number;
}

/** A subscription that holds. */
export interface Subscription extends HeldSubscription {
  readonly asked: AcknowledgedRequest;
}

const SHOWN_RECORDS = 3;
const version = '1.0.0';

/** Where and of what a plan is, in words. */
function subjectOf({ recordType, registryType, filter }: SubscriptionPlan): string {
  return `${recordType} in ${registryType.name}${filter === undefined ? '' : `, where ${filter}`}`;
}

/**
 * Searches asynchronously, for records of the kind that will be subscribed to.
 *
 * @param options - conversation and plan
 */
export async function searchAsynchronously({ conversation, party, plan }: SubscriberOptions): Promise<void> {
  const { registryType, recordType } = plan;
  const predicate = searchPredicate(plan);
  const criteria = {
    version,
    reg_type: registryType.code,
    reg_record_type: recordType,
    query_type: 'predicate',
    query: predicate,
    pagination: { page_size: SHOWN_RECORDS, page_number: 1 },
  };
  const item = {
    reference_id: party.random.uuid(),
    timestamp: formatTimestamp(party.clock.now()),
    search_criteria: criteria,
  };
  const asked = await conversation.ask(
    { action: 'search', message: { search_request: [item] } },
    subjectOf({ ...plan, filter: predicate }),
  );
  await conversation.callback('on-search', asked, (message) => {
    const { search_response: items } = parseMessage(searchResponseSchema, message, 'message');
    const [answer] = joinByReference(items);
    const records = answer?.data?.reg_records ?? [];
    const total = answer?.pagination?.total_count ?? records.length;
    return [`${records.length} of ${total.toLocaleString('en')} records`, ...records.map(recordLine)];
  });
}

/**
 * Subscribes.
 *
 * @param options - conversation and plan
 * @returns the subscription, once its callback has arrived
 */
export async function subscribe({ conversation, party, plan, lifeMs }: SubscriberOptions): Promise<Subscription> {
  const { registryType, recordType, event, filter } = plan;
  const now = party.clock.now();
  const item = {
    reference_id: party.random.uuid(),
    timestamp: formatTimestamp(now),
    subscribe_criteria: {
      version,
      reg_type: registryType.code,
      reg_event_type: event,
      ...(filter !== undefined && { filter_type: 'predicate', filter }),
      notify_record_type: recordType,
      expires: formatTimestamp(now + lifeMs),
    },
  };
  const asked = await conversation.ask(
    { action: 'subscribe', message: { subscribe_request: [item] } },
    `${event} of ${subjectOf(plan)}`,
  );
  let code = '';
  await conversation.callback('on-subscribe', asked, (message) => {
    const [answer] = parseMessage(subscribeResponseSchema, message, 'message').subscribe_response;
    const [info] = answer?.subscriptions ?? [];
    code = info?.code ?? '';
    return [`subscription ${code}${answer?.expires === undefined ? '' : `, until ${answer.expires}`}`];
  });
  return { asked, code, registry: registryType.name };
}

/**
 * Ends a subscription.
 *
 * @param options - conversation
 * @param subscription - which
 */
export async function unsubscribe(
  { conversation, party }: Pick<SubscriberOptions, 'conversation' | 'party'>,
  { code, registry }: HeldSubscription,
): Promise<void> {
  const message = { timestamp: formatTimestamp(party.clock.now()), subscription_codes: [code] };
  const asked = await conversation.ask({ action: 'unsubscribe', message, registry }, `subscription ${code}`);
  await conversation.callback('on-unsubscribe', asked, (answer) => {
    const { status, subscription_status: states } = parseMessage(unsubscribeResponseSchema, answer, 'message');
    return states.map((state) => `subscription ${state.code ?? ''}: ${status ?? ''}, ${state.status ?? ''}`);
  });
}

/**
 * Shows a notification and sends the receipt for it.
 *
 * @param options - conversation
 * @param arrival - the notification
 * @returns its events
 */
export async function takeNotification(
  { conversation }: Pick<SubscriberOptions, 'conversation'>,
  arrival: Arrival,
): Promise<ReceivedNotifyRequest['notify_event']> {
  const { report } = conversation;
  const { message, signer } = arrival;
  const { notify_event: events, subscription_code: code = '' } = parseMessage(notifyRequestSchema, message, 'message');
  report.step({
    step: 'notify',
    direction: 'received',
    label: 'notify',
    text: signatureText(signer),
    details: [
      `subscription ${code}`,
      ...events.flatMap(({ data }) =>
        data.reg_records.map((record) => `${data.reg_event_type ?? ''}: ${recordLine(record)}`),
      ),
    ],
    data: { ...signatureData(signer), subscription_code: code, message },
  });
  await sendReceipt(conversation, arrival, code, events);
  return events;
}

async function sendReceipt(
  conversation: Conversation,
  { message, transactionId }: Arrival,
  code: string,
  events: ReceivedNotifyRequest['notify_event'],
): Promise<void> {
  const { report } = conversation;
  const references = events.flatMap(({ reference_id: reference }) => (reference === undefined ? [] : [reference]));
  report.step({
    step: 'receipt.sent',
    direction: 'sent',
    label: 'receipt',
    text: `event ${references.join(', ')}`,
    data: { reference_ids: references },
  });
  const reply = await conversation.exchange({
    path: 'sync/receipt',
    action: 'receipt',
    count: references.length,
    message: {
      transaction_id: transactionId,
      ...(typeof message.subscription_code === 'string' && { subscription_code: code }),
      receipt_request: references.map((reference) => ({ reference_id: reference, status: 'succ' })),
    },
  });
  const { receipt_response: answers } = parseMessage(receiptResponseSchema, reply.message, 'message');
  const statuses = answers.map(({ status }) => status ?? '');
  report.step({
    step: 'receipt.answer',
    direction: 'received',
    label: reply.header.action ?? 'on-receipt',
    text: signatureText(reply.signer),
    details: [`receipts: ${statuses.join(', ')}`],
    data: { ...signatureData(reply.signer), statuses },
  });
}
