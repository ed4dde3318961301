import { formatTimestamp, parseTimestamp } from '../envelope/timestamp.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { MessageParties } from './dialect.ts';

/**
 * Writes the time of a header in whole seconds with `Z` (protocol.md section 1), the one form that no peer renders anew.
 *
 * @param header - a header in the standard's form
 * @returns the header; as it is when its time is in that form already, or is no time
 */
export function inWholeSeconds(header: JsonObject): JsonObject {
  const { message_ts } = header;
  const time = typeof message_ts === 'string' ? parseTimestamp(message_ts) : undefined;
  const written = time === undefined ? message_ts : formatTimestamp(time);
  return written === undefined || written === message_ts ? header : { ...header, message_ts: written };
}

/** Fields of the header models of OpenSPP and OpenG2P, of a request and of a reply. */
const modelFields: readonly string[] = [
  ...['version', 'message_id', 'message_ts', 'action', 'sender_id', 'sender_uri', 'receiver_id', 'total_count'],
  ...['is_msg_encrypted', 'meta'],
  ...['status', 'status_reason_code', 'status_reason_message', 'completed_count'],
];

/** What stands for a field that is absent: the models' own defaults, or what they render unchanged and the standard allows. */
const modelDefaults: JsonObject = {
  version: '1.0.0',
  sender_uri: null,
  total_count: 0,
  is_msg_encrypted: false,
  meta: {},
};

/**
 * Writes all ten fields of a header, and no other, for families in Python: they read a header into a model and verify what
 * that renders, absent fields with their defaults, without those that it does not know (protocol.md sections 1 and 10;
 * dialects.md section 2).
 *
 * @param header - a header in the standard's form
 * @returns the header, its time in whole seconds
 */
export function withAllHeaderFields(header: JsonObject): JsonObject {
  const known = Object.entries(inWholeSeconds(header)).filter(
    ([name, value]) => modelFields.includes(name) && value !== undefined,
  );
  return { ...modelDefaults, ...Object.fromEntries(known) };
}

/**
 * Reads the parties of a header as the standard has them: whoever answers is the sender.
 *
 * @param header - the header of a reply, as received
 * @returns its parties and action
 */
export function readNamedParties({ sender_id, receiver_id, action }: JsonObject): MessageParties {
  return { senderId: textOf(sender_id), receiverId: textOf(receiver_id), action: textOf(action) };
}

/**
 * Reads the parties of a header that may be a copy of the request's, as OpenCRVS and OpenG2P reply (dialects.md
 * section 2): a copy has the action of the request, and the parties of a copy are exchanged.
 *
 * @param header - the header of a reply, as received
 * @returns its parties and the action that it stands for
 */
export function readCopiedParties(header: JsonObject): MessageParties {
  const { senderId, receiverId, action } = readNamedParties(header);
  return action?.toLowerCase() === 'search'
    ? { senderId: receiverId, receiverId: senderId, action: 'on-search' }
    : { senderId, receiverId, action };
}

/**
 * @param value - any JSON value
 * @returns the text, or `undefined` when it is empty or something else
 */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
