import { defineConfig } from 'dci-host';
import { dciServer } from 'dci-server';
import { portOf, readDemoEnvironment } from './demo/demo-environment.ts';
import { nationalDemo, nationalRegistries } from './demo/national/plugin.ts';
import { createDemoRegistries } from './demo/registries.ts';

const { demoUrl, nationalUrl, persons } = readDemoEnvironment();

/**
 * The second demo host, for `npm start -- --config apps/host/national.config.ts`: civil, beneficiary and disability registry
 * of the people whom the demo host knows, too. It gives tokens to the demo host, which asks it.
 */
export const config = defineConfig({
  senderId: 'national.demo.example',
  port: portOf(nationalUrl),
  dataDirectory: '../../data/national',
  // The demo host publishes its keys and takes callbacks on the loopback address, without TLS.
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
  plugins: [
    dciServer({ oauth2: {}, registries: createDemoRegistries({ persons, served: nationalRegistries }).options }),
    nationalDemo({ demoUrl }),
  ],
});
