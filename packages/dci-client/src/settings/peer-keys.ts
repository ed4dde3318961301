import { DciError, type EncryptionKey, parseKid, readEncryptionKey, readPublicKey } from 'dci-core';
import type { PeerKeysOption } from '../data-source.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { settingsError } from './settings-fault.ts';

/**
 * Reads the registry's keys for signatures.
 *
 * @param settings - `peerKeys` of the settings
 * @returns the registered key or the address of the key set; `undefined` when nothing is set
 * @throws DciError `err.configuration.invalid` with the path of a key that cannot be used
 */
export async function readPeerKeys(settings: DataSourceSettings['peerKeys']): Promise<PeerKeysOption | undefined> {
  if (settings === undefined) return undefined;
  if ('jwksUrl' in settings) return { jwksUrl: settings.jwksUrl };
  const isPem = 'pem' in settings;
  const publicKey = await readKey(`peerKeys.${isPem ? 'pem' : 'jwk'}`, () =>
    readPublicKey(isPem ? settings.pem : JSON.stringify(settings.jwk)),
  );
  const kid = isPem || typeof settings.jwk.kid !== 'string' ? undefined : settings.jwk.kid;
  // As the keys of a JWKS are named: replies name this key, whoever copied it out of the set.
  const keyId = settings.keyId ?? (kid === undefined ? undefined : (parseKid(kid)?.keyId ?? kid));
  return { keys: [{ publicKey, state: 'active', ...(keyId !== undefined && { keyId }) }] };
}

/**
 * Reads the registry's key for encryption.
 *
 * @param jwk - `encryptionKey` of the settings
 * @returns the key with its name; `undefined` when nothing is set
 * @throws DciError `err.configuration.invalid` with the path
 */
export async function readPeerEncryptionKey(
  jwk: DataSourceSettings['encryptionKey'],
): Promise<EncryptionKey | undefined> {
  if (jwk === undefined) return undefined;
  const publicKey = await readKey('encryptionKey', () => readEncryptionKey(JSON.stringify(jwk)));
  return { publicKey, ...(typeof jwk.kid === 'string' && { kid: jwk.kid }) };
}

/**
 * @param path - member of the settings
 * @param read - reads the key in it
 * @returns the key
 * @throws DciError `err.configuration.invalid` with the path
 */
export async function readKey<Key>(path: string, read: () => Promise<Key>): Promise<Key> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DciError)) throw error;
    throw settingsError([{ path, text: `is not usable: ${error.message}` }]);
  }
}
