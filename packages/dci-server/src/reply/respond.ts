import {
  type Clock,
  type CryptoProvider,
  formatTimestamp,
  type HeaderReasonCode,
  type JsonObject,
  type Random,
  type RequestHeader,
  type RequestStatus,
  type SigningKey,
  signEnvelope,
} from 'dci-core';
import type { Sender } from '../senders/sender.ts';
import { writeReplyHeader } from './write-header.ts';

/** What an operation answers. */
export interface Outcome {
  readonly status: RequestStatus;
  readonly reasonCode?: HeaderReasonCode;
  readonly reasonMessage?: string;
  /** Items of the transaction. */
  readonly totalCount: number;
  /** Items that were processed, whether they succeeded or not. */
  readonly completedCount: number;
  readonly message: JsonObject;
}

/** What signing a reply needs. */
export interface RespondOptions {
  /** The host's own id, for a request that named no receiver. */
  readonly senderId: string;
  readonly signingKey: () => Promise<SigningKey>;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Makes the signed reply to a message (protocol.md section 1): sender and receiver swapped, a fresh message id,
 * signed with the host's active key in the first scheme that the sender is registered with.
 *
 * @param request - header of the message that is answered
 * @param sender - who sent it
 * @param outcome - what the operation answers
 * @param options - key, crypto, time
 * @returns the JSON text of the envelope
 * @throws DciError `err.service.unavailable` when the host has no active key
 */
export async function respond(
  request: RequestHeader,
  sender: Pick<Sender, 'dialect' | 'schemes'>,
  outcome: Outcome,
  options: RespondOptions,
): Promise<string> {
  const header = writeReplyHeader(request, sender, outcome, {
    messageId: options.random.uuid(),
    timestamp: formatTimestamp(options.clock.now()),
    senderId: options.senderId,
  });
  const [scheme] = sender.schemes;
  const { text } = await signEnvelope({
    header,
    message: outcome.message,
    key: await options.signingKey(),
    ...(scheme === undefined ? {} : { scheme }),
    crypto: options.crypto,
    clock: options.clock,
  });
  return text;
}
