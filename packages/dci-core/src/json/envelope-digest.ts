import { base64 } from '@scure/base';
import { DciError } from '../errors.ts';
import type { CryptoProvider } from '../ports.ts';
import type { JsonStyle } from './canonical.ts';
import type { JsonDocument } from './document.ts';

/**
 * The digest of an envelope (protocol.md section 2): SHA-256 of the canonical form of
 * `{"header": header, "message": message}`, computed from the received text.
 *
 * @param document - the envelope, as `readJson` read it
 * @param crypto - computes the hash
 * @param style - separators of the canonical form; absent: compact. `spaced` belongs to scheme `dci-legacy`
 * @returns base64 with padding
 * @throws DciError `err.request.bad` when the document has no `header` or no `message`
 */
export function envelopeDigest(document: JsonDocument, crypto: CryptoProvider, style: JsonStyle = 'compact'): string {
  return contentDigest(
    requiredMember(document, 'header', style),
    requiredMember(document, 'message', style),
    crypto,
    style,
  );
}

/**
 * The digest of a header and a message that are in canonical form already.
 *
 * @param header - canonical text of the header in the given style
 * @param message - canonical text of the message in the given style
 * @param crypto - computes the hash
 * @param style - separators of the canonical form
 * @returns base64 with padding
 */
export function contentDigest(header: string, message: string, crypto: CryptoProvider, style: JsonStyle): string {
  const content =
    style === 'spaced' ? `{"header": ${header}, "message": ${message}}` : `{"header":${header},"message":${message}}`;
  return base64.encode(crypto.sha256(new TextEncoder().encode(content)));
}

/**
 * @param document - an envelope
 * @param name - `header` or `message`
 * @param style - separators of the canonical form
 * @returns canonical text of that member
 * @throws DciError `err.request.bad` when the document has no such member
 */
export function requiredMember(document: JsonDocument, name: string, style: JsonStyle): string {
  const text = document.canonicalMember(name, style);
  if (text === undefined) throw new DciError('err.request.bad', `The envelope has no ${name}.`, { path: name });
  return text;
}
