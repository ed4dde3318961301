import { DciError } from '../errors.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import type { SigningKey } from '../keys/key.ts';
import type { Clock, CryptoProvider } from '../ports.ts';
import type { SignatureSchemeName, SignedContent } from './scheme.ts';
import { signatureSchemes } from './schemes.ts';

/** Longest validity that receivers accept, in seconds. */
const maximumLifetime = 3600;

/** Options of {@link signEnvelope}. */
export interface SignEnvelopeOptions {
  readonly header: JsonObject;
  readonly message: JsonObject;
  readonly key: SigningKey;
  /** Absent: `dci`. */
  readonly scheme?: SignatureSchemeName;
  /** Validity in seconds, at most 3600; absent: 300, and 3600 for `dci-legacy`. */
  readonly lifetimeSeconds?: number;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/** An envelope that is ready to be sent. */
export interface SignedEnvelope {
  /** The body to send, byte for byte: header and message in canonical form, and the signature. */
  readonly text: string;
  /** The envelope's `signature`. */
  readonly signature: string;
}

/**
 * Signs an envelope (protocol.md section 3).
 *
 * @param options - header, message, key and scheme
 * @returns the body to send; it must be sent as it is
 * @throws DciError `err.configuration.invalid` for a lifetime or key name that no receiver accepts; `err.internal`
 *   for values without JSON text
 */
export async function signEnvelope(options: SignEnvelopeOptions): Promise<SignedEnvelope> {
  const { header, message, key, crypto, clock } = options;
  const scheme = signatureSchemes[options.scheme ?? 'dci'];
  const lifetimeSeconds = options.lifetimeSeconds ?? scheme.lifetimeSeconds;
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > maximumLifetime) {
    throw new DciError('err.configuration.invalid', `A signature is valid for 1 to ${maximumLifetime} seconds.`);
  }
  const headerText = canonicalJson(header);
  const messageText = canonicalJson(message);
  const content: SignedContent = {
    header: (style) => (style === 'compact' ? headerText : canonicalJson(header, style)),
    message: (style) => (style === 'compact' ? messageText : canonicalJson(message, style)),
  };
  const created = Math.floor(clock.now() / 1000);
  const signature = await scheme.sign({ content, key, created, expires: created + lifetimeSeconds, crypto });
  const text = `{"header":${headerText},"message":${messageText},"signature":${canonicalJson(signature)}}`;
  return { text, signature };
}
