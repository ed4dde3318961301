import type { MessageSchema, RequestAction, RequestHeader } from 'dci-core';
import type { QuotaLimiter } from '../quota/quota-limiter.ts';
import type { ReplayStore } from '../stores/ports.ts';
import { claimMessage } from './claim.ts';
import { type DecryptionOptions, openMessage } from './encryption.ts';
import { readMessage } from './message.ts';
import type { Principal, ReceivedRequest } from './received-envelope.ts';
import { type VerifyOptions, verifyRequest } from './verify.ts';

/** What the checks need. */
export interface ReceiveOptions extends VerifyOptions, DecryptionOptions {
  readonly quotas: Pick<QuotaLimiter, 'take' | 'debit'>;
  readonly replays: Pick<ReplayStore, 'claim'>;
}

/** What a path takes. */
export interface Expectation<T> {
  readonly action: RequestAction;
  readonly schema: MessageSchema<T>;
}

/** A message that passed every check. */
export interface ReceivedMessage<T> {
  readonly principal: Principal;
  readonly header: RequestHeader;
  readonly message: T;
  /** It came encrypted, so its reply is encrypted too. */
  readonly isEncrypted: boolean;
}

/**
 * Steps 2 to 10 of protocol.md section 4 for a message that is answered at once, in their order.
 *
 * @param request - the request, within its limits
 * @param expectation - what the path takes
 * @param options - stores, switches, crypto and time
 * @returns the message and on whose behalf it is processed
 * @throws DciError the refusal of the first step that fails
 */
export async function receive<T>(
  request: ReceivedRequest,
  expectation: Expectation<T>,
  options: ReceiveOptions,
): Promise<ReceivedMessage<T>> {
  const verified = await verifyRequest(request, expectation.action, options);
  const { principal, envelope } = verified;
  const { header } = envelope;
  await claimMessage(header.sender_id, header.message_id, options.replays, options.clock);
  const { message, isEncrypted } = await openMessage(verified, options);
  return { principal, header, message: readMessage(expectation.schema, message), isEncrypted };
}
