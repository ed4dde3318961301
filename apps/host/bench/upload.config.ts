import process from 'node:process';
import { social } from 'dci-core';
import { defineConfig } from 'dci-host';
import { dciServer, recordStoreAdapter } from 'dci-server';

/** A social registry of many persons, whose callbacks may go to the machine itself. */
export const config = defineConfig({
  senderId: 'registry.bench.example',
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
  plugins: [
    dciServer({
      registries: [
        {
          type: social,
          adapter: recordStoreAdapter({ registryType: social, file: process.env.DCI_BENCH_REGISTRY ?? '' }),
        },
      ],
    }),
  ],
});
