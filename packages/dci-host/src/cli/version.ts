import { readFileSync } from 'node:fs';

/**
 * Reads the version of this package.
 *
 * @returns for example `1.4.0`
 */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
