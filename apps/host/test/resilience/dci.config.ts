import { join } from 'node:path';
import { social } from 'dci-core';
import { defineConfig } from 'dci-host';
import { dciServer, recordStoreAdapter } from 'dci-server';

/** The host that the resilience tests kill: a Social registry in a file, receivers on the loopback address. */
export const config = defineConfig({
  senderId: 'registry.example.org',
  plugins: [
    dciServer({
      registries: [
        {
          type: social,
          adapter: ({ config: { dataDirectory }, clock }) =>
            recordStoreAdapter({ registryType: social, file: join(dataDirectory, 'social.sqlite'), clock }),
        },
      ],
      // A receiver that was away is called again within the time of a test.
      delivery: {
        delaysMs: [200, 500, ...Array.from({ length: 30 }, () => 1_000)],
        firstPauseMs: 300,
        longestPauseMs: 1_000,
      },
      limits: { quota: { perMinute: 10_000_000, perDay: 1_000_000_000 } },
    }),
  ],
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
});
