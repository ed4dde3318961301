import { Buffer } from 'node:buffer';
import { type Clock, type CryptoProvider, type SigningKey, signEnvelope } from 'dci-core';
import { dialectOf } from '../senders/dialect-of.ts';
import type { PeerCredential, Sender } from '../senders/sender.ts';
import type { OutgoingContent } from '../stores/outgoing.ts';

/** What signing an outgoing message needs. */
export interface SignOutgoingOptions {
  readonly signingKey: () => Promise<SigningKey>;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/**
 * Signs an outgoing message for its receiver (protocol.md sections 3, 6 and 10): with the key that is active now, in
 * the first scheme that the receiver is registered with, with the header that its dialect expects.
 *
 * @param content - header and message; the same content gives the same bytes but for the signature
 * @param receiver - its registration
 * @param options - key, crypto, time
 * @returns the JSON text of the envelope
 * @throws DciError `err.service.unavailable` when the host has no active key
 */
export async function signOutgoing(
  { header, message }: OutgoingContent,
  receiver: Pick<Sender, 'dialect' | 'schemes'>,
  { signingKey, crypto, clock }: SignOutgoingOptions,
): Promise<string> {
  const [scheme] = receiver.schemes;
  const { text } = await signEnvelope({
    header: dialectOf(receiver).writeHeader(header),
    message,
    key: await signingKey(),
    ...(scheme === undefined ? {} : { scheme }),
    crypto,
    clock,
  });
  return text;
}

/**
 * @param credential - what the receiver wants to see
 * @returns the value of `Authorization`
 */
export function authorizationOf(credential: PeerCredential): string {
  return credential.kind === 'bearer'
    ? `Bearer ${credential.token}`
    : `Basic ${Buffer.from(`${credential.user}:${credential.password}`).toString('base64')}`;
}
