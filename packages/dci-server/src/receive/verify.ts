import { type Clock, type CryptoProvider, DciError, type RequestAction } from 'dci-core';
import type { Quota } from '../access/policy.ts';
import type { Refusal } from '../access/refusal-audit.ts';
import type { AccessTokens } from '../oauth/access-token.ts';
import type { QuotaLimiter } from '../quota/quota-limiter.ts';
import { weighMessage } from '../quota/weigh-message.ts';
import type { SenderDirectory } from '../senders/directory.ts';
import { checkAddressed } from './addressed.ts';
import { checkBearer, checkScope } from './bearer.ts';
import { readEnvelope } from './read.ts';
import type { Principal, ReceivedEnvelope, ReceivedRequest } from './received-envelope.ts';
import { identifySender } from './sender.ts';
import { checkSignature } from './signature.ts';

/** What the checks of steps 2 to 7 need. */
export interface VerifyOptions {
  readonly directory: SenderDirectory;
  readonly quotas: Pick<QuotaLimiter, 'take'>;
  readonly defaultQuota: Quota;
  /** SHA-256 of the host-wide bearer tokens. */
  readonly hostTokens: readonly Uint8Array[];
  /** Checks access tokens; absent: the host issues none. */
  readonly accessTokens?: Pick<AccessTokens, 'check'>;
  readonly bypassBearer: boolean;
  readonly allowUnsigned: boolean;
  readonly receiverId: string;
  readonly requireReceiverId: boolean;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  /** Is told of refusals of a verified sender. */
  readonly refused?: (refusal: Refusal) => void;
}

/** An envelope that is genuine, meant for us and within its sender's quota. */
export interface VerifiedEnvelope {
  readonly principal: Principal;
  readonly envelope: ReceivedEnvelope;
}

/**
 * Steps 2 to 7 of protocol.md section 4, in their order; step 1 is the host's. No step looks at what a later one decides,
 * and nothing is stored but the points of the quota.
 *
 * @param request - the request, within its limits
 * @param action - what the path stands for
 * @param options - stores, switches, crypto and time
 * @returns the envelope and on whose behalf it is processed
 * @throws DciError the refusal of the first step that fails
 */
export async function verifyRequest(
  request: ReceivedRequest,
  action: RequestAction,
  options: VerifyOptions,
): Promise<VerifiedEnvelope> {
  const grant = await checkBearer(request.authorization, {
    directory: options.directory,
    hostTokens: options.hostTokens,
    bypass: options.bypassBearer,
    crypto: options.crypto,
    ...(options.accessTokens && { accessTokens: options.accessTokens }),
  });
  checkScope(grant, { registry: request.registry, action: request.operation ?? action });
  const envelope = readEnvelope(request.body);
  const { header } = envelope;
  const sender = await identifySender(header.sender_id, grant, options.directory);
  const principal = await checkSignature(envelope, sender, options);
  checkAddressed(header, {
    receiverId: options.receiverId,
    requireReceiverId: options.requireReceiverId,
    action,
  });
  const quota = sender.sender.policy.quota ?? options.defaultQuota;
  try {
    await options.quotas.take(header.sender_id, weighMessage(envelope.message), quota);
  } catch (error) {
    const { sender_id: senderId, message_id: messageId } = header;
    if (error instanceof DciError) {
      options.refused?.({ senderId, registry: request.registry ?? '', action, messageId, reason: error.code });
    }
    throw error;
  }
  return { principal, envelope };
}
