import { DciError } from 'dci-core';
import type { HostConfig } from 'dci-host';
import type { DataSourceSettings } from '../../data-source-settings.ts';
import { checkDataSourceSettings, type SettingsRules, standardRegistryTypes } from '../../settings/check-settings.ts';
import type { DciClientOptions } from '../client-plugin.ts';
import type { SourceStore } from './source-store.ts';

/** A data source of a host. */
export interface SourceEntry {
  readonly settings: DataSourceSettings;
  /** `configuration`: of `dci.config.ts`; `state`: added at run time. */
  readonly origin: 'configuration' | 'state';
  readonly disabled: boolean;
}

/** The data sources of a host, from its configuration and its state. */
export interface SourceDirectory {
  /** @returns all, those of the configuration first */
  list(): readonly SourceEntry[];
  /** @returns the source of that code */
  find(code: string): SourceEntry | undefined;
  /**
   * @param code - of the source
   * @returns the source
   * @throws DciError `err.configuration.invalid` when there is none, or it is disabled
   */
  enabled(code: string): SourceEntry;
}

/**
 * Gives the rules by which settings are judged in a host.
 *
 * @param options - of the plug-in
 * @param config - of the host
 * @returns the rules
 */
export function settingsRules(
  { registryTypes, dialects, callbackBase }: DciClientOptions,
  config: Pick<HostConfig, 'production' | 'senderId'>,
): SettingsRules {
  return {
    production: config.production,
    ...(registryTypes !== undefined && { registryTypes: [...standardRegistryTypes, ...registryTypes] }),
    ...(dialects !== undefined && { dialects }),
    // A host always has keys of both uses.
    defaults: {
      senderId: config.senderId,
      signingKey: true,
      decryptionKeys: true,
      ...(callbackBase !== undefined && { callbackBase }),
    },
  };
}

/**
 * Joins the sources of a configuration with those that were added at run time.
 *
 * @param configured - of the configuration, checked
 * @param store - the state
 * @returns the directory; every call sees the state of that moment
 */
export function createSourceDirectory(configured: readonly DataSourceSettings[], store: SourceStore): SourceDirectory {
  const byCode = new Map(configured.map((settings) => [settings.code, settings]));
  const ofConfiguration = (settings: DataSourceSettings): SourceEntry => ({
    settings,
    origin: 'configuration',
    disabled: settings.disabled === true || store.find(settings.code)?.disabled === true,
  });
  const find: SourceDirectory['find'] = (code) => {
    const settings = byCode.get(code);
    if (settings !== undefined) return ofConfiguration(settings);
    const stored = store.find(code);
    if (stored?.settings === undefined) return undefined;
    return {
      settings: stored.settings,
      origin: 'state',
      disabled: stored.disabled || stored.settings.disabled === true,
    };
  };
  return {
    find,
    list: () => [
      ...configured.map(ofConfiguration),
      ...store.list().flatMap(({ code }) => (byCode.has(code) ? [] : (find(code) ?? []))),
    ],
    enabled: (code) => {
      const entry = find(code);
      if (entry === undefined) throw unusable(`there is no data source ${code}`);
      if (entry.disabled) throw unusable(`the data source ${code} is disabled`);
      return entry;
    },
  };
}

/**
 * Checks the sources of a configuration.
 *
 * @param sources - as written
 * @param rules - what they are judged by
 * @returns the checked settings and every fault, without values
 */
export function checkSources(
  sources: readonly DataSourceSettings[],
  rules: SettingsRules,
): { readonly checked: readonly DataSourceSettings[]; readonly faults: readonly string[] } {
  const checked: DataSourceSettings[] = [];
  const faults: string[] = [];
  sources.forEach((settings, index) => {
    try {
      const good = checkDataSourceSettings(settings, rules);
      if (checked.some(({ code }) => code === good.code)) faults.push(`sources[${index}].code is there more than once`);
      checked.push(good);
    } catch (error) {
      if (!(error instanceof DciError)) throw error;
      faults.push(`sources[${index}]: ${error.message}`);
    }
  });
  return { checked, faults };
}

function unusable(text: string): DciError {
  return new DciError('err.configuration.invalid', text, { path: 'source' });
}
