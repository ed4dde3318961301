import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Name by which the national host knows the demo host, and its id as an OAuth2 client there. */
export const askingSenderId = 'registry.demo.example';

const NOT_ISSUED = 'the-national-host-has-not-issued-it-yet';

/**
 * @param nationalDirectory - data directory of the national host
 * @returns the file in which the national host leaves the secret that the demo host asks with
 */
export function clientSecretFile(nationalDirectory: string): string {
  return join(nationalDirectory, 'demo', `${askingSenderId}.secret`);
}

/**
 * Makes sure that there is a file: a host does not start when a secret of its configuration is missing, and the national
 * host may be started later, or never. Once it has issued the secret, the next request of a token reads it.
 *
 * @param file - of the secret
 */
export function reserveClientSecret(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${NOT_ISSUED}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/**
 * @param file - of the secret
 * @returns whether a secret was issued into it
 */
export function isClientSecretIssued(file: string): boolean {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text !== '' && text !== NOT_ISSUED;
  } catch {
    return false;
  }
}

/**
 * Leaves a secret for the demo host, which never sees half of it.
 *
 * @param file - of the secret
 * @param secret - as it was issued
 */
export function leaveClientSecret(file: string, secret: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.new`;
  writeFileSync(part, `${secret}\n`, { mode: 0o600 });
  renameSync(part, file);
}
