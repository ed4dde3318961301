import { dciClient } from 'dci-client/plugin';
import { defineConfig } from 'dci-host';
import { dciServer } from 'dci-server';
import { demo } from './demo/plugin.ts';
import { demoRegistryOptions } from './demo/registries.ts';

/** The demo host: five registries of the same people, the client's commands, and what the demo can show. */
export const config = defineConfig({
  senderId: 'registry.demo.example',
  basePathAliases: ['/api/v2/dci'],
  // `dci demo receiver` listens on the loopback address, without TLS.
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
  plugins: [dciServer({ registries: demoRegistryOptions(), defaultRegistry: 'social' }), dciClient(), demo()],
});
