import {
  type Clock,
  DciError,
  type DecryptionKey,
  type Fetch,
  findDialect,
  readPrivateKey,
  type SigningKey,
} from 'dci-core';
import { createAuthorization } from '../authorization/create-authorization.ts';
import type { HeldSubscriptionStore } from '../callbacks/subscriptions.ts';
import type { TransactionStore } from '../callbacks/transactions.ts';
import type { DataSource } from '../data-source.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { checkDataSourceSettings, registryTypeOf, type SettingsRules } from './check-settings.ts';
import { absoluteEndpoint } from './endpoints.ts';
import { readKey, readPeerEncryptionKey, readPeerKeys } from './peer-keys.ts';
import { type ReadSecret, secretAt } from './secret.ts';
import { settingsError } from './settings-fault.ts';

/** What a host has for every data source. */
export interface HostDefaults {
  readonly senderId?: string | undefined;
  /** Gives the key that signs now. */
  readonly signingKey?: () => Promise<SigningKey>;
  /** Our own keys, to which registries encrypt. */
  readonly decryptionKeys?: () => Promise<readonly DecryptionKey[]>;
  /** Our own address below which callbacks arrive. */
  readonly callbackBase?: string | undefined;
  readonly transactions?: TransactionStore;
  readonly subscriptions?: HeldSubscriptionStore;
}

/** What settings are turned into a data source with. */
export interface SettingsPorts extends Omit<SettingsRules, 'defaults'> {
  /** Reads `env:NAME` and `file:PATH`; secrets that can change are read again when a registry refuses them. */
  readonly readSecret: ReadSecret;
  /** For requests of access tokens; with the TLS options of the settings. */
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly defaults?: HostDefaults;
}

/**
 * Turns plain settings into a data source: checks them, reads the secrets and keys that they name, and fills in what the
 * host gives to all. TLS options are not part of a data source: `resolveTls` reads them, and the fetch is made with them.
 *
 * @param settings - as configured, as typed on a command line, or as stored
 * @param ports - secrets, fetch, time, rules and defaults
 * @returns what `createClient` takes
 * @throws DciError `err.configuration.invalid`; its path names the member and its text holds no value
 */
export async function resolveSettings(settings: DataSourceSettings, ports: SettingsPorts): Promise<DataSource> {
  const { defaults = {} } = ports;
  const checked = checkDataSourceSettings(settings, ports);
  const registry = registryTypeOf(checked, ports);
  const senderId = checked.senderId ?? defaults.senderId;
  const dialect = findDialect(checked.dialect ?? 'spdci-1.0', ports.dialects);
  if (registry === undefined || senderId === undefined)
    throw new DciError('err.internal', 'Settings were not checked.');

  const { receiverId, scheme, encrypt, receipts, requireSignedReplies } = checked;
  const { timeoutSeconds, retries, maxReplyBytes } = checked;
  const [keys, authorization, peerKeys, encryptionKey] = await Promise.all([
    signingKeys(checked, senderId, ports),
    createAuthorization(checked.authorization ?? { kind: 'none' }, ports),
    readPeerKeys(checked.peerKeys),
    readPeerEncryptionKey(checked.encryptionKey),
  ]);
  const callbacks = callbacksOf(checked.callbackBase ?? defaults.callbackBase, defaults);
  return {
    code: checked.code,
    baseUrl: checked.baseUrl,
    registry,
    senderId,
    ...keys,
    authorization,
    ...(dialect !== undefined && { dialect }),
    ...(receiverId !== undefined && { receiverId }),
    ...(peerKeys !== undefined && { peerKeys }),
    ...(scheme !== undefined && { scheme }),
    ...(requireSignedReplies !== undefined && { requireSignedReplies }),
    ...(encrypt !== undefined && { encrypt }),
    ...(encryptionKey !== undefined && { encryptionKey }),
    ...(defaults.decryptionKeys !== undefined && { decryptionKeys: defaults.decryptionKeys }),
    ...(checked.endpoints !== undefined && { endpoints: absoluteEndpoints(checked.baseUrl, checked.endpoints) }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(retries !== undefined && { retries }),
    ...(maxReplyBytes !== undefined && { maxReplyBytes }),
    ...(callbacks !== undefined && { callbacks }),
    ...(receipts !== undefined && { receipts }),
  };
}

async function signingKeys(
  { key, keyId, scheme, dialect }: DataSourceSettings,
  senderId: string,
  { readSecret, defaults = {}, dialects }: SettingsPorts,
): Promise<Pick<DataSource, 'key' | 'keyId' | 'signingKey'>> {
  const { signingKey } = defaults;
  if (key === undefined || keyId === undefined) {
    if (signingKey === undefined) throw new DciError('err.internal', 'Settings were not checked.');
    // The host's key signs for the name that it has here.
    return { signingKey: async () => ({ ...(await signingKey()), senderId }) };
  }
  const text = await secretAt('key', key, readSecret);
  const privateKey = await readKey('key', () => readPrivateKey(text));
  const signs = scheme ?? findDialect(dialect ?? 'spdci-1.0', dialects)?.signatures.write ?? 'dci';
  if (privateKey.algorithm === 'es256' && signs.startsWith('dci')) {
    throw settingsError([{ path: 'key', text: `is on the curve P-256, with which the scheme ${signs} does not sign` }]);
  }
  return { key: privateKey, keyId };
}

function absoluteEndpoints(baseUrl: string, endpoints: NonNullable<DataSourceSettings['endpoints']>) {
  return Object.fromEntries(
    Object.entries(endpoints).flatMap(([call, address]) =>
      address === undefined ? [] : [[call, absoluteEndpoint(baseUrl, address)]],
    ),
  );
}

/** Without stores there is nobody to take callbacks, and calls that need them are refused. */
function callbacksOf(base: string | undefined, { transactions, subscriptions }: HostDefaults): DataSource['callbacks'] {
  if (base === undefined || transactions === undefined || subscriptions === undefined) return undefined;
  return { base: base.replace(/\/+$/, ''), transactions, subscriptions };
}
