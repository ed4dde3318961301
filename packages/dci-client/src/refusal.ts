import { ackSchema, type DciError, type JsonValue, parseMessage, type ReceivedAck, readJson } from 'dci-core';
import { refused } from './failure.ts';
import type { HttpAnswer } from './http.ts';

/**
 * Makes the error for an answer with an error status, with what its body says where that can be read
 * (OpenAPI v1.0.0, `Response` and `HttpErrorResponse`; protocol.md section 4).
 *
 * @param answer - the HTTP answer
 * @returns the error, with the cause `refused`
 */
export function readRefusal(answer: HttpAnswer): DciError {
  let ack: ReceivedAck | undefined;
  try {
    ack = parseMessage(ackSchema, readJson(answer.body).value, 'reply');
  } catch {
    // A gateway in between can answer with anything; the status stands.
  }
  return refused({ status: answer.status, ...reasonOf(ack) }, answer.retryAfter);
}

/**
 * Reads a body without envelope: some peers refuse with status 200.
 *
 * @param value - the body
 * @param status - HTTP status
 * @returns the error when the body is a refusal, else `undefined`
 */
export function readAckRefusal(value: JsonValue, status: number): DciError | undefined {
  let ack: ReceivedAck;
  try {
    ack = parseMessage(ackSchema, value, 'reply');
  } catch {
    return undefined;
  }
  const reason = reasonOf(ack);
  const ackStatus = ack.message?.ack_status;
  const isRefusal = ackStatus === 'ERR' || ackStatus === 'NACK' || reason.peerCode !== undefined;
  return isRefusal ? refused({ status, ...reason }) : undefined;
}

function reasonOf(ack: ReceivedAck | undefined): { peerCode?: string; peerMessage?: string } {
  const errors = [ack?.errors?.[0], ack?.message?.error, ack?.error];
  const error = errors.find((each) => each?.code !== undefined) ?? errors.find((each) => each?.message !== undefined);
  return {
    ...(error?.code !== undefined && { peerCode: error.code }),
    ...(error?.message !== undefined && { peerMessage: error.message }),
  };
}
