import { expect, test } from 'vitest';
import { createTestHost } from '../testing/test-host.ts';

const locations = [
  { id: 'REGION_01', name: 'Central Region', type: 'region', parent_id: null },
  { id: 'D1', name: 'Äußerer Bezirk', type: 'district', parent_id: 'REGION_01' },
];

test('the tree is the same at the root and below every base path, in the early form and the standard’s', async () => {
  await using host = await createTestHost({ locations, basePathAliases: ['/api/v2/dci'] });
  const paths = ['', '/dci_api/v1', '/api/v2/dci'].map((base) => `http://localhost${base}/.well-known/locations.json`);
  const replies = await Promise.all(paths.map((path) => host.fetch(new Request(path))));
  const bodies = await Promise.all(replies.map((reply) => reply.text()));
  expect(new Set(bodies).size).toBe(1);
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ '@type': 'LocationHierarchy', locations });
  expect(replies[0]?.headers.get('content-type')).toBe('application/json');
});

test('it can be kept, and asked for again by its tag', async () => {
  await using host = await createTestHost({ locations, basePath: '' });
  const get = (headers: Record<string, string> = {}) =>
    host.fetch(new Request('http://localhost/.well-known/locations.json', { headers }));
  const first = await get();
  expect(first.headers.get('cache-control')).toBe('public, max-age=3600');
  expect((await get({ 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(304);
  expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
});

test('without locations there is nothing', async () => {
  await using host = await createTestHost();
  const reply = await host.fetch(new Request('http://localhost/.well-known/locations.json'));
  expect([reply.status, await reply.json()]).toMatchObject([404, { errors: [{ code: 'err.request.not_found' }] }]);
  await using empty = await createTestHost({ locations: [] });
  expect((await empty.fetch(new Request('http://localhost/.well-known/locations.json'))).status).toBe(200);
});
