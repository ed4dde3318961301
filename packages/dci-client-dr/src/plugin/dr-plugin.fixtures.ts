import type { CallbackHandler, DciClient } from 'dci-client';
import type { DciClientPlugin } from 'dci-client/plugin';
import { DciError } from 'dci-core';
import { definePlugin, type Plugin } from 'dci-host';
import { type FakeRegistry, fakeRegistry } from '../disability-source.fixtures.ts';

type ClientOfTest = Pick<DciClientPlugin, 'client' | 'clientFor' | 'sources' | 'handle'>;

/** A client plug-in whose data sources are registries in memory. */
export interface FakeClientPlugin extends Plugin, ClientOfTest {
  readonly registries: Map<string, FakeRegistry>;
  readonly handlers: CallbackHandler[];
}

/** @returns the plug-in, with a data source of each code */
export function fakeClientPlugin(...codes: readonly string[]): FakeClientPlugin {
  const registries = new Map(codes.map((code) => [code, fakeRegistry(code)]));
  const handlers: CallbackHandler[] = [];
  const client = async (code: string): Promise<DciClient> => {
    const registry = registries.get(code);
    if (registry === undefined) throw new DciError('err.configuration.invalid', 'there is no such data source');
    // What the service does not use is not there.
    return registry as unknown as DciClient;
  };
  return definePlugin({
    name: 'dci-client',
    registries,
    handlers,
    client,
    clientFor: (_context, code) => client(code),
    sources: async () => [...registries.keys()],
    handle: (handler: CallbackHandler) => void handlers.push(handler),
    setup: () => ({}),
  });
}
