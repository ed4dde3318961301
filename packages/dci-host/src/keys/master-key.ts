import { scryptSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DciError, type Random } from 'dci-core';
import type { Secret } from '../config/secret.ts';
import { closeToOthers } from '../database/data-directory.ts';
import { keepSetting, readSetting } from '../database/settings.ts';
import type { Database } from '../database/state-database.ts';
import { createSealer, type Sealer } from './seal.ts';

/** Name of the master key file that a host without a configured key makes in development. */
export const masterKeyFileName = 'master.key';

const shortestPassphrase = 20;
const checkPurpose = 'dci-host/master-key-check';
const checkText = new TextEncoder().encode('the master key is right');

/** What {@link openSealer} works with. */
export interface OpenSealerOptions {
  /** The durable connection of the migrated state. */
  readonly database: Database;
  /** `HostConfig.masterKey`; absent: `data/master.key` is used, and made when it is not there. */
  readonly masterKey?: Secret;
  readonly dataDirectory: string;
  readonly random: Random;
}

/** A sealer, and whether its key lies beside the data that it protects. */
export interface OpenedSealer {
  readonly sealer: Sealer;
  /** True for a development key in the data directory: whoever copies the directory can open everything. */
  readonly keyLiesInDataDirectory: boolean;
}

/**
 * Makes the host's sealer from its master key and proves that it is the key which sealed this state.
 *
 * A master key is either 32 random bytes as base64, base64url or hex (`openssl rand -base64 32`), or a passphrase
 * of at least 20 characters, which is stretched with scrypt and a salt of this state.
 *
 * @param options - state, key and directory
 * @returns the sealer
 * @throws DciError err.configuration.invalid for a passphrase that is too short, and for a key other than the one
 * that this state was sealed with, which is refused before anything is written
 */
export function openSealer(options: OpenSealerOptions): OpenedSealer {
  const { database, dataDirectory, random } = options;
  const isSealed = readSetting(database, 'seal.check') !== undefined;
  if (options.masterKey === undefined && isSealed && !existsSync(join(dataDirectory, masterKeyFileName))) {
    throw wrongKey(dataDirectory);
  }
  const text = options.masterKey?.reveal() ?? developmentKey(dataDirectory, random);
  const sealer = createSealer(
    readMasterKey(text, () => keepSetting(database, 'seal.salt', random.bytes(16))),
    random,
  );
  if (!isSealed) keepSetting(database, 'seal.check', sealer.seal(checkText, checkPurpose));
  const check = readSetting(database, 'seal.check');
  if (check === undefined || sealer.open(check, checkPurpose) === undefined) throw wrongKey(dataDirectory);
  return { sealer, keyLiesInDataDirectory: options.masterKey === undefined };
}

/**
 * Turns the text of a master key into key material.
 *
 * @param text - 32 bytes as base64, base64url or hex, or a passphrase
 * @param salt - gives the salt for stretching a passphrase
 * @returns 32 bytes
 * @throws DciError err.configuration.invalid when it is neither
 */
export function readMasterKey(text: string, salt: () => Uint8Array): Uint8Array {
  const fault = masterKeyFault(text);
  if (fault !== undefined) throw new DciError('err.configuration.invalid', `the master key: ${fault}`);
  const bytes = randomKey(text);
  if (bytes !== undefined) return bytes;
  return scryptSync(text.normalize('NFC'), salt(), 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}

/**
 * Tells what is wrong with the text of a master key, before there is any state.
 *
 * @param text - the text
 * @returns what is expected instead, without the text; `undefined` when it can be a master key
 */
export function masterKeyFault(text: string): string | undefined {
  if (randomKey(text) !== undefined || text.length >= shortestPassphrase) return undefined;
  return `32 bytes as base64 or hex (openssl rand -base64 32), or at least ${shortestPassphrase} characters are expected`;
}

function randomKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 ? bytes : undefined;
}

function wrongKey(dataDirectory: string): DciError {
  return new DciError(
    'err.configuration.invalid',
    `the master key (DCI_MASTER_KEY, or ${masterKeyFileName} in the data directory) is not the one that sealed ${dataDirectory}`,
  );
}

function developmentKey(dataDirectory: string, random: Random): string {
  const path = join(dataDirectory, masterKeyFileName);
  try {
    writeFileSync(path, `${Buffer.from(random.bytes(32)).toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  closeToOthers(path);
  return readFileSync(path, 'utf8').trim();
}
