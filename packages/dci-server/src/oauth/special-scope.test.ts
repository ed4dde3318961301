import { ibr } from 'dci-core';
import { expect, test } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { beneficiaries } from '../records.fixtures.ts';
import { grantAll, startTestServer } from '../server.fixtures.ts';
import { openClientRegistry } from './client-registry.ts';

// Its header says `search`, its path another operation: the path decides.
test.each([
  ['ibr/enrolled', 200],
  ['ibr/search', 403],
])('with the scope %s a special call is answered %d', async (scope, status) => {
  const { ibr: grant } = grantAll(ibr).registries;
  await using server = await startTestServer({
    registries: [{ type: ibr, adapter: memoryAdapter({ registryType: ibr, records: { Beneficiary: beneficiaries } }) }],
    oauth2: {},
    policy: { registries: { ibr: { recordTypes: {}, ...grant, actions: ['search', 'enrolled'] } } },
  });
  const clients = await openClientRegistry(server.host.context, [ibr]);
  const { client, secret } = await clients.add({ senderId: server.peer.senderId });
  const granted = await server.host.fetch(
    new Request('http://localhost/oauth2/client/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: secret,
        scope,
      }).toString(),
    }),
  );
  const { access_token: token } = (await granted.json()) as { readonly access_token: string };
  const body = await server.envelope({
    message: {
      transaction_id: 't',
      enrolled_criteria: { query_type: 'idtype-value', query: { type: 'UIN', value: 'UIN-1' } },
    },
  });
  const reply = await server.send(body, {
    authorization: `Bearer ${token}`,
    path: '/dci_api/v1/ibr/registry/sync/enrolled',
  });
  expect([reply.status, reply.text.slice(0, 300)]).toEqual([status, expect.any(String)]);
});
