import { DciError } from '../errors.ts';
import { canonicalJson, type JsonStyle } from '../json/canonical.ts';
import type { JsonDocument } from '../json/document.ts';
import { requiredMember } from '../json/envelope-digest.ts';
import type { JsonObject } from '../json/value.ts';
import { JsonWriter } from '../json/writer.ts';
import type { SigningKey } from '../keys/key.ts';
import type { Clock, CryptoProvider } from '../ports.ts';
import type { SignatureSchemeName, SignedContent } from './scheme.ts';
import { signatureSchemes } from './schemes.ts';

/** Longest validity that receivers accept, in seconds. */
const maximumLifetime = 3600;

/** How and with what an envelope is signed. */
export interface SigningOptions {
  readonly key: SigningKey;
  /** Absent: `dci`. */
  readonly scheme?: SignatureSchemeName;
  /** Validity in seconds, at most 3600; absent: 300, and 3600 for `dci-legacy`. */
  readonly lifetimeSeconds?: number;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/** Options of {@link signEnvelope}. */
export interface SignEnvelopeOptions extends SigningOptions {
  readonly header: JsonObject;
  readonly message: JsonObject;
}

/** Options of {@link signDocument}. */
export interface SignDocumentOptions extends SigningOptions {
  /** An envelope as `readJson` read it. A signature that it has already is replaced. */
  readonly document: JsonDocument;
}

/** An envelope that is ready to be sent. */
export interface SignedEnvelope {
  /** The body to send, byte for byte: header and message in canonical form, and the signature. */
  readonly text: string;
  /** The envelope's `signature`. */
  readonly signature: string;
}

/**
 * Signs a header and a message (protocol.md section 3).
 *
 * @param options - header, message, key and scheme
 * @returns the body to send; it must be sent as it is
 * @throws DciError `err.configuration.invalid` for a lifetime, algorithm, sender id or key id that no receiver accepts;
 *   `err.internal` with the path for a value without JSON text
 */
export async function signEnvelope(options: SignEnvelopeOptions): Promise<SignedEnvelope> {
  const { header, message } = options;
  return signParts(options, {
    header: (style) => writePart('header', header, style),
    message: (style) => writePart('message', message, style),
  });
}

/**
 * Signs an envelope that was read from a file or received, keeping its number lexemes (`1.0` stays `1.0`).
 *
 * @param options - the document, key and scheme
 * @returns the body to send; it must be sent as it is
 * @throws DciError `err.request.bad` when the document has no header or no message; `err.configuration.invalid` as
 *   {@link signEnvelope}
 */
export async function signDocument(options: SignDocumentOptions): Promise<SignedEnvelope> {
  const { document } = options;
  return signParts(options, {
    header: (style) => requiredMember(document, 'header', style),
    message: (style) => requiredMember(document, 'message', style),
  });
}

async function signParts(options: SigningOptions, content: SignedContent): Promise<SignedEnvelope> {
  const { key, crypto, clock } = options;
  const scheme = signatureSchemes[options.scheme ?? 'dci'];
  const lifetimeSeconds = options.lifetimeSeconds ?? scheme.lifetimeSeconds;
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > maximumLifetime) {
    throw new DciError('err.configuration.invalid', `A signature is valid for 1 to ${maximumLifetime} seconds.`);
  }
  if (!scheme.algorithms.includes(key.privateKey.algorithm)) {
    throw new DciError('err.configuration.invalid', `The signature scheme ${scheme.name} has no such algorithm.`);
  }
  const header = content.header('compact');
  const message = content.message('compact');
  const written: SignedContent = {
    header: (style) => (style === 'compact' ? header : content.header(style)),
    message: (style) => (style === 'compact' ? message : content.message(style)),
  };
  const created = Math.floor(clock.now() / 1000);
  const signature = await scheme.sign({ content: written, key, created, expires: created + lifetimeSeconds, crypto });
  return { text: `{"header":${header},"message":${message},"signature":${canonicalJson(signature)}}`, signature };
}

/** As part of an envelope, so that nesting is counted and a fault is named from there on. */
function writePart(name: 'header' | 'message', value: JsonObject, style: JsonStyle): string {
  const writer = new JsonWriter({ isCanonical: true, isSpaced: style === 'spaced', outerPath: [name] });
  return writer.writeMember([], 0, value);
}
