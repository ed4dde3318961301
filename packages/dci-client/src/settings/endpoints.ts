import { type DialectCall, nearestName, type RegistryType } from 'dci-core';
import type { DataSourceSettings } from '../data-source-settings.ts';
import type { SettingsFault } from './settings-fault.ts';

/** A special call is named by its path. */
const calls = Object.keys({
  'sync-search': true,
  search: true,
  subscribe: true,
  unsubscribe: true,
  'sync-txn-status': true,
  'txn-status': true,
  'sync-receipt': true,
  receipt: true,
} satisfies Record<Exclude<DialectCall, 'special'>, true>);

/**
 * Judges addresses that differ from those of the dialect: requests carry a credential and personal data, so they go to
 * the registry and nowhere else.
 *
 * @param settings - the settings
 * @param registry - the registry type that they name; `undefined`: any path is taken for one of its operations
 * @returns what is wrong
 */
export function endpointFaults(
  { endpoints = {}, baseUrl }: DataSourceSettings,
  registry: RegistryType | undefined,
): SettingsFault[] {
  const known = [...calls, ...(registry?.operations ?? []).map(({ path }) => path)];
  return Object.entries(endpoints).flatMap(([call, address]): SettingsFault[] => {
    const path = `endpoints.${call}`;
    if (address === undefined) return [];
    if (registry !== undefined && !known.includes(call)) {
      const nearest = nearestName(call, known);
      return [
        { path, text: `names no call of the registry${nearest === undefined ? '' : `; did you mean ${nearest}?`}` },
      ];
    }
    if (/[\s\\?#\p{Cc}]/u.test(address) || !URL.canParse(absoluteEndpoint(baseUrl, address))) {
      return [{ path, text: 'must be an address, or a path below baseUrl, without query and fragment' }];
    }
    if (address.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
      return [{ path, text: 'must not hold the segments . and ..' }];
    }
    const url = new URL(absoluteEndpoint(baseUrl, address));
    if (url.origin !== new URL(baseUrl).origin || `${url.username}${url.password}` !== '') {
      return [{ path, text: 'must not leave the host of baseUrl' }];
    }
    return [];
  });
}

/**
 * @param baseUrl - of the data source
 * @param address - absolute, or a path below `baseUrl`
 * @returns the absolute address
 */
export function absoluteEndpoint(baseUrl: string, address: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return address;
  if (address.startsWith('//')) return `${new URL(baseUrl).protocol}${address}`;
  return `${baseUrl.replace(/\/+$/, '')}/${address.replace(/^\/+/, '')}`;
}
