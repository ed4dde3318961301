import { DciError } from 'dci-core';
import type { SettingsSecret } from '../data-source-settings.ts';
import { settingsError } from './settings-fault.ts';

/**
 * Reads the secret that a reference names.
 *
 * @param reference - `env:NAME` or `file:PATH`
 * @returns the secret, without surrounding white space
 * @throws DciError `err.configuration.invalid` when there is none; its text may name the reference, never a secret
 */
export type ReadSecret = (reference: SettingsSecret) => Promise<string>;

/**
 * Reads a secret of settings, so that a failure tells which.
 *
 * @param path - member of the settings
 * @param reference - what it holds
 * @param readSecret - the port
 * @returns the secret
 * @throws DciError `err.configuration.invalid` with the path
 */
export async function secretAt(path: string, reference: SettingsSecret, readSecret: ReadSecret): Promise<string> {
  let secret: string;
  try {
    secret = await readSecret(reference);
  } catch (error) {
    // Only errors of this project are known to hold no secret.
    const reason = error instanceof DciError ? `: ${error.message}` : '';
    throw settingsError([{ path, text: `cannot be read${reason}` }]);
  }
  if (secret.trim() === '') throw settingsError([{ path, text: 'is empty' }]);
  return secret;
}
