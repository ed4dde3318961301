import { type JsonObject, type RequestHeader, replyHeader } from 'dci-core';
import { dialectOf } from '../senders/dialect-of.ts';
import type { Sender } from '../senders/sender.ts';
import type { Outcome } from './outcome.ts';

/** What names and dates a reply or callback. */
export interface ReplyFrame {
  readonly messageId: string;
  /** As `formatTimestamp` writes it. */
  readonly timestamp: string;
  /** The host's own id, for a request that named no receiver. */
  readonly senderId: string;
  readonly isEncrypted?: boolean;
}

/**
 * Writes the header of a reply or callback in the dialect of its receiver (protocol.md sections 1 and 10).
 *
 * @param request - header of the message that is answered
 * @param sender - who sent it
 * @param outcome - what the operation answers
 * @param frame - id and time of the reply
 * @returns the header
 */
export function writeReplyHeader(
  request: RequestHeader,
  sender: Pick<Sender, 'dialect'>,
  outcome: Omit<Outcome, 'message'>,
  frame: ReplyFrame,
): JsonObject {
  const header = replyHeader(request, {
    ...frame,
    status: outcome.status,
    totalCount: outcome.totalCount,
    completedCount: outcome.completedCount,
    ...(outcome.reasonCode === undefined ? {} : { reasonCode: outcome.reasonCode }),
    ...(outcome.reasonMessage === undefined ? {} : { reasonMessage: outcome.reasonMessage }),
  });
  return dialectOf(sender).writeHeader(header);
}
