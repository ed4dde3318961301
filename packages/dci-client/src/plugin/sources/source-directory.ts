import { DciError, nearestName } from 'dci-core';
import type { HostConfig } from 'dci-host';
import * as v from 'valibot';
import { type DataSourceSettings, dataSourceSettingsSchema } from '../../data-source-settings.ts';
import { checkDataSourceSettings, type SettingsRules, standardRegistryTypes } from '../../settings/check-settings.ts';
import type { DciClientOptions } from '../client-plugin.ts';
import type { SourceStore, StoredSource } from './source-store.ts';

/** A data source of a host. */
export interface SourceEntry {
  readonly settings: DataSourceSettings;
  /** `configuration`: of `dci.config.ts`; `state`: added at run time. */
  readonly origin: 'configuration' | 'state';
  readonly disabled: boolean;
  /** When somebody last changed it at run time; Unix milliseconds. */
  readonly changedAt?: number;
  /** The configuration has taken the place of settings that were added at run time. */
  readonly hidesStored: boolean;
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
  const entryOf = (
    settings: DataSourceSettings,
    origin: SourceEntry['origin'],
    stored: StoredSource | undefined,
  ): SourceEntry => ({
    settings,
    origin,
    disabled: settings.disabled === true || stored?.disabled === true,
    ...(stored !== undefined && { changedAt: stored.changedAt }),
    hidesStored: origin === 'configuration' && stored?.settings !== undefined,
  });
  const find: SourceDirectory['find'] = (code) => {
    const configured = byCode.get(code);
    const stored = store.find(code);
    if (configured !== undefined) return entryOf(configured, 'configuration', stored);
    return stored?.settings === undefined ? undefined : entryOf(stored.settings, 'state', stored);
  };
  return {
    find,
    list: () => [
      ...configured.flatMap(({ code }) => find(code) ?? []),
      ...store.list().flatMap(({ code }) => (byCode.has(code) ? [] : (find(code) ?? []))),
    ],
    enabled: (code) => {
      const entry = find(code);
      if (entry === undefined) {
        const codes = [...configured, ...store.list()].map((known) => known.code);
        const nearest = nearestName(code, codes);
        const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
        throw unusable(`there is no data source ${code}${hint}`);
      }
      if (entry.disabled) throw unusable(`the data source ${code} is disabled`);
      return entry;
    },
  };
}

/**
 * Finds what is wrong with the options of the plug-in.
 *
 * @param options - of the plug-in
 * @param config - of the host
 * @returns every fault, without values
 */
export function optionFaults(
  options: DciClientOptions,
  config: Pick<HostConfig, 'production' | 'senderId'>,
): readonly string[] {
  const { callbackBase, ...others } = options;
  const form = v.safeParse(dataSourceSettingsSchema.entries.callbackBase, callbackBase);
  const isPlain = config.production && callbackBase?.toLowerCase().startsWith('http:') === true;
  const fault = isPlain ? 'must begin with https: in production' : form.issues?.[0].message;
  // It is one fault, not one of every source.
  const rules = settingsRules(callbackBase === undefined || fault !== undefined ? others : options, config);
  return [
    ...(callbackBase === undefined || fault === undefined ? [] : [`callbackBase ${fault}`]),
    ...checkSources(options.sources ?? [], rules).faults,
  ];
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
