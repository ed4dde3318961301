import { type SignatureSchemeName, signatureSchemeNames } from 'dci-core';

/**
 * Reads the value of `--scheme`.
 *
 * @param text - the value; commander has checked it against `signatureSchemeNames`
 * @returns the scheme; `dci` for anything else
 */
export function readScheme(text: string | undefined): SignatureSchemeName {
  return signatureSchemeNames.find((name) => name === text) ?? 'dci';
}
