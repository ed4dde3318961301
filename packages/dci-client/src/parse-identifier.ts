import { DciError } from 'dci-core';

/** An identifier as a caller gives it. */
export interface PersonIdentifier {
  /** For example `UIN`, or `urn:gov:national-id`. */
  readonly type: string;
  readonly value: string;
}

/** A type that is a URN, another URI, or a name behind a prefix: it holds colons itself. */
const prefixed = /^[a-z][a-z0-9+.-]*:/;

/**
 * Reads an identifier as people type it.
 *
 * @param text - `UIN:1234567897`; behind a type with a prefix, such as `urn:gov:national-id:12`, the value begins after the
 *   last colon, else after the first
 * @returns type and value, without spaces around them
 * @throws DciError `err.request.bad` when type or value is missing, without the text
 */
export function parseIdentifier(text: string): PersonIdentifier {
  const at = prefixed.test(text.trim()) ? text.lastIndexOf(':') : text.indexOf(':');
  const [type, value] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
  if (type !== '' && value !== '') return { type, value };
  throw new DciError('err.request.bad', 'an identifier must be type and value, for example UIN:1234567897');
}
