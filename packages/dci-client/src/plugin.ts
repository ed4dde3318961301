import { definePlugin, type Plugin } from 'dci-host';
import { searchCommand } from './plugin/search-command.ts';

export type { DciClientOptions, DciClientPlugin } from './plugin/client-plugin.ts';
export type { ClientCredentials } from './plugin/credentials.ts';
export { searchCommand } from './plugin/search-command.ts';

/**
 * The plug-in of a host that asks other registries: adds the command `dci search`.
 *
 * @returns the plug-in
 */
export function dciClient(): Plugin {
  return definePlugin({
    name: 'dci-client',
    commands: [searchCommand],
    setup: () => ({}),
  });
}
