import { type JsonValue, parseSignatureParameters, type SignatureSchemeName } from 'dci-core';

/** What kind of signature an envelope has, by its looks. */
export type SignatureForm = 'none' | 'dci' | 'jws' | 'jws-detached' | 'unknown';

/**
 * @param signature - `signature` of an envelope; nothing of it is verified
 * @returns its form; test tools write `unsigned-stub` where there is none
 */
export function signatureForm(signature: JsonValue | undefined): SignatureForm {
  if (signature === undefined || signature === null || signature === '' || signature === 'unsigned-stub') return 'none';
  if (typeof signature !== 'string') return 'unknown';
  if (parseSignatureParameters(signature) !== undefined) return 'dci';
  if (/^[\w-]+\.\.[\w-]+$/.test(signature)) return 'jws-detached';
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(signature) ? 'jws' : 'unknown';
}

/**
 * @param form - the form of a signature
 * @param schemes - schemes that are read
 * @returns whether one of them has this form
 */
export function isFormOf(form: SignatureForm, schemes: readonly SignatureSchemeName[]): boolean {
  return schemes.some((scheme) => form === (scheme === 'dci-legacy' ? 'dci' : scheme));
}
