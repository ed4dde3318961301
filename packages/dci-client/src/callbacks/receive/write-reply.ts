import {
  ackReply,
  type Clock,
  type CryptoProvider,
  DciError,
  errorReply,
  formatTimestamp,
  type Random,
  writeJson,
} from 'dci-core';
import { hashedId } from '../hashed-id.ts';
import type { CheckedCallback, TakenCallback } from './checked-callback.ts';
import type { CallbackReply } from './delivery.ts';

const jsonHeaders = { 'content-type': 'application/json' } as const;

/**
 * Writes the answer to a callback that passed every check (OpenAPI v1.0.0, `Response`; protocol.md section 6): 202 with an
 * ACK for what is stored, 200 with a NACK for what nobody waits for. The correlation id follows from the message, so that
 * a resend gets the same ACK again.
 *
 * @param taken - what became of the callback
 * @param callback - the callback
 * @param crypto - for the id
 * @returns the answer
 */
export function writeTaken(
  { ack, source, receivedAt, isRepeated, transactionId }: TakenCallback,
  { messageId, digest }: CheckedCallback,
  crypto: Pick<CryptoProvider, 'sha256'>,
): CallbackReply {
  const { code, registry } = source.source;
  const correlationId = hashedId([ack, code, messageId, digest], crypto);
  return {
    status: ack === 'ACK' ? 202 : 200,
    headers: jsonHeaders,
    body: writeJson(ackReply(ack, { timestamp: formatTimestamp(receivedAt), correlationId })),
    logFields: {
      registry: registry.name,
      correlation_id: correlationId,
      ...(transactionId !== undefined && { transaction_id: transactionId }),
      state: ack === 'NACK' ? 'unwanted' : isRepeated ? 'repeated' : 'stored',
    },
  };
}

/**
 * Writes a refusal: one body that satisfies both shapes of the standard (protocol.md section 4).
 *
 * @param error - what went wrong
 * @param ports - time, and an id under which the refusal is logged
 * @returns the answer
 */
export function writeRefusal(
  error: DciError,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): CallbackReply {
  const { status, code, retryAfter } = error;
  const correlationId = random.uuid();
  return {
    status,
    headers: {
      ...jsonHeaders,
      ...(retryAfter !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }),
      ...(status === 401 && code.startsWith('err.auth.') && { 'www-authenticate': challenge(code) }),
    },
    body: writeJson(errorReply(error, { timestamp: formatTimestamp(clock.now()), correlationId })),
    logFields: { correlation_id: correlationId, code },
  };
}

/** @returns the refusal while the state cannot be written */
export function tryLater(): DciError {
  return new DciError('err.service.unavailable', 'try again later', { retryAfter: 30 });
}

/** RFC 6750 section 3: without an error code when the request carried no token at all. */
function challenge(code: string): string {
  if (code === 'err.auth.missing_header') return 'Bearer realm="dci"';
  return `Bearer realm="dci", error="${code === 'err.auth.invalid_format' ? 'invalid_request' : 'invalid_token'}"`;
}
