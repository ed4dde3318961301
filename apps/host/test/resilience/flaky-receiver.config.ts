import { join } from 'node:path';
import { social } from 'dci-core';
import { defineConfig } from 'dci-host';
import { dciServer, recordStoreAdapter } from 'dci-server';
import { deliveryDelaysMs, pageSize } from './flaky-schedule.fixtures.ts';

/** A host whose schedule of deliveries is that of production, made shorter: twenty delays within half a minute. */
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
      limits: { quota: { perMinute: 10_000_000, perDay: 1_000_000_000 }, maxPageSize: pageSize },
      delivery: {
        delaysMs: deliveryDelaysMs,
        longestRetryAfterMs: 100,
        firstPauseMs: 10,
        longestPauseMs: 80,
        callsPerReceiver: 32,
      },
    }),
  ],
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
});
