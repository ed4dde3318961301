import { createClient } from '../client.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import type { DciClient } from '../dci-client.ts';
import { settingsError } from '../settings/settings-fault.ts';
import { type NodeSourceOptions, resolveNodeSource } from './source.ts';

/** A client with connections of its own. */
export interface NodeClient extends DciClient {
  /** Ends its connections. A program that ends by itself need not call it. */
  close(): Promise<void>;
}

/**
 * Makes a client from plain settings in one call, for programs without a host: secrets come from the environment and from
 * files, connections from `nodeFetch` with the TLS options of the settings.
 *
 * @param settings - the data source
 * @param options - where secrets lie, and what the settings leave out
 * @returns the client; nothing is sent before the first call
 * @throws DciError `err.configuration.invalid`; its path names the member of the settings
 */
export async function createNodeClient(
  settings: DataSourceSettings,
  options: NodeSourceOptions = {},
): Promise<NodeClient> {
  if (settings.disabled === true) {
    throw settingsError([{ path: 'disabled', text: 'is true: this registry is not to be asked' }]);
  }
  const { source, ports, close } = await resolveNodeSource(settings, options);
  return Object.assign(createClient({ ...source, ...ports }), { close });
}
