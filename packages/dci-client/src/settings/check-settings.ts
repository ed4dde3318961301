import {
  crvs,
  type Dialect,
  dialects,
  dr,
  findDialect,
  fr,
  ibr,
  nearestName,
  type RegistryType,
  social,
} from 'dci-core';
import * as v from 'valibot';
import { type DataSourceSettings, dataSourceSettingsSchema } from '../data-source-settings.ts';
import { endpointFaults } from './endpoints.ts';
import { isLoopback } from './loopback.ts';
import { type SettingsFault, settingsError } from './settings-fault.ts';

/** What a program gives to all data sources whose settings say nothing else. */
export interface SettingsDefaults {
  readonly senderId?: string | undefined;
  /** Whether there is a key that signs for settings without `key`. */
  readonly signingKey?: unknown;
  /** Whether there are keys that decrypt replies. */
  readonly decryptionKeys?: unknown;
  readonly callbackBase?: string | undefined;
}

/** What settings are judged by. */
export interface SettingsRules {
  /** Refuses addresses without TLS and unsigned replies. */
  readonly production: boolean;
  /** In production: addresses without TLS are allowed as long as they name this machine, for a proxy beside the program. */
  readonly allowHttp?: boolean;
  /** Absent: the five of dci-core. */
  readonly registryTypes?: readonly RegistryType[];
  /** Dialects beside those of dci-core. */
  readonly dialects?: readonly Dialect[];
  readonly defaults?: SettingsDefaults;
}

/** The registry types of dci-core. */
export const standardRegistryTypes: readonly RegistryType[] = [social, crvs, ibr, dr, fr];

/**
 * Checks the settings of a data source: form, names of registry type and dialect, and what spans several members. Reads
 * no secret and asks nobody.
 *
 * @param value - as configured, as typed on a command line, or as stored
 * @param rules - what they are judged by
 * @returns the settings, without members that are `undefined`
 * @throws DciError `err.configuration.invalid` that names every fault; its path is that of the first, its text holds no value
 */
export function checkDataSourceSettings(value: unknown, rules: SettingsRules): DataSourceSettings {
  const result = v.safeParse(dataSourceSettingsSchema, withoutUndefined(value));
  if (!result.success) {
    const faults = result.issues.map((issue) => ({ path: v.getDotPath(issue) ?? 'dataSource', text: issue.message }));
    throw settingsError(faults);
  }
  const settings: DataSourceSettings = result.output;
  const faults = [
    ...nameFaults(settings, rules),
    ...partyFaults(settings, rules.defaults ?? {}),
    ...keyFaults(settings, rules),
    ...addressFaults(settings, rules),
    ...endpointFaults(settings, registryTypeOf(settings, rules)),
  ];
  if (faults.length > 0) throw settingsError(faults);
  return settings;
}

/**
 * @param settings - the settings
 * @param rules - the registry types that are known
 * @returns the registry type that they name, or `undefined`
 */
export function registryTypeOf(
  { registry }: DataSourceSettings,
  { registryTypes = standardRegistryTypes }: Pick<SettingsRules, 'registryTypes'>,
): RegistryType | undefined {
  return registryTypes.find(({ name }) => name === registry);
}

