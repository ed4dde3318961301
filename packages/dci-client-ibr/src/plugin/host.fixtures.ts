import type { DciClient } from 'dci-client';
import type { DciClientPlugin } from 'dci-client/plugin';
import { DciError } from 'dci-core';
import { definePlugin, type Plugin } from 'dci-host';

/** A client plug-in of which a test says what its data sources are. */
export interface ClientPluginOfTest extends Plugin, Pick<DciClientPlugin, 'client' | 'clientFor'> {
  /** Data sources that are not disabled, by code. */
  readonly clients: Map<string, DciClient>;
}

/** @returns the plug-in */
export function clientPlugin(clients: readonly DciClient[]): ClientPluginOfTest {
  const byCode = new Map(clients.map((client) => [client.source, client]));
  const find = async (code: string): Promise<DciClient> => {
    const client = byCode.get(code);
    if (client === undefined) throw new DciError('err.configuration.invalid', `there is no data source ${code}`);
    return client;
  };
  return definePlugin({
    name: 'dci-client',
    clients: byCode,
    client: find,
    clientFor: (_context, code) => find(code),
    setup: () => ({}),
  });
}
