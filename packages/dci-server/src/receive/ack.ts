import { ackReply, DciError, formatTimestamp, writeJson } from 'dci-core';
import type { Acceptance } from '../stores/transactions.ts';

/** An acknowledgement. */
export interface Ack {
  /** Its JSON text. */
  readonly body: string;
  readonly correlationId: string;
  /** Whether it is that of an earlier request of the same body. */
  readonly isRepeated: boolean;
}

/**
 * Writes what a request is told for which there will be no other reply: its ACK, or that which it got before
 * (protocol.md section 4 step 8, section 6).
 *
 * @param acceptance - what accepting came to
 * @param accepted - correlation id and time (Unix milliseconds) of a request that was accepted just now
 * @returns the ACK
 * @throws DciError `rjct.message_id.duplicate` for a message id that was used for another message
 */
export function writeAck(
  acceptance: Acceptance,
  accepted: { readonly correlationId: string; readonly acceptedAt: number },
): Ack {
  if (acceptance.kind === 'conflict') {
    throw new DciError('rjct.message_id.duplicate', 'this message id was used for another message');
  }
  const isRepeated = acceptance.kind === 'repeated';
  const { correlationId, acceptedAt } = isRepeated ? acceptance : accepted;
  const timestamp = formatTimestamp(acceptedAt);
  return { body: writeJson(ackReply('ACK', { timestamp, correlationId })), correlationId, isRepeated };
}
