import { describe, expect, it } from 'vitest';
import { type VerificationFailure, verificationError } from './failure.ts';

describe('verificationError', () => {
  it.each<[VerificationFailure, string, string]>([
    ['signature_missing', 'err.signature.missing', 'err.signature.missing'],
    ['signature_malformed', 'err.signature.invalid', 'err.signature.invalid'],
    ['scheme_not_allowed', 'err.signature.invalid', 'err.signature.invalid'],
    ['coverage_incomplete', 'err.signature.invalid', 'err.signature.invalid'],
    ['algorithm_mismatch', 'err.signature.invalid', 'err.signature.invalid'],
    ['sender_mismatch', 'err.signature.invalid', 'err.signature.invalid'],
    ['key_unknown', 'err.signature.invalid', 'err.signature.invalid'],
    ['key_revoked', 'err.signature.invalid', 'err.signature.invalid'],
    ['not_yet_valid', 'err.signature.not_yet_valid', 'err.signature.invalid'],
    ['expired', 'err.signature.expired', 'err.signature.invalid'],
    ['lifetime_too_long', 'err.signature.invalid', 'err.signature.invalid'],
    ['signature_mismatch', 'err.signature.invalid', 'err.signature.invalid'],
  ])('answers %s with 401 %s', (reason, code, standardCode) => {
    expect(verificationError(reason)).toMatchObject({ code, standardCode, status: 401, path: 'signature' });
  });

  it('does not tell which keys exist', () => {
    const texts = (['key_unknown', 'key_revoked', 'signature_mismatch'] as const).map(
      (reason) => verificationError(reason).message,
    );
    expect(new Set(texts).size).toBe(1);
  });
});
