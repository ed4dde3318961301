import { DciError, isJsonObject, type JsonObject } from 'dci-core';

/** What the signed envelope of an uploaded file says. */
export interface UploadMessage {
  readonly transactionId: string;
  /** SHA-256 of the file, base64. */
  readonly fileDigest: string;
  /** What the criteria of all items have in common. */
  readonly criteria: JsonObject;
}

/** Members of `search_criteria` that can hold for all items; what differs is said by the items. */
const commonMembers = new Set([
  'version',
  'reg_type',
  'reg_record_type',
  'reg_event_type',
  'response_entity',
  'consent',
  'authorize',
]);

/** The standard's longest id. */
const maxIdLength = 99;

/** 32 bytes: 43 digits and one `=`. */
const digestPattern = /^SHA-256=([A-Za-z0-9+/]{43}=)$/;

/**
 * Reads the message that is signed for an uploaded file: `transaction_id`, `file_digest`, and the `search_criteria` that
 * hold for all items. An extension of this server; see docs/uploads.md.
 *
 * @param message - as received, decrypted
 * @returns the message
 * @throws DciError `err.request.bad` with the path of the fault
 */
export function readUploadMessage(message: JsonObject): UploadMessage {
  const { transaction_id: transactionId, file_digest: digest, search_criteria: criteria = {} } = message;
  if (typeof transactionId !== 'string' || transactionId === '' || transactionId.length > maxIdLength) {
    throw bad('transaction_id', `must be a text of 1 to ${maxIdLength} characters`);
  }
  const fileDigest = typeof digest === 'string' ? digestPattern.exec(digest)?.[1] : undefined;
  if (fileDigest === undefined) throw bad('file_digest', 'must be SHA-256= and the base64 digest of the file');
  if (!isJsonObject(criteria)) throw bad('search_criteria', 'must be an object');
  for (const name of Object.keys(criteria)) {
    if (!commonMembers.has(name)) throw bad('search_criteria', 'has a member that cannot hold for all items');
  }
  return { transactionId, fileDigest, criteria };
}

function bad(name: string, what: string): DciError {
  const path = `message.${name}`;
  return new DciError('err.request.bad', `${path} ${what}`, { path });
}
