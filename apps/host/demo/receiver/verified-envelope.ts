import {
  type CallbackHeader,
  callbackHeaderSchema,
  DciError,
  envelopeSchema,
  isJsonObject,
  type JsonObject,
  parseMessage,
  readJson,
  signatureKeyId,
  verificationError,
  verifyEnvelope,
} from 'dci-core';
import type { DemoParty } from './party.ts';

/** A reply, callback or notification of the demo host, its signature verified. */
export interface VerifiedEnvelope {
  readonly header: CallbackHeader;
  readonly message: JsonObject;
  readonly signer: { readonly senderId: string; readonly keyId: string; readonly algorithm: string };
}

/**
 * Reads what the demo host sent (protocol.md section 4, as far as it concerns a receiver): nothing in it is believed
 * before its signature is verified with a key of the host; then it must be addressed to us.
 *
 * @param body - the bytes
 * @param party - who we are, and the host's keys
 * @returns header and message
 * @throws DciError the refusal of what is not the host's, or not ours
 */
export async function readVerified(body: Uint8Array, party: DemoParty): Promise<VerifiedEnvelope> {
  const document = readJson(body);
  const { signature, header: received, message } = parseMessage(envelopeSchema, document.value, 'envelope');
  const { senderId, receiverId, crypto, clock } = party;
  if (signature === undefined) throw verificationError('signature_missing');
  const keys = await party.keys(signatureKeyId(signature));
  const verification = await verifyEnvelope({ document, keys, senderId: receiverId, crypto, clock });
  if (!verification.valid) throw verificationError(verification.reason);
  const header = parseMessage(callbackHeaderSchema, received, 'header');
  if (header.receiver_id !== senderId)
    throw new DciError('err.receiver_id.invalid', 'it is addressed to somebody else');
  if (header.is_msg_encrypted === true || !isJsonObject(message)) {
    throw new DciError('err.encryption.invalid', 'this receiver reads no encrypted messages');
  }
  const { keyId, algorithm } = verification;
  return { header, message, signer: { senderId: receiverId, keyId, algorithm } };
}
