import { type HeaderReasonCode, parseTimestamp, type RequestHeader } from 'dci-core';
import type { RegistryAccess } from '../access/compile-policy.ts';
import type { ServerLimits } from '../limits.ts';
import type { Sender } from '../senders/sender.ts';

/** What is wrong with a message as a whole; said in the header of the reply (protocol.md section 4, from step 11 on). */
export interface MessageFault {
  readonly reasonCode: HeaderReasonCode;
  readonly reasonMessage: string;
}

/** What {@link faultOfMessage} judges a message by. */
export interface MessageRules {
  readonly sender: Pick<Sender, 'dialect'>;
  readonly limits: Pick<ServerLimits, 'maxMessageAgeSeconds' | 'maxMessageAheadSeconds'>;
  /** Unix milliseconds at which the message arrived. */
  readonly receivedAt: number;
  /** Whether the sender's policy grants the operation. */
  readonly isGranted: boolean;
  /** Items of the message. */
  readonly count: number;
  readonly maxItems: number;
}

/**
 * Finds what is wrong with a message as a whole. A synchronous and an asynchronous operation ask the same question; one
 * answers it in its reply, the other in its callback.
 *
 * @param header - the request header
 * @param rules - what the message may be
 * @returns the first fault; `undefined` when there is none
 */
export function faultOfMessage(
  header: Pick<RequestHeader, 'message_ts' | 'total_count'>,
  rules: MessageRules,
): MessageFault | undefined {
  const { limits, count, maxItems } = rules;
  const age = rules.receivedAt - (parseTimestamp(header.message_ts) ?? Number.NaN);
  if (!(age <= limits.maxMessageAgeSeconds * 1000 && age >= -limits.maxMessageAheadSeconds * 1000)) {
    return {
      reasonCode: 'rjct.message_ts.invalid',
      reasonMessage: 'message_ts is too far from the time of this server',
    };
  }
  if (!rules.isGranted) {
    return { reasonCode: 'rjct.action.not_supported', reasonMessage: 'this sender may not do that here' };
  }
  if (count > maxItems) {
    return {
      reasonCode: 'rjct.total_count.limit_exceeded',
      reasonMessage: `a message may hold at most ${maxItems} items`,
    };
  }
  if (!isCountOf(header, rules)) {
    return { reasonCode: 'rjct.total_count.invalid', reasonMessage: 'total_count is not the number of items' };
  }
  return undefined;
}

/**
 * Finds what is wrong with a message about what a sender has here already: whoever may do anything in a registry may ask
 * for the status of its own transactions and end its own subscriptions. Such a message is one request, whatever its
 * `total_count` says.
 *
 * @param header - the request header
 * @param rules - sender, its access to the registry, and when the message arrived
 * @returns the first fault; `undefined` when there is none
 */
export function faultOfOwnRequest(
  header: Pick<RequestHeader, 'message_ts'>,
  rules: Pick<MessageRules, 'sender' | 'limits' | 'receivedAt'> & { readonly access: Pick<RegistryAccess, 'actions'> },
): MessageFault | undefined {
  const { message_ts } = header;
  return faultOfMessage({ message_ts }, { ...rules, isGranted: rules.access.actions.size > 0, count: 1, maxItems: 1 });
}

/** OpenSPP's header model writes 0 where its user gave no count (dialects.md section 2). */
function isCountOf(header: Pick<RequestHeader, 'total_count'>, { sender, count }: MessageRules): boolean {
  const said = header.total_count;
  return said === undefined || said === count || (said === 0 && sender.dialect === 'openspp');
}
