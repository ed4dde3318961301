import { DciError, type DecryptionKey, decryptMessage, type JsonObject, type RequestHeader } from 'dci-core';
import type { QuotaLimiter } from '../quota/quota-limiter.ts';
import { weighMessage } from '../quota/weigh-message.ts';
import type { VerifiedEnvelope } from './verify.ts';

/** What opening a message needs. */
export interface DecryptionOptions {
  /** The host's keys that decrypt; absent: none, and every encrypted message is refused. */
  readonly decryptionKeys?: () => Promise<readonly DecryptionKey[]>;
  readonly quotas: Pick<QuotaLimiter, 'debit'>;
}

/** A message in clear. */
export interface OpenedMessage {
  readonly message: JsonObject;
  /** It came encrypted, so what answers it is encrypted too. */
  readonly isEncrypted: boolean;
}

/**
 * Step 9: the message is decrypted when the header says that it is encrypted (protocol.md sections 4 and 11). The
 * signature was verified over the encrypted message. A sender that has no key for the answer is refused here, before
 * anything is looked up for it; the answer is the one that every failure to decrypt has.
 *
 * @param verified - the envelope and its sender
 * @param options - the host's keys; the quota, to which the weight of what was hidden is charged
 * @returns the message in clear
 * @throws DciError `err.encryption.invalid`; `err.service.unavailable` when the JWKS of the sender cannot be had
 */
export async function openMessage(
  { principal, envelope }: VerifiedEnvelope,
  options: DecryptionOptions,
): Promise<OpenedMessage> {
  const { header, message } = envelope;
  if (header.is_msg_encrypted !== true) return { message, isEncrypted: false };
  const opened = await decryptEnvelope(header, message, await options.decryptionKeys?.());
  if ((await principal.sender.encryptionKey()) === undefined) throw notDecrypted();
  // Encrypted, it was weighed as the lightest message there is; only step 7 refuses.
  const hiddenWeight = weighMessage(opened) - weighMessage(message);
  if (hiddenWeight > 0) await options.quotas.debit(principal.sender.sender.senderId, hiddenWeight);
  return { message: opened, isEncrypted: true };
}

/**
 * Decrypts the message of an envelope whose header says that it is encrypted.
 *
 * @param header - the header, verified
 * @param message - the message as received
 * @param keys - the host's keys that decrypt
 * @returns the message in clear
 * @throws DciError `err.encryption.invalid`, the same for every cause
 */
export async function decryptEnvelope(
  header: Pick<RequestHeader, 'is_msg_encrypted'>,
  message: JsonObject,
  keys: readonly DecryptionKey[] = [],
): Promise<JsonObject> {
  return header.is_msg_encrypted === true ? decryptMessage(message, keys) : message;
}

function notDecrypted(): DciError {
  return new DciError('err.encryption.invalid', 'The message cannot be decrypted.', { path: 'message' });
}