const unknownName = (path: string, what: string, name: string, known: readonly string[]): SettingsFault => {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`;
  return { path, text: `names no ${what} that is known; ${hint}` };
};

function nameFaults(settings: DataSourceSettings, rules: SettingsRules): SettingsFault[] {
  const { registryTypes = standardRegistryTypes, dialects: more = [] } = rules;
  const { registry, dialect } = settings;
  const faults: SettingsFault[] = [];
  if (registryTypeOf(settings, rules) === undefined) {
    const known = registryTypes.map(({ name }) => name);
    faults.push(unknownName('registry', 'registry type', registry, known));
  }
  if (dialect !== undefined && findDialect(dialect, more) === undefined) {
    const known = [...dialects, ...more].map(({ name }) => name);
    faults.push(unknownName('dialect', 'dialect', dialect, known));
  }
  return faults;
}

function partyFaults(settings: DataSourceSettings, defaults: SettingsDefaults): SettingsFault[] {
  const { senderId, key, keyId, authorization } = settings;
  const faults: SettingsFault[] = [];
  if (senderId === undefined && defaults.senderId === undefined) faults.push({ path: 'senderId', text: 'is missing' });
  if (key === undefined && defaults.signingKey === undefined) faults.push({ path: 'key', text: 'is missing' });
  if (key !== undefined && keyId === undefined) {
    faults.push({ path: 'keyId', text: 'is missing: the registry must know the key by a name' });
  }
  if (key === undefined && keyId !== undefined) {
    faults.push({ path: 'keyId', text: 'names a key, but there is none in key' });
  }
  if (authorization?.kind === 'basic' && /[:\p{Cc}]/u.test(authorization.user)) {
    faults.push({ path: 'authorization.user', text: 'must not hold a colon or control characters (RFC 7617)' });
  }
  return faults;
}

function keyFaults(
  settings: DataSourceSettings,
  { production, dialects: more, defaults }: SettingsRules,
): SettingsFault[] {
  const { peerKeys, receiverId, requireSignedReplies, encrypt, encryptionKey, tls, dialect } = settings;
  const faults: SettingsFault[] = [];
  if (peerKeys !== undefined && !('jwksUrl' in peerKeys) && receiverId === undefined) {
    faults.push({ path: 'receiverId', text: 'is missing: keys alone do not tell whose they are' });
  }
  if (production && requireSignedReplies === false) {
    faults.push({ path: 'requireSignedReplies', text: 'must not be false in production' });
  }
  if (encrypt === true) {
    if (findDialect(dialect ?? 'spdci-1.0', more)?.encryption === undefined) {
      faults.push({ path: 'encrypt', text: 'is not possible: the dialect knows no encryption' });
    }
    if (encryptionKey === undefined && peerKeys !== undefined && !('jwksUrl' in peerKeys)) {
      faults.push({ path: 'encryptionKey', text: 'is missing: without a jwksUrl there is no key to encrypt to' });
    }
    if (defaults?.decryptionKeys === undefined) {
      faults.push({
        path: 'encrypt',
        text: 'is not possible without decryption keys, because replies are encrypted too',
      });
    }
  }
  if ((tls?.certificate === undefined) !== (tls?.key === undefined)) {
    const absent = tls?.key === undefined ? 'key' : 'certificate';
    faults.push({ path: `tls.${absent}`, text: 'is missing: a certificate and its key belong together' });
  }
  return faults;
}

function addressFaults(
  settings: DataSourceSettings,
  { production, allowHttp, defaults }: SettingsRules,
): SettingsFault[] {
  const { baseUrl, authorization, peerKeys, callbackBase = defaults?.callbackBase, endpoints = {}, tls } = settings;
  const addresses: readonly (readonly [path: string, address: string | undefined])[] = [
    ['baseUrl', baseUrl],
    ['authorization.tokenUrl', authorization?.kind === 'oauth2' ? authorization.tokenUrl : undefined],
    ['peerKeys.jwksUrl', peerKeys !== undefined && 'jwksUrl' in peerKeys ? peerKeys.jwksUrl : undefined],
    ['callbackBase', callbackBase],
    ...Object.entries(endpoints).map(([call, address]) => [`endpoints.${call}`, address] as const),
  ];
  const isPlain = (address: string | undefined): address is string => /^http:/i.test(address ?? '');
  const faults = addresses.flatMap(([path, address]): SettingsFault[] => {
    if (!production || !isPlain(address) || (allowHttp === true && isLoopback(address))) return [];
    const exception = allowHttp === true ? ', or name this machine' : '';
    return [{ path, text: `must begin with https: in production${exception}` }];
  });
  if (tls !== undefined && isPlain(baseUrl)) {
    faults.push({ path: 'tls', text: 'has no effect, because baseUrl does not begin with https:' });
  }
  return faults;
}

/** A member that is `undefined` is an absent one; `process.env` gives such. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present.map(([key, member]) => [key, withoutUndefined(member)]));
}
