import { type CryptoProvider, DciError, encryptMessage, type JsonObject, type WrittenEncryptedMessage } from 'dci-core';
import { dialectOf } from '../senders/dialect-of.ts';
import type { KnownSender } from '../senders/directory.ts';

/**
 * Encrypts a message for the sender that it goes to, in the form that its dialect reads (protocol.md sections 10
 * and 11): for replies to encrypted requests, their callbacks and their notifications. To be signed after that.
 *
 * @param message - the message
 * @param receiver - whom it goes to
 * @param crypto - the host's crypto provider
 * @returns what takes the place of the message, in a header with `is_msg_encrypted: true`
 * @throws DciError `err.encryption.invalid` when the receiver has no key that can be used; `err.service.unavailable`
 *   when its JWKS cannot be had
 */
export async function encryptFor(
  message: JsonObject,
  receiver: Pick<KnownSender, 'sender' | 'encryptionKey'>,
  crypto: Pick<CryptoProvider, 'sha256'>,
): Promise<WrittenEncryptedMessage> {
  const key = await receiver.encryptionKey();
  if (key === undefined) throw new DciError('err.encryption.invalid', 'The receiver has no key for encryption.');
  // A family that knows no encryption, and asks for it all the same, gets the standard's form.
  const headers = dialectOf(receiver.sender).encryption?.headers ?? 'protected';
  return encryptMessage(message, key, { crypto, headers });
}
