import type { SignatureSchemeName } from 'dci-core';

/** Schemes that `--scheme` can name. */
export const schemeNames: readonly SignatureSchemeName[] = ['dci', 'dci-legacy'];

/**
 * Reads the value of `--scheme`.
 *
 * @param text - the value; commander has checked it against {@link schemeNames}
 * @returns the scheme; `dci` for anything else
 */
export function readScheme(text: string | undefined): SignatureSchemeName {
  return schemeNames.find((name) => name === text) ?? 'dci';
}
