import { DciError, type DciErrorCode } from '../errors.ts';

/** Why a signature is not accepted. */
export type VerificationFailure =
  /** No signature, or an empty one. */
  | 'signature_missing'
  /** It has none of the forms of protocol.md section 3. */
  | 'signature_malformed'
  /** It is of a scheme that this sender may not use. */
  | 'scheme_not_allowed'
  /** It does not cover `created`, `expires` and the digest, or there is no time to judge it by. */
  | 'coverage_incomplete'
  /** It names another algorithm than the key's. */
  | 'algorithm_mismatch'
  /** It names another sender than the header. */
  | 'sender_mismatch'
  /** No key of that name is registered for the sender, or the key is not yet in use. */
  | 'key_unknown'
  /** The key was revoked, or its validity has ended. */
  | 'key_revoked'
  /** It was created in the future. */
  | 'not_yet_valid'
  | 'expired'
  /** It claims to be valid for more than an hour. */
  | 'lifetime_too_long'
  /** Header, message or the signature itself were changed, or another key made it. */
  | 'signature_mismatch';

const notVerified = 'The signature cannot be verified with a key that is registered for this sender.';

const refusals: Readonly<Record<VerificationFailure, readonly [DciErrorCode, string]>> = {
  signature_missing: ['err.signature.missing', 'The envelope has no signature.'],
  signature_malformed: ['err.signature.invalid', 'The signature has none of the forms of the DCI protocol.'],
  scheme_not_allowed: ['err.signature.invalid', 'The signature is of a scheme that is not agreed with this sender.'],
  coverage_incomplete: ['err.signature.invalid', 'The signature must cover the times and the content.'],
  algorithm_mismatch: ['err.signature.invalid', notVerified],
  sender_mismatch: ['err.signature.invalid', 'The signature names another sender than the header.'],
  key_unknown: ['err.signature.invalid', notVerified],
  key_revoked: ['err.signature.invalid', notVerified],
  not_yet_valid: ['err.signature.not_yet_valid', 'The signature was created in the future.'],
  expired: ['err.signature.expired', 'The signature has expired.'],
  lifetime_too_long: ['err.signature.invalid', 'The signature is valid for too long a time.'],
  signature_mismatch: ['err.signature.invalid', notVerified],
};

/**
 * The refusal that answers a failed verification (protocol.md section 4, step 5).
 *
 * @param reason - the reason that `verifyEnvelope` gave
 * @returns an error with status 401. Its text is the same for every reason that would tell which keys exist
 */
export function verificationError(reason: VerificationFailure): DciError {
  const [code, message] = refusals[reason];
  return new DciError(code, message, { path: 'signature' });
}
