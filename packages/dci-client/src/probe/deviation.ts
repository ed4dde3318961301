import { type JsonObject, type JsonValue, parseTimestamp } from 'dci-core';
import { familiarCodes, statuses } from './standard-codes.ts';

/** Where a reply differs from the standard. */
export type DeviationCode =
  /** The content type is not `application/json`. */
  | 'content_type'
  /** A body without header: an acknowledgement where an envelope is due. */
  | 'no_envelope'
  | 'unsigned'
  /** The signature is a JWS, or of no known form. */
  | 'signature_form'
  /** The header is that of the request. */
  | 'copied_header'
  /** Sender and receiver are those of the request. */
  | 'parties_not_exchanged'
  | 'action'
  | 'missing_member'
  /** Members that are `null` or empty and should be absent. */
  | 'empty_member'
  | 'timestamp'
  /** A status outside of the standard's list. */
  | 'status'
  /** A reason or error code outside of the standard's lists. */
  | 'code'
  /** Another transaction or other items than asked. */
  | 'other_items'
  /** An identifier that nobody has is rejected, where an empty list is due. */
  | 'no_hits_rejected'
  | 'reg_type'
  | 'record_type'
  /** `reg_records` is not of the form that the standard's file has. */
  | 'records_form';

/** One difference between a reply and the standard. */
export interface Deviation {
  readonly code: DeviationCode;
  /** One line. It repeats nothing of the reply but codes and names that are well formed. */
  readonly text: string;
}

/** @returns whether a member has a value; `null` and `""` are none */
export function isPresent(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== '';
}

/**
 * @param path - of the object
 * @param object - the object
 * @param required - members that the standard requires
 * @returns one deviation that names all that are missing
 */
export function missingMembers(path: string, object: JsonObject, required: readonly string[]): readonly Deviation[] {
  const missing = required.filter((member) => !isPresent(object[member]));
  if (missing.length === 0) return [];
  return [
    {
      code: 'missing_member',
      text: `Members of ${path} that the standard requires are missing: ${missing.join(', ')}.`,
    },
  ];
}

/**
 * @param path - of the timestamp
 * @param value - as received
 * @returns a deviation when it is there and no RFC 3339 timestamp with zone
 */
export function wrongTimestamp(path: string, value: JsonValue | undefined): readonly Deviation[] {
  if (!isPresent(value) || (typeof value === 'string' && parseTimestamp(value) !== undefined)) return [];
  return [{ code: 'timestamp', text: `${path} is no timestamp with a zone (RFC 3339).` }];
}

/**
 * @param path - of the status
 * @param value - as received
 * @returns a deviation when it is there and not one of the standard's
 */
export function unknownStatus(path: string, value: JsonValue | undefined): readonly Deviation[] {
  if (!isPresent(value) || (typeof value === 'string' && statuses.has(value))) return [];
  return [{ code: 'status', text: `${path} is none of ${[...statuses].join(', ')}.` }];
}

/**
 * @param path - of the code
 * @param value - as received
 * @param known - the standard's list
 * @returns a deviation when it is there and not one of the list; the code is shown where other families are known to send it
 */
export function unknownCode(
  path: string,
  value: JsonValue | undefined,
  known: ReadonlySet<string>,
): readonly Deviation[] {
  if (!isPresent(value) || (typeof value === 'string' && known.has(value))) return [];
  // Anything else could hold personal data.
  const isShown = typeof value === 'string' && (familiarCodes.has(value) || /^err\.\d{3}$/.test(value));
  return [{ code: 'code', text: `${path} is not in the standard's list${isShown ? `: ${value}` : ''}.` }];
}
