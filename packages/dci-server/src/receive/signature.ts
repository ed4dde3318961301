import {
  type Clock,
  type CryptoProvider,
  signatureKeyId,
  type Verification,
  type VerificationKey,
  verificationError,
  verifyEnvelope,
} from 'dci-core';
import type { KnownSender } from '../senders/directory.ts';
import type { Principal, ReceivedEnvelope } from './received-envelope.ts';

/** What the signature check needs. */
export interface SignatureOptions {
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  /** Development switch: accept a message without a signature. One that is there must verify all the same. */
  readonly allowUnsigned: boolean;
}

/** What test tools write instead of a signature (dialects.md section 2). */
const unsignedStub = 'unsigned-stub';

/**
 * Step 5: the signature is there, parses, is fresh and verifies with a key of this very sender
 * (protocol.md sections 3 and 4).
 *
 * @param envelope - the envelope as read
 * @param sender - whose keys count; the algorithm is that of the registered key
 * @param options - crypto, time and the development switch
 * @returns the principal
 * @throws DciError `err.signature.missing`, `.invalid`, `.expired` or `.not_yet_valid`
 */
export async function checkSignature(
  envelope: Pick<ReceivedEnvelope, 'document' | 'signature'>,
  sender: KnownSender,
  options: SignatureOptions,
): Promise<Principal> {
  const { document, signature } = envelope;
  if (signature === undefined || signature === unsignedStub) {
    if (options.allowUnsigned) return { sender };
    throw verificationError('signature_missing');
  }
  const { senderId, schemes, keys: registered, jwksUrl } = sender.sender;
  const verify = (keys: readonly VerificationKey[]): Promise<Verification> =>
    verifyEnvelope({ document, keys, senderId, schemes, crypto: options.crypto, clock: options.clock });

  let verification = await verify(jwksUrl === undefined || registered.length > 0 ? registered : await sender.keys());
  // A registered key needs no JWKS, so a sender that has both is not held up while its JWKS cannot be reached.
  if (jwksUrl !== undefined && registered.length > 0 && mayBeAnotherKey(verification)) {
    verification = await verify(await sender.keys());
  }
  if (jwksUrl !== undefined && !verification.valid && verification.reason === 'key_unknown') {
    const keyId = signatureKeyId(signature);
    if (keyId !== undefined) verification = await verify(await sender.keys(keyId));
  }
  if (!verification.valid) throw verificationError(verification.reason);
  return { sender, keyId: verification.keyId };
}

/** A key that was registered without an id is tried for every signature. */
function mayBeAnotherKey(verification: Verification): boolean {
  return (
    !verification.valid && ['key_unknown', 'algorithm_mismatch', 'signature_mismatch'].includes(verification.reason)
  );
}
