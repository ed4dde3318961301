import process from 'node:process';
import type { Fetch } from 'dci-core';
import type { DataSource } from '../data-source.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { checkDataSourceSettings, type SettingsRules } from '../settings/check-settings.ts';
import { type HostDefaults, resolveSettings } from '../settings/resolve-settings.ts';
import { type ConnectionTls, fetchForSource, resolveTls } from '../settings/tls.ts';
import { type NodeFetch, type NodeFetchOptions, nodeFetch } from './fetch.ts';
import { type NodePorts, nodePlatform } from './ports.ts';
import { type NodeSecretsOptions, nodeSecrets } from './secrets.ts';

/** What plain settings are resolved with in a Node program. */
export interface NodeSourceOptions
  extends NodeSecretsOptions,
    Omit<NodeFetchOptions, 'tls'>,
    Omit<SettingsRules, 'defaults' | 'production'> {
  /** Absent: whether `NODE_ENV` is `production`. */
  readonly production?: boolean;
  /** What the settings may leave out, and the stores of requests that are answered by callback. */
  readonly defaults?: HostDefaults;
}

/** A data source with connections of its own. */
export interface NodeSource {
  /** What `createClient` and `probeDataSource` take, together with the ports. */
  readonly source: DataSource;
  readonly ports: Omit<NodePorts, 'fetch'> & { readonly fetch: Fetch };
  /** TLS options, for a probe. */
  readonly tls?: ConnectionTls;
  /** Ends the connections. A program that ends by itself need not call it. */
  close(): Promise<void>;
}

/**
 * Turns plain settings into a data source and the ports that go with it: secrets come from the environment and from
 * files, connections from `nodeFetch` with the TLS options of the settings.
 *
 * @param settings - the data source
 * @param options - where secrets lie, and what the settings leave out
 * @returns source and ports; nobody has been asked yet
 * @throws DciError `err.configuration.invalid`; its path names the member of the settings
 */
export async function resolveNodeSource(
  settings: DataSourceSettings,
  options: NodeSourceOptions = {},
): Promise<NodeSource> {
  const { env = process.env, production = env.NODE_ENV === 'production' } = options;
  const rules = { ...options, production };
  const { baseUrl, tls: tlsSettings } = checkDataSourceSettings(settings, rules);
  const readSecret = nodeSecrets({ ...options, env });
  const tls = await resolveTls(tlsSettings, readSecret);
  const fetches: NodeFetch[] = [];
  const fetch = fetchForSource(baseUrl, tls, (given) => {
    const made = nodeFetch({ ...options, tls: given });
    fetches.push(made);
    return made;
  });
  const platform = nodePlatform();
  return {
    source: await resolveSettings(settings, { ...rules, readSecret, fetch, clock: platform.clock }),
    ports: { ...platform, fetch },
    ...(tls !== undefined && { tls }),
    close: async () => {
      await Promise.all(fetches.map((each) => each.close()));
    },
  };
}
