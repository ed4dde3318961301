import type { Logger } from 'dci-core';
import { developmentVariables } from './config/environment.ts';
import type { DevelopmentSwitches, HostConfig } from './config/host-config.ts';
import { isOpenToOthers } from './database/data-directory.ts';
import type { Plugin } from './plugin.ts';

const meanings: Readonly<Record<keyof DevelopmentSwitches, string>> = {
  allowUnsignedRequests: 'requests without a signature are accepted',
  bypassBearerAuth: 'requests without a bearer token are accepted',
  allowHttpCallbacks: 'callbacks go to unencrypted http addresses',
  allowInternalCallbackIps: 'callbacks go to private and loopback addresses',
};

/**
 * Says loudly, at start, what is fit for development only (protocol.md section 4), and that others can look into the
 * data directory. A directory that is not there yet is made without that.
 *
 * @param logger - gets one warning for each
 * @param config - the configuration
 * @param plugins - have announcements of their own
 */
export function announce(logger: Logger, config: HostConfig, plugins: readonly Plugin[]): void {
  for (const [name, variable] of Object.entries(developmentVariables)) {
    const key = name as keyof DevelopmentSwitches;
    if (config.development[key]) logger.warn({ setting: variable }, `DEVELOPMENT SWITCH IS ON: ${meanings[key]}`);
  }
  if (config.masterKey === undefined) {
    logger.warn(
      { setting: 'DCI_MASTER_KEY' },
      'NO MASTER KEY IS SET: private keys are sealed with a key that lies beside them in the data directory',
    );
  }
  if (isOpenToOthers(config.dataDirectory)) {
    logger.warn(
      { directory: config.dataDirectory },
      'THE DATA DIRECTORY IS OPEN TO OTHER USERS of this machine: give it mode 0700',
    );
  }
  for (const plugin of plugins) {
    for (const line of plugin.announcements?.(config) ?? []) logger.warn({ plugin: plugin.name }, line);
  }
}
