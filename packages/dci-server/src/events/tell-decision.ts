import { formatTimestamp, type RequestHeader } from 'dci-core';
import type { JobDefinition, JobOutcome, RunningJob } from 'dci-host';
import { accessFingerprint } from '../deliver/access-fingerprint.ts';
import { partMessageId } from '../operations/part-id.ts';
import { decisionOutcome } from '../operations/subscribe.ts';
import { writeReplyHeader } from '../reply/write-header.ts';
import type { OutgoingStore } from '../stores/outgoing.ts';
import type { Subscription, SubscriptionStore } from '../stores/subscriptions.ts';
import type { Transaction, TransactionStore } from '../stores/transactions.ts';
import { decisionQueue } from './event-jobs.ts';
import type { EventWork } from './match-events.ts';

/** What telling a decision works with. */
export interface DecisionWork extends Pick<EventWork, 'registries' | 'directory' | 'clock' | 'crypto' | 'senderId'> {
  readonly store: Pick<SubscriptionStore, 'find' | 'findByCorrelation'>;
  readonly outgoing: Pick<OutgoingStore, 'list' | 'add'>;
  readonly transactions: Pick<TransactionStore, 'find' | 'countCallbacks' | 'revise'>;
}

/** How long to wait for the first callback of the request, which has to come before. */
const pause = 5_000;

/**
 * The job that tells a subscriber what an operator decided on its subscription: one more `on-subscribe` callback of the
 * request, with the final state. What `txn/status` says of the request follows.
 *
 * @param work - stores and registries
 * @returns the definition of its queue
 */
export function decisionJobDefinition(work: DecisionWork): JobDefinition {
  return {
    queue: decisionQueue,
    run: async (job: RunningJob): Promise<JobOutcome | 'settled'> => {
      const { clock, crypto } = work;
      const subscription = await work.store.find(String(job.payload.code));
      const registry = work.registries.find(({ type }) => type.name === subscription?.registry);
      if (subscription === undefined || subscription.state === 'pending' || registry === undefined) {
        return { kind: 'done' };
      }
      const receiver = await work.directory.find(subscription.senderId);
      if (receiver === undefined) return { kind: 'done' };
      const { correlationId } = subscription;
      const transaction = await work.transactions.find(correlationId);
      const now = clock.now();
      if (transaction !== undefined && transaction.finishedAt === undefined) {
        return { kind: 'retry', dueAt: now + pause, reason: 'request_in_work' };
      }
      if (transaction !== undefined) {
        const made = await work.store.findByCorrelation(correlationId);
        await work.transactions.revise(correlationId, resultOf(made, transaction));
      }
      const earlier = await work.outgoing.list({ kind: 'callback', subject: correlationId, limit: 1_000 });
      if (earlier.some(({ source }) => source.decided === subscription.code)) return { kind: 'done' };
      const sequence = await work.transactions.countCallbacks(correlationId);
      const messageId = partMessageId(correlationId, sequence, crypto);
      const { message, ...outcome } = decisionOutcome(subscription, { registry, now });
      const timestamp = formatTimestamp(now);
      const request: RequestHeader = {
        message_id: subscription.transactionId,
        message_ts: timestamp,
        action: 'subscribe',
        sender_id: subscription.senderId,
        receiver_id: work.senderId,
      };
      const fingerprint = accessFingerprint(receiver, subscription.registry);
      const { senderUri } = subscription;
      await work.outgoing.add(
        [
          {
            messageId,
            kind: 'callback',
            receiverId: subscription.senderId,
            registry: subscription.registry,
            action: 'on-subscribe',
            subject: correlationId,
            sequence,
            ...(senderUri === undefined ? {} : { senderUri }),
            isEncrypted: subscription.isEncrypted,
            source: { decided: subscription.code },
            createdAt: now,
            ...(fingerprint === undefined ? {} : { accessFingerprint: fingerprint }),
            content: {
              header: writeReplyHeader(request, receiver.sender, outcome, {
                messageId,
                timestamp,
                senderId: work.senderId,
              }),
              message,
            },
          },
        ],
        { settle: { job, outcome: { kind: 'done' } } },
      );
      return 'settled';
    },
  };
}

/** As the first callback of a request says it: `succ` when anything succeeded, else `pdng` while anything waits. */
function resultOf(
  made: readonly Subscription[],
  { totalCount }: Transaction,
): Pick<Transaction, 'state' | 'rejectedCount'> {
  const kept = made.filter(({ state }) => state !== 'rejected');
  const hasSucceeded = kept.some(({ state }) => state !== 'pending');
  return {
    state: hasSucceeded ? 'succ' : kept.length > 0 ? 'pdng' : 'rjct',
    rejectedCount: totalCount - kept.length,
  };
}
