import type { Clock, CryptoProvider, MessageSchema, RequestAction, RequestHeader } from 'dci-core';
import type { Quota } from '../access/policy.ts';
import type { QuotaLimiter } from '../quota/quota-limiter.ts';
import { weighMessage } from '../quota/weigh-message.ts';
import type { SenderDirectory } from '../senders/directory.ts';
import type { ReplayStore } from '../stores/ports.ts';
import { checkAddressed } from './addressed.ts';
import { checkBearer } from './bearer.ts';
import { claimMessage } from './claim.ts';
import { checkEncryption } from './encryption.ts';
import { readMessage } from './message.ts';
import { readEnvelope } from './read.ts';
import type { Principal, ReceivedRequest } from './received-envelope.ts';
import { identifySender } from './sender.ts';
import { checkSignature } from './signature.ts';

/** What the checks need. */
export interface ReceiveOptions {
  readonly directory: SenderDirectory;
  readonly replays: Pick<ReplayStore, 'claim'>;
  readonly quotas: Pick<QuotaLimiter, 'take'>;
  readonly defaultQuota: Quota;
  /** SHA-256 of the host-wide bearer tokens. */
  readonly hostTokens: readonly Uint8Array[];
  readonly bypassBearer: boolean;
  readonly allowUnsigned: boolean;
  readonly receiverId: string;
  readonly requireReceiverId: boolean;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
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
}

/**
 * Steps 2 to 10 of protocol.md section 4, in their order; step 1 is the host's. No step looks at what a later one
 * decides, and nothing is stored before step 8.
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
  const grant = await checkBearer(request.authorization, {
    directory: options.directory,
    hostTokens: options.hostTokens,
    bypass: options.bypassBearer,
    crypto: options.crypto,
  });
  const envelope = readEnvelope(request.body);
  const { header } = envelope;
  const sender = await identifySender(header.sender_id, grant, options.directory);
  const principal = await checkSignature(envelope, sender, options);
  checkAddressed(header, {
    receiverId: options.receiverId,
    requireReceiverId: options.requireReceiverId,
    action: expectation.action,
  });
  const quota = sender.sender.policy.quota ?? options.defaultQuota;
  await options.quotas.take(header.sender_id, weighMessage(envelope.message), quota);
  await claimMessage(header.sender_id, header.message_id, options.replays, options.clock);
  checkEncryption(header);
  return { principal, header, message: readMessage(expectation.schema, envelope.message) };
}
