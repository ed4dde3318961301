import { isJsonObject, type JsonValue, readJson } from 'dci-core';
import type { EgressReply } from 'dci-host';
import type { DeliverySettings } from './delivery-settings.ts';
import { readRetryAfter } from './retry-delay.ts';

/** What the reply to a delivery means. */
export type Verdict =
  | { readonly kind: 'delivered' }
  /** The receiver got it and does not want it: it would refuse it again. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The receiver wants nothing any more. */
  | { readonly kind: 'gone'; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** Milliseconds that the receiver asks us to wait. */
      readonly retryAfterMs?: number;
    };

/**
 * Judges a reply (protocol.md section 6). A 2xx is a success unless its body is an acknowledgement that says otherwise:
 * `NACK` means that the receiver does not want this message, now or later; `ERR` that it could not take it.
 *
 * @param reply - the reply; a redirect is never followed
 * @param now - Unix milliseconds
 * @param settings - the longest wait that is honoured
 * @returns what it means
 */
export function judgeReply(
  reply: EgressReply,
  now: number,
  settings: Pick<DeliverySettings, 'longestRetryAfterMs'>,
): Verdict {
  const { status } = reply;
  if (status >= 200 && status < 300) {
    const ack = ackStatusOf(reply.body);
    if (ack === 'NACK') return { kind: 'refused', reason: 'nack' };
    return ack === 'ERR' ? { kind: 'failed', reason: 'ack_err' } : { kind: 'delivered' };
  }
  const reason = `http_${status}`;
  if (status === 410) return { kind: 'gone', reason };
  if (status !== 429 && status !== 503) return { kind: 'failed', reason };
  const retryAfterMs = readRetryAfter(reply.headers['retry-after'], now, settings.longestRetryAfterMs);
  return { kind: 'failed', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Peers answer with all kinds of bodies; whatever is not an acknowledgement says nothing. */
function ackStatusOf(body: Uint8Array): string | undefined {
  let value: JsonValue;
  try {
    ({ value } = readJson(body));
  } catch {
    return undefined;
  }
  const message = isJsonObject(value) ? value.message : undefined;
  const status = isJsonObject(message) ? message.ack_status : undefined;
  return typeof status === 'string' ? status.toUpperCase() : undefined;
}
