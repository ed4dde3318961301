import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { ReadRefusal } from './dialect.ts';
import { readErrorCode } from './error-code.ts';

/**
 * Reads a refusal in every form that peers are known to send: the standard's acknowledgement (`{message: {ack_status,
 * error}}`), its `{errors: [{code, message}]}`, and OpenCRVS' `{error: {code, message}}`, whose code is a number
 * (OpenAPI v1.0.0, `Response` and `HttpErrorResponse`; protocol.md sections 4 and 10).
 *
 * @param body - the JSON of an answer that is no envelope
 * @returns code and text, the most precise first; `undefined` when it says nothing of a refusal
 */
export function readStandardRefusal(body: JsonValue): ReadRefusal | undefined {
  if (!isJsonObject(body)) return undefined;
  const message = isJsonObject(body.message) ? body.message : undefined;
  const errors = [...listOf(body.errors), message?.error, body.error].filter(isJsonObject);
  const error = errors.find(({ code }) => codeOf(code) !== undefined) ?? errors.find(({ message }) => isText(message));
  const ackStatus = message?.ack_status;
  const isRefused = typeof ackStatus === 'string' && ['ERR', 'NACK'].includes(ackStatus.toUpperCase());
  return error === undefined && !isRefused ? undefined : refusalOf(error ?? {});
}

/**
 * @param error - an object with `code` and `message`
 * @returns what it says, the code brought into those of protocol.md
 */
export function refusalOf({ code, message }: JsonObject): ReadRefusal {
  const text = codeOf(code);
  return {
    ...(text !== undefined && { code: readErrorCode(text) }),
    ...(isText(message) && { message }),
  };
}

function codeOf(code: JsonValue | undefined): string | undefined {
  return isText(code) ? code : typeof code === 'number' ? String(code) : undefined;
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
