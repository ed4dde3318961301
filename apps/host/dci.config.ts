import process from 'node:process';
import type { DataSourceSettings } from 'dci-client';
import { dciClient } from 'dci-client/plugin';
import { crvs } from 'dci-client-crvs/plugin';
import { dr } from 'dci-client-dr/plugin';
import { ibr } from 'dci-client-ibr/plugin';
import { createLogger, defineConfig } from 'dci-host';
import { dciServer } from 'dci-server';
import { askingSenderId, clientSecretFile } from './demo/asking/client-secret.ts';
import { socialSink } from './demo/asking/social-sink.ts';
import { whenReachable } from './demo/asking/when-reachable.ts';
import { portOf } from './demo/demo-environment.ts';
import { demo } from './demo/plugin.ts';
import { createDemoRegistries } from './demo/registries.ts';
import { demoSurroundings, nationalDirectory } from './demo/surroundings.ts';

const { demoUrl, nationalUrl, dataDirectory, persons } = demoSurroundings();
const clock = { now: () => Date.now() };
const logger = createLogger({ level: 'warn', clock, destination: process.stderr });
const registries = createDemoRegistries({ persons });

/** A registry of the national demo host (national.config.ts), which gives this one tokens and leaves the secret in a file. */
const national = (code: string, registry: string): DataSourceSettings => ({
  code,
  registry,
  baseUrl: `${nationalUrl}/dci_api/v1`,
  authorization: {
    kind: 'oauth2',
    tokenUrl: `${nationalUrl}/oauth2/client/token`,
    clientId: askingSenderId,
    clientSecret: `file:${clientSecretFile(nationalDirectory(dataDirectory))}`,
  },
  receipts: true,
});

const client = dciClient({
  callbackBase: `${demoUrl}/dci_api/v1`,
  sources: [national('crvs_main', 'crvs'), national('ibr_main', 'ibr'), national('dr_main', 'dr')],
});
const civil = crvs({
  client,
  source: 'crvs_main',
  sink: socialSink({ store: () => registries.store('social', { config: { dataDirectory }, clock, logger }), clock }),
  subscribe: { eventTypes: ['LiveBirth', 'Death'] },
});

/**
 * The demo host: five registries of the same people, what the demo can show, and the services that ask the registries of a
 * second demo host, where that is running.
 */
export const config = defineConfig({
  senderId: askingSenderId,
  port: portOf(demoUrl),
  basePathAliases: ['/api/v2/dci'],
  // `dci demo receiver` and the second demo host listen on the loopback address, without TLS.
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
  plugins: [
    dciServer({ registries: registries.options, defaultRegistry: 'social' }),
    demo({ demoUrl, persons }),
    client,
    whenReachable(civil, { own: demoUrl, other: nationalUrl }),
    ibr({ client, sources: ['ibr_main'] }),
    dr({ client, source: 'dr_main' }),
  ],
});
