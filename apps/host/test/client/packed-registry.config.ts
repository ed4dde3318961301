import process from 'node:process';
import { crvs } from 'dci-core';
import { defineConfig } from 'dci-host';
import { dciServer, memoryAdapter } from 'dci-server';

const person = {
  '@type': 'CRVS_Person',
  identifier: [
    { identifier_type: 'UIN', identifier_value: '1234567897' },
    { identifier_type: 'BRN', identifier_value: 'B-2024-000017' },
  ],
  name: { given_name: 'Lucía', surname: 'Núñez' },
  sex: 'female',
  birth_date: '1990-05-17',
};

/** A civil registry that knows one person. */
export const config = defineConfig({
  senderId: 'crvs.example.org',
  dataDirectory: process.env.PACKED_REGISTRY_DIRECTORY ?? 'data',
  plugins: [
    dciServer({
      registries: [{ type: crvs, adapter: memoryAdapter({ registryType: crvs, records: { Person: [person] } }) }],
    }),
  ],
});
