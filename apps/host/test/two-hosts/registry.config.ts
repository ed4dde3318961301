import { join } from 'node:path';
import process from 'node:process';
import { crvs, dr, ibr, isJsonObject, social } from 'dci-core';
import { defineConfig } from 'dci-host';
import { dciServer, memoryAdapter } from 'dci-server';
import { control } from './control.fixtures.ts';
import { beneficiaries, civilPersons, disabledPersons, persons } from './records.fixtures.ts';

const socialAdapter = memoryAdapter({ registryType: social, records: { Person: persons } });

/** The host that answers: four registries in memory, tokens by OAuth2, callbacks on the loopback address. */
export const config = defineConfig({
  senderId: 'registry.example.org',
  dataDirectory: join(process.env.TWO_HOSTS_DIRECTORY ?? '.', 'registry'),
  plugins: [
    dciServer({
      oauth2: {},
      registries: [
        { type: social, adapter: socialAdapter },
        { type: crvs, adapter: memoryAdapter({ registryType: crvs, records: { Person: civilPersons } }) },
        { type: ibr, adapter: memoryAdapter({ registryType: ibr, records: { Beneficiary: beneficiaries } }) },
        { type: dr, adapter: memoryAdapter({ registryType: dr, records: { DisabledPerson: disabledPersons } }) },
      ],
      delivery: { delaysMs: Array.from({ length: 400 }, () => 300), firstPauseMs: 200, longestPauseMs: 500 },
      limits: { quota: { perMinute: 10_000_000, perDay: 1_000_000_000 } },
    }),
    control(async ({ record }) => {
      if (!isJsonObject(record)) throw new Error('record is no object');
      return await socialAdapter.put('Person', record);
    }),
  ],
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
});
