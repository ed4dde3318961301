import { type Clock, type CryptoProvider, formatTimestamp, type Random, type SigningKey, signEnvelope } from 'dci-core';
import type { ReceivedMessage } from '../receive/receive.ts';
import { encryptFor } from './encrypt-reply.ts';
import type { Outcome } from './outcome.ts';
import { writeReplyHeader } from './write-header.ts';

export type { Outcome } from './outcome.ts';

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
 * signed with the host's active key in the first scheme that the sender is registered with. A request that came
 * encrypted is answered encrypted (section 11); the signature covers what is encrypted.
 *
 * @param received - the message that is answered: its header, who sent it, and whether it came encrypted
 * @param outcome - what the operation answers
 * @param options - key, crypto, time
 * @returns the JSON text of the envelope
 * @throws DciError `err.service.unavailable` when the host has no active key; `err.encryption.invalid` when the sender
 *   of an encrypted request has no key any more
 */
export async function respond(
  received: Pick<ReceivedMessage<unknown>, 'header' | 'principal' | 'isEncrypted'>,
  outcome: Outcome,
  options: RespondOptions,
): Promise<string> {
  const known = received.principal.sender;
  const { sender } = known;
  const { isEncrypted } = received;
  const header = writeReplyHeader(received.header, sender, outcome, {
    isEncrypted,
    messageId: options.random.uuid(),
    timestamp: formatTimestamp(options.clock.now()),
    senderId: options.senderId,
  });
  const [scheme] = sender.schemes;
  const { text } = await signEnvelope({
    header,
    message: isEncrypted ? await encryptFor(outcome.message, known, options.crypto) : outcome.message,
    key: await options.signingKey(),
    ...(scheme === undefined ? {} : { scheme }),
    crypto: options.crypto,
    clock: options.clock,
  });
  return text;
}
