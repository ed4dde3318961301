import type { CallbackHandler, DciClient } from 'dci-client';
import type { DciClientPlugin } from 'dci-client/plugin';
import { DciError } from 'dci-core';
import { definePlugin } from 'dci-host';

/** A client plug-in whose clients are doubles, and that keeps the handlers which it was given. */
export interface ClientPluginDouble extends DciClientPlugin {
  readonly handlers: readonly CallbackHandler[];
}

/**
 * @param clients - the clients of its sources
 * @returns the plug-in
 */
export function clientPluginDouble(...clients: readonly DciClient[]): ClientPluginDouble {
  const handlers: CallbackHandler[] = [];
  const client = async (code: string): Promise<DciClient> => {
    const found = clients.find(({ source }) => source === code);
    if (found === undefined) throw new DciError('err.configuration.invalid', 'there is no such data source');
    return found;
  };
  return {
    ...definePlugin({ name: 'dci-client', setup: () => ({}) }),
    handlers,
    client,
    clientFor: (_, code) => client(code),
    sources: async () => clients.map(({ source }) => source),
    handle: (handler) => {
      if (handlers.some(({ name }) => name === handler.name)) {
        throw new DciError('err.configuration.invalid', 'another handler has this name');
      }
      handlers.push(handler);
    },
  };
}
