import { DciError, type JsonObject, type Logger } from 'dci-core';
import { errorFields } from 'dci-host';
import type { KnownSender } from '../senders/directory.ts';
import type { OutgoingContent, OutgoingMessage, OutgoingStore } from '../stores/outgoing.ts';

/** What {@link createContentEncryption} works with. */
export interface ContentEncryptionOptions {
  /** @throws DciError when the receiver has no key that can be used */
  readonly encrypt: (message: JsonObject, receiver: KnownSender) => Promise<JsonObject>;
  readonly logger: Logger;
}

/**
 * Makes the encryption of outgoing content (protocol.md section 11). A message is encrypted once and kept, so that all
 * attempts send the same body.
 *
 * @param outgoing - keeps what was encrypted
 * @param options - how to encrypt
 * @returns a function that gives the content to send; `undefined` when it cannot be encrypted, and must not be sent
 */
export function createContentEncryption(
  outgoing: Pick<OutgoingStore, 'encryptedContent' | 'saveEncryptedContent'>,
  { encrypt, logger }: ContentEncryptionOptions,
): (message: OutgoingMessage, receiver: KnownSender, content: OutgoingContent) => Promise<OutgoingContent | undefined> {
  return async ({ messageId, receiverId }, receiver, content) => {
    const before = await outgoing.encryptedContent(messageId);
    if (before !== undefined) return before;
    let message: JsonObject;
    try {
      message = await encrypt(content.message, receiver);
    } catch (error) {
      if (!(error instanceof DciError)) throw error;
      const fields = { message_id: messageId, receiver_id: receiverId, ...errorFields(error) };
      logger.warn(fields, 'a message could not be encrypted for its receiver');
      return undefined;
    }
    const encrypted = { header: { ...content.header, is_msg_encrypted: true }, message };
    await outgoing.saveEncryptedContent(messageId, encrypted);
    return encrypted;
  };
}
