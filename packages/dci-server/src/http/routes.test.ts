import { crvs, dr, fr, ibr, social } from 'dci-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { silentEgress } from '../async.fixtures.ts';
import { startTestServer, type TestServer } from '../server.fixtures.ts';

const types = [social, crvs, ibr, dr, fr];
const paths = [
  'search',
  'subscribe',
  'unsubscribe',
  'txn/status',
  'receipt',
  'sync/search',
  'sync/txn/status',
  'sync/receipt',
] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    registries: types.map((type) => ({ type, adapter: memoryAdapter({ registryType: type, records: {} }) })),
    defaultRegistry: 'fr',
    host: { egressPort: silentEgress() },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const prefixes = [...types.flatMap(({ slugs }) => slugs.flatMap((slug) => [`${slug}/registry`, slug])), 'registry'];

it.each(prefixes.flatMap((prefix) => paths.map((path) => `${prefix}/${path}`)))('POST %s is there', async (path) => {
  const url = `/dci_api/v1/${path}`;
  const reply = await server.send('{}', { path: url, authorization: null });
  expect(reply.status).toBe(401);
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const refused = await server.send('{}', { path: url, method });
    expect(refused.status, method).toBe(405);
    expect(refused.headers.get('allow')).toContain('POST');
  }
});

it.each([
  'social/registry/on-search',
  'social/registry/notify',
  'social/registry/txn/on-status',
  'social/registry/sync/subscribe',
  'social/registry/sync/unsubscribe',
  'social/registry/txn',
  'social/registry/search/x',
  'social/registry',
  'esss/registry/search',
  'search',
])('%s is not', async (path) => {
  const reply = await server.send('{}', { path: `/dci_api/v1/${path}` });
  expect(reply.status, reply.text).toBe(404);
});
