import type { Clock } from 'dci-core';
import { type Egress, type EgressReply, egressFaultOf } from 'dci-host';
import type { Sender } from '../senders/sender.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import { judgeReply, type Verdict } from './judge-reply.ts';
import { authorizationOf } from './sign-outgoing.ts';

/** How a call ended. */
export type CallResult =
  | (Verdict & {
      /** HTTP status; absent when there was no reply. */
      readonly status?: number;
    })
  /** Given up by us; whether the receiver got it is not known. */
  | { readonly kind: 'interrupted' }
  /** Nothing was sent, and nothing will ever be sent there. */
  | { readonly kind: 'forbidden'; readonly reason: string };

/** What a call works with. */
export interface CallOptions {
  readonly egress: Egress;
  readonly clock: Clock;
  readonly settings: Pick<DeliverySettings, 'longestRetryAfterMs'>;
}

/**
 * Sends a signed message to its receiver.
 *
 * @param url - where to
 * @param receiver - the registration, for its credential
 * @param body - the signed envelope
 * @param signal - ends the call
 * @param options - egress, time
 * @returns how it ended
 */
export async function callReceiver(
  url: string,
  { callbackCredential }: Pick<Sender, 'callbackCredential'>,
  body: string,
  signal: AbortSignal,
  { egress, clock, settings }: CallOptions,
): Promise<CallResult> {
  const headers = {
    'content-type': 'application/json',
    ...(callbackCredential === undefined ? {} : { authorization: authorizationOf(callbackCredential) }),
  };
  let reply: EgressReply;
  try {
    reply = await egress.send({ url, method: 'POST', headers, body, signal });
  } catch (error) {
    const reason = egressFaultOf(error);
    if (reason === undefined) throw error;
    if (reason === 'aborted' || signal.aborted) return { kind: 'interrupted' };
    return isForbidden(reason) ? { kind: 'forbidden', reason } : { kind: 'failed', reason };
  }
  return { ...judgeReply(reply, clock.now(), settings), status: reply.status };
}

/**
 * Judges a URL before anything is prepared for it.
 *
 * @param url - where a message is to go
 * @param egress - the way out
 * @returns why nothing will ever be sent there; `undefined` when that cannot be told from its text
 */
export function urlFaultOf(url: string, egress: Pick<Egress, 'checkUrl'>): string | undefined {
  try {
    egress.checkUrl(url);
    return undefined;
  } catch (error) {
    const fault = egressFaultOf(error);
    if (fault === undefined) throw error;
    return fault;
  }
}

function isForbidden(fault: string): boolean {
  return fault === 'url_forbidden' || fault === 'address_forbidden';
}
