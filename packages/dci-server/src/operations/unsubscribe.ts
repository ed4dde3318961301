import {
  formatTimestamp,
  parseMessage,
  type UnsubscribeReasonCode,
  type UnsubscribeResponse,
  unsubscribeRequestSchema,
} from 'dci-core';
import type { ServerLimits } from '../limits.ts';
import type { Outcome } from '../reply/respond.ts';
import type { SubscriptionStore } from '../stores/subscriptions.ts';
import { faultOfMessage, type MessageFault } from './message-fault.ts';
import type { OperationPart, OperationScope, TransactionOperation } from './transaction-operation.ts';

/** What ending subscriptions works with. */
export interface UnsubscribeOptions {
  readonly subscriptions: Pick<SubscriptionStore, 'find' | 'end'>;
  readonly limits: Pick<ServerLimits, 'maxMessageAgeSeconds' | 'maxMessageAheadSeconds'>;
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
 * @param options - store and limits
 * @returns the operation
 */
export function createUnsubscribe({ subscriptions, limits }: UnsubscribeOptions): TransactionOperation {
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
      const fault = faultOf(scope, limits);
      if (fault !== undefined) {
        const outcome = refusal(scope, fault);
        yield { outcome, source: { refused: 1 }, completedCount: 0, rejectedCount: 0, isLast: true };
        return;
      }
      const { transaction, now } = scope;
      const codes = codesOf(scope);
      // Those that the commit of the request did not end already: it ends none that is added by a request before it.
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
    compose: async (scope, { source }): Promise<Outcome> => {
      // A message that was refused as a whole stays refused, whatever has been granted since.
      if (source.refused !== undefined) return refusal(scope, faultOf(scope, limits) ?? refused);
      const { ending: _ending, ...outcome } = await answer(scope, codesOf(scope));
      return outcome;
    },
  };
}

const refused: MessageFault = {
  reasonCode: 'rjct.action.not_supported',
  reasonMessage: 'the message was refused',
};

/** The same as is asked before the commit of the request ends subscriptions. */
function faultOf(
  { transaction, content, sender, registry }: OperationScope,
  limits: UnsubscribeOptions['limits'],
): MessageFault | undefined {
  return faultOfMessage(
    { message_ts: content.header.message_ts },
    {
      sender: sender.sender,
      limits,
      receivedAt: transaction.acceptedAt,
      isGranted: sender.access(registry.type).actions.size > 0,
      count: 1,
      maxItems: 1,
    },
  );
}

function refusal(scope: OperationScope, fault: MessageFault): Outcome {
  const message: UnsubscribeResponse = { ...frameOf(scope), status: 'rjct' };
  return { status: 'rjct', ...fault, totalCount: scope.transaction.totalCount, completedCount: 0, message };
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
