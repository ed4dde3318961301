import { DciError, type RequestHeader } from 'dci-core';

/**
 * Step 9: the message is decrypted when the header says that it is encrypted (protocol.md section 4). This server
 * has no encryption keys, so it gives the one answer that every failure to decrypt has.
 *
 * @param header - the header, verified
 * @throws DciError `err.encryption.invalid` for an encrypted message
 */
export function checkEncryption(header: Pick<RequestHeader, 'is_msg_encrypted'>): void {
  if (header.is_msg_encrypted === true) {
    throw new DciError('err.encryption.invalid', 'the message cannot be decrypted');
  }
}
