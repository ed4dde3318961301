import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { ReadRefusal } from './dialect.ts';
import { readErrorCode } from './error-code.ts';
import { textOf } from './header.ts';

/**
 * Reads a refusal in every form that peers are known to send, whatever their family, because gateways in front of them have
 * forms of their own (OpenAPI v1.0.0, `Response` and `HttpErrorResponse`; protocol.md sections 4 and 10):
 *
 * - the standard's acknowledgement, `{message: {ack_status: "ERR", error: {code, message}}}`;
 * - the standard's `{errors: [{code, message}]}`;
 * - OpenCRVS' `{error: {code: 400, message}}`, and its framework's `{statusCode, error, message}`;
 * - `{detail}` of the framework of OpenG2P and OpenSPP: a text, a refusal, or the faults of a schema;
 * - `{error, error_description}` of an OAuth2 gateway.
 *
 * @param body - the JSON of an answer that is no envelope
 * @returns code and text, those of the most precise place that has a code; `undefined` when it says nothing of a refusal
 */
export function readRefusal(body: JsonValue): ReadRefusal | undefined {
  return readBody(body, true);
}

function readBody(body: JsonValue, mayNest: boolean): ReadRefusal | undefined {
  if (!isJsonObject(body)) return undefined;
  const { message, errors, error, detail } = body;
  const ack = isJsonObject(message) ? message : undefined;
  const said = [...listOf(errors), ack?.error, error].filter(isJsonObject).map(refusalOf);
  const inDetail = mayNest ? readDetail(detail) : undefined;
  const found = [...said, inDetail, readStatus(body)].filter((each) => each !== undefined);
  const best =
    found.find(({ code }) => code !== undefined) ?? found.find((each) => each.message !== undefined) ?? found[0];
  const ackStatus = textOf(ack?.ack_status)?.toUpperCase();
  return best ?? (ackStatus === 'ERR' || ackStatus === 'NACK' ? {} : undefined);
}

function refusalOf({ code, message }: JsonObject): ReadRefusal {
  const written = typeof code === 'number' ? String(code) : textOf(code);
  const text = textOf(message);
  return {
    ...(written !== undefined && { code: readErrorCode(written) }),
    ...(text !== undefined && { message: text }),
  };
}

function readDetail(detail: JsonValue | undefined): ReadRefusal | undefined {
  if (isJsonObject(detail)) return readBody(detail, false) ?? refusalOf(detail);
  const text = textOf(detail);
  if (text !== undefined) return { message: text };
  const [fault] = listOf(detail);
  if (!isJsonObject(fault)) return undefined;
  const place = listOf(fault.loc).filter((part) => typeof part === 'string' || typeof part === 'number');
  const parts = [place.join('.'), textOf(fault.msg) ?? ''].filter((part) => part !== '');
  return { code: 'err.request.bad', ...(parts.length > 0 && { message: parts.join(': ') }) };
}

/** `{statusCode, error, message}` and `{error, error_description}`, whose `error` is a text. */
function readStatus({ statusCode, error, error_description, message }: JsonObject): ReadRefusal | undefined {
  const code = typeof statusCode === 'number' && statusCode >= 400 ? readErrorCode(String(statusCode)) : undefined;
  const name = textOf(error);
  if (code === undefined && name === undefined) return undefined;
  const text = textOf(error_description) ?? textOf(message) ?? name;
  return { ...(code !== undefined && { code }), ...(text !== undefined && { message: text }) };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
