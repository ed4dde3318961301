import {
  ackSchema,
  type DciError,
  type Dialect,
  isJsonObject,
  type JsonValue,
  parseMessage,
  type ReadRefusal,
  type ReceivedAck,
  readJson,
} from 'dci-core';
import { refused } from './failure.ts';
import type { HttpAnswer } from './http.ts';

/**
 * Makes the error for an answer with an error status, with what its body says where that can be read
 * (OpenAPI v1.0.0, `Response` and `HttpErrorResponse`; protocol.md section 4).
 *
 * @param answer - the HTTP answer
 * @param dialect - reads what its family says in a form of its own
 * @returns the error, with the cause `refused`
 */
export function readRefusal(answer: HttpAnswer, dialect: Dialect): DciError {
  const { status, retryAfter } = answer;
  let body: JsonValue = null;
  try {
    body = readJson(answer.body).value;
  } catch {
    // A gateway in between can answer with anything; the status stands.
  }
  const read = readByDialect(body, dialect);
  return refused({ status, ...asSent(body, read) }, { retryAfter, readCode: read?.code });
}

/**
 * Reads a body without envelope: some peers refuse with status 200.
 *
 * @param value - the body
 * @param answer - the HTTP answer
 * @param dialect - as {@link readRefusal}
 * @returns the error when the body is a refusal, else `undefined`
 */
export function readAckRefusal(
  value: JsonValue,
  { status, retryAfter }: Pick<HttpAnswer, 'status' | 'retryAfter'>,
  dialect: Dialect,
): DciError | undefined {
  const read = readByDialect(value, dialect);
  return read === undefined
    ? undefined
    : refused({ status, ...asSent(value, read) }, { retryAfter, readCode: read.code });
}

function readByDialect(body: JsonValue, dialect: Dialect): ReadRefusal | undefined {
  try {
    return dialect.readRefusal(body);
  } catch {
    return undefined;
  }
}

/** The code as sent says more than the one that it was read as. */
function asSent(
  body: JsonValue,
  read: ReadRefusal | undefined,
): { readonly peerCode?: string; readonly peerMessage?: string } {
  const { code = read?.code, message = read?.message } = errorOf(body) ?? {};
  return { ...(code !== undefined && { peerCode: code }), ...(message !== undefined && { peerMessage: message }) };
}

function errorOf(
  body: JsonValue,
): { readonly code?: string | undefined; readonly message?: string | undefined } | undefined {
  // The early seed refuses with an envelope, whatever the status.
  const { header } = isJsonObject(body) ? body : {};
  if (isJsonObject(header))
    return { code: textOf(header.status_reason_code), message: textOf(header.status_reason_message) };
  let ack: ReceivedAck;
  try {
    ack = parseMessage(ackSchema, body, 'reply');
  } catch {
    return undefined;
  }
  const errors = [ack.errors?.[0], ack.message?.error, ack.error];
  return (
    errors.find((each) => each?.code !== undefined) ?? errors.find((each) => each?.message !== undefined) ?? undefined
  );
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
