import {
  formatTimestamp,
  parseMessage,
  type UnsubscribeReasonCode,
  type UnsubscribeResponse,
  unsubscribeRequestSchema,
} from 'dci-core';
import type { Outcome } from '../reply/respond.ts';
import type { SubscriptionStore } from '../stores/subscriptions.ts';
import type { OperationPart, OperationScope, TransactionOperation } from './transaction-operation.ts';

/** What ending subscriptions works with. */
export interface UnsubscribeOptions {
  readonly subscriptions: Pick<SubscriptionStore, 'find' | 'end'>;
}

/** What became of each code of a message. */
interface Ending {
  /** Ended by this message. */
  readonly ended: readonly string[];
  /** Had ended before. */
  readonly earlier: readonly string[];
  /** No subscriptions of this sender. */
  readonly unknown: number;
}

/**
 * Ends subscriptions (protocol.md section 9), answered by one `on-unsubscribe` callback. Those of the sender ended
 * already when the message was accepted, so that nothing follows its ACK (reliability.md WH6). A code that is unknown
 * and one of another sender are the same (AZ1).
 *
 * The standard has one status for all codes and a list of those that it is about: `succ` when the message ended any, with
 * the state of each subscription of this sender; a reason says that not all could be ended.
 *
 * A sender may always end its own subscriptions, whatever has become of its grants: that discloses nothing.
 *
 * @param options - the store
 * @returns the operation
 */
export function createUnsubscribe({ subscriptions }: UnsubscribeOptions): TransactionOperation {
  const answer = async (scope: OperationScope, codes: readonly string[]): Promise<Outcome & { ending: Ending }> => {
    const { transaction } = scope;
    const ending = await endingOf(codes, scope, subscriptions);
    const status = ending.ended.length > 0 ? 'succ' : 'rjct';
    const known = [...ending.ended, ...ending.earlier];
    const message: UnsubscribeResponse = {
      ...frameOf(scope),
      status,
      ...reasonOf(ending),
      ...(known.length === 0
        ? {}
        : { subscription_status: known.map((code) => ({ code, status: 'unsubscribe' as const })) }),
    };
    return {
      status,
      ...(status === 'rjct' ? { reasonMessage: 'the message ended no subscription' } : {}),
      totalCount: transaction.totalCount,
      completedCount: transaction.totalCount,
      message,
      ending,
    };
  };
  return {
    async *process(scope: OperationScope, done: number): AsyncIterable<OperationPart> {
      if (done > 0) return;
      const { transaction, now } = scope;
      const codes = codesOf(scope);
      // The commit of the request ended those that were there; a subscription may have come from work that was under way.
      await subscriptions.end(codes, { endedBy: transaction.correlationId, at: now, senderId: transaction.senderId });
      const { ending, ...outcome } = await answer(scope, codes);
      yield {
        outcome,
        source: {},
        completedCount: outcome.totalCount,
        rejectedCount: Math.min(outcome.totalCount, ending.earlier.length + ending.unknown),
        isLast: true,
      };
    },
    compose: async (scope): Promise<Outcome> => {
      const { ending: _ending, ...outcome } = await answer(scope, codesOf(scope));
      return outcome;
    },
  };
}

function frameOf({ transaction, now }: OperationScope) {
  const { transactionId, correlationId } = transaction;
  return { transaction_id: transactionId, correlation_id: correlationId, timestamp: formatTimestamp(now) };
}

function codesOf({ content }: OperationScope): readonly string[] {
  const { subscription_codes } = parseMessage(unsubscribeRequestSchema, content.message, 'message');
  return [...new Set(subscription_codes)];
}

async function endingOf(
  codes: readonly string[],
  { transaction }: OperationScope,
  subscriptions: UnsubscribeOptions['subscriptions'],
): Promise<Ending> {
  const ended: string[] = [];
  const earlier: string[] = [];
  let unknown = 0;
  for (const code of codes) {
    const subscription = await subscriptions.find(code);
    if (subscription === undefined || subscription.senderId !== transaction.senderId) unknown += 1;
    else if (subscription.endedBy === transaction.correlationId) ended.push(code);
    else earlier.push(code);
  }
  return { ended, earlier, unknown };
}

function reasonOf({
  earlier,
  unknown,
}: Ending): Pick<UnsubscribeResponse, 'status_reason_code' | 'status_reason_message'> {
  const reason = (code: UnsubscribeReasonCode, message: string) => ({
    status_reason_code: code,
    status_reason_message: message,
  });
  if (unknown > 0) {
    return reason('rjct.subscription_code.invalid', `${unknown} of the codes are no subscriptions of this sender`);
  }
  if (earlier.length > 0) {
    return reason('rjct.event.already_unsubscribed', `${earlier.length} of the subscriptions had ended before`);
  }
  return {};
}
