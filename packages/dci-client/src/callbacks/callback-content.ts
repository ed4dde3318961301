import { DciError, isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import type { ReplyEvidence } from '../search.ts';
import type { VerifiedCallback } from './transactions.ts';

/** What a stored callback holds. */
export interface CallbackContent {
  /** In the standard's form, for the readers of `messages/` of dci-core. */
  readonly message: JsonObject;
  /** Who answered; header and message as received, decrypted. */
  readonly evidence: ReplyEvidence;
}

/**
 * Writes what a callback holds as the JSON that stores keep. The message is kept once where it came in the standard's form.
 *
 * @param content - message and evidence
 * @returns the member `content` of a `VerifiedCallback`
 */
export function writeCallbackContent({ message, evidence }: CallbackContent): JsonObject {
  const { header, message: received, ...signer } = evidence;
  return { header, message, ...(received !== message && { received }), signer: { ...signer } };
}

/**
 * Reads what {@link writeCallbackContent} wrote.
 *
 * @param callback - a stored callback
 * @returns message and evidence
 * @throws DciError `err.internal` for anything else
 */
export function readCallbackContent({ content }: Pick<VerifiedCallback, 'content'>): CallbackContent {
  const { header, message, received = message, signer } = content;
  if (!isJsonObject(message)) throw notStored();
  return { message, evidence: readEvidence({ header, message: received, signer }) };
}

/**
 * @param stored - header, message and `signer`, which holds the other members
 * @returns the evidence
 * @throws DciError `err.internal` for anything that is not evidence
 */
export function readEvidence({ header, message, signer }: JsonObject): ReplyEvidence {
  if (!isJsonObject(header) || !isJsonObject(message) || !isJsonObject(signer)) throw notStored();
  const { verified, senderId, keyId, algorithm, messageId, transactionId, correlationId } = signer;
  return {
    verified: verified === true,
    senderId: textOf(senderId),
    ...(typeof keyId === 'string' && { keyId }),
    ...(typeof algorithm === 'string' && { algorithm }),
    ...(typeof messageId === 'string' && { messageId }),
    ...(typeof transactionId === 'string' && { transactionId }),
    ...(typeof correlationId === 'string' && { correlationId }),
    header,
    message,
  };
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw notStored();
  return value;
}

function notStored(): DciError {
  return new DciError('err.internal', 'A stored callback is not as it was stored.');
}
