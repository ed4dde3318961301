import type { JsonDocument } from '../json/document.ts';
import { isJsonObject, type JsonObject } from '../json/value.ts';
import type { SignatureAlgorithm, VerificationKey } from '../keys/key.ts';
import { jwkThumbprint } from '../keys/thumbprint.ts';
import type { Clock, CryptoProvider } from '../ports.ts';
import type { VerificationFailure } from './failure.ts';
import type { ReadSignature, SignatureClaims, SignatureScheme, SignatureSchemeName } from './scheme.ts';
import { signatureSchemeNames, signatureSchemes } from './schemes.ts';

/** How far clocks may differ, in seconds. */
const clockSkew = 60;
/** Longest validity of a signature, in seconds. */
const maximumLifetime = 3600;

/** SHA-256 in base64url: some peers name a key by its thumbprint (RFC 7638), whatever it is registered as. */
const thumbprintForm = /^[\w-]{43}$/;

/** Options of {@link verifyEnvelope}. */
export interface VerifyEnvelopeOptions {
  /** The envelope as `readJson` read it. */
  readonly document: JsonDocument;
  /** The keys registered for the sender; never keys that a message names. */
  readonly keys: readonly VerificationKey[];
  /** The `sender_id` of the header, for which `keys` are registered. */
  readonly senderId: string;
  /** Schemes that the sender may use, the likeliest first: each that fails costs one verification. Absent: `dci`. */
  readonly schemes?: readonly SignatureSchemeName[];
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/** Whether an envelope's signature is good, and if not, why. */
export type Verification =
  | {
      readonly valid: true;
      /** The key id that the signature names; where it names none, that of the key, or the key's thumbprint. */
      readonly keyId: string;
      readonly scheme: SignatureSchemeName;
      readonly algorithm: SignatureAlgorithm;
      /** Unix seconds. */
      readonly created: number;
      /** Unix seconds. */
      readonly expires: number;
    }
  | { readonly valid: false; readonly reason: VerificationFailure };

/** A signature as one scheme understands it. */
interface Reading {
  readonly scheme: SignatureSchemeName;
  readonly signature: ReadSignature;
}

/**
 * Verifies the signature of an envelope (protocol.md section 3). The checks that cost nothing come first. A signature
 * is computed only for a known key and fresh times: once for each allowed scheme that has its form, and when none
 * fits once for each other scheme, to tell a scheme that was not agreed from a forgery.
 *
 * @param options - the envelope, the sender's registered keys and schemes
 * @returns the key and times, or the reason; `verificationError` turns a reason into an answer
 * @throws DciError `err.request.bad` when the document has no header or no message
 */
export async function verifyEnvelope(options: VerifyEnvelopeOptions): Promise<Verification> {
  const { document, senderId, schemes = ['dci'] } = options;
  const envelope = isJsonObject(document.value) ? document.value : {};
  const text = envelope.signature;
  if (text === undefined || text === null || text === '') return failed('signature_missing');
  if (typeof text !== 'string') return failed('signature_malformed');
  if (namesOtherSender(envelope, senderId)) return failed('sender_mismatch');

  const allowed = readings(schemes, text, document);
  let reason: VerificationFailure | undefined;
  for (const reading of allowed) {
    const verification = await verifyReading(reading, options);
    if (verification.valid) return verification;
    reason ??= verification.reason;
  }
  if (reason !== undefined && reason !== 'signature_mismatch') return failed(reason);
  const others = signatureSchemeNames.filter((name) => !schemes.includes(name));
  for (const reading of readings(others, text, document)) {
    if (reason === undefined || (await verifyReading(reading, options)).valid) return failed('scheme_not_allowed');
  }
  return failed(reason ?? 'signature_malformed');
}

async function verifyReading(reading: Reading, options: VerifyEnvelopeOptions): Promise<Verification> {
  const { document, keys, senderId, crypto, clock } = options;
  const { scheme, signature } = reading;
  const { claims } = signature;
  const now = clock.now() / 1000;
  const problem = judgeClaims(claims, senderId, now);
  if (problem !== undefined) return failed(problem);
  const usable = selectKeys(keys, claims, signatureSchemes[scheme], now, crypto);
  if (typeof usable === 'string') return failed(usable);
  for (const { publicKey, keyId: ownId } of usable) {
    if (await signature.verify({ document, publicKey, crypto })) {
      const { created, expires } = claims;
      const keyId = claims.keyId ?? ownId ?? jwkThumbprint(publicKey.jwk, crypto);
      return { valid: true, keyId, scheme, algorithm: publicKey.algorithm, created, expires };
    }
  }
  return failed('signature_mismatch');
}

function readings(schemes: readonly SignatureSchemeName[], text: string, document: JsonDocument): Reading[] {
  return schemes.flatMap((scheme) => {
    const signature = signatureSchemes[scheme].read(text, document);
    return signature === undefined ? [] : [{ scheme, signature }];
  });
}

/** The header of a callback may lack a sender; where it has one, the keys must be that one's. */
function namesOtherSender(envelope: JsonObject, senderId: string): boolean {
  const { header } = envelope;
  const named = isJsonObject(header) ? header.sender_id : undefined;
  return named !== undefined && named !== senderId;
}

function judgeClaims(claims: SignatureClaims, senderId: string, now: number): VerificationFailure | undefined {
  const { created, expires } = claims;
  if (!claims.isCoverageComplete) return 'coverage_incomplete';
  if (claims.senderId !== undefined && claims.senderId !== senderId) return 'sender_mismatch';
  if (expires < created) return 'signature_malformed';
  if (expires - created > maximumLifetime) return 'lifetime_too_long';
  if (created > now + clockSkew) return 'not_yet_valid';
  if (expires < now - clockSkew) return 'expired';
  return undefined;
}

/**
 * The keys that may have made a signature: those of the id or thumbprint that it names, else those registered without
 * an id.
 */
function selectKeys(
  keys: readonly VerificationKey[],
  claims: SignatureClaims,
  scheme: SignatureScheme,
  now: number,
  crypto: CryptoProvider,
): readonly VerificationKey[] | VerificationFailure {
  const named = namedKeys(keys, claims.keyId, crypto);
  const known = named.length > 0 ? named : keys.filter(({ keyId }) => keyId === undefined);
  if (known.length === 0) return 'key_unknown';
  const fitting = known.filter(
    ({ publicKey }) => publicKey.algorithm === claims.algorithm && scheme.algorithms.includes(publicKey.algorithm),
  );
  if (fitting.length === 0) return 'algorithm_mismatch';
  const usable = fitting.filter((key) => keyProblem(key, now) === undefined);
  if (usable.length > 0) return usable;
  return fitting.some((key) => keyProblem(key, now) === 'key_revoked') ? 'key_revoked' : 'key_unknown';
}

function namedKeys(
  keys: readonly VerificationKey[],
  keyId: string | undefined,
  crypto: CryptoProvider,
): readonly VerificationKey[] {
  if (keyId === undefined) return [];
  const named = keys.filter((key) => key.keyId === keyId);
  if (named.length > 0 || !thumbprintForm.test(keyId)) return named;
  return keys.filter(({ publicKey }) => jwkThumbprint(publicKey.jwk, crypto) === keyId);
}

function keyProblem(key: VerificationKey, now: number): 'key_revoked' | 'key_unknown' | undefined {
  if (key.state === 'revoked' || (key.notAfter !== undefined && now > key.notAfter)) return 'key_revoked';
  if (key.state === 'pending' || (key.notBefore !== undefined && now < key.notBefore)) return 'key_unknown';
  return undefined;
}

function failed(reason: VerificationFailure): Verification {
  return { valid: false, reason };
}
