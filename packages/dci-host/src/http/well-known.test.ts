import { readEncryptionJwks, readJwks } from 'dci-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestHost, type TestHost } from '../testing/test-host.ts';

let host: TestHost;
beforeEach(async () => {
  host = await createTestHost({ senderId: 'host.example', basePathAliases: ['/api/v2/dci'] });
});
afterEach(async () => {
  await host.dispose();
});

const get = (path = '/.well-known/jwks.json', headers: Record<string, string> = {}): Promise<Response> =>
  host.fetch(new Request(`http://localhost${path}`, { headers }));

test('the key set is the same at the root and below every base path', async () => {
  const bodies = await Promise.all(
    ['', '/dci_api/v1', '/api/v2/dci'].map(async (base) => (await get(`${base}/.well-known/jwks.json`)).text()),
  );
  expect(new Set(bodies).size).toBe(1);
});

test('it holds active and retiring keys under {sender}|{key}|{algorithm}, and nothing private', async () => {
  const { active, retiring } = await host.context.keys.rotate({ algorithm: 'rs256', leadSeconds: 0 });
  const revoked = await host.context.keys.generate();
  await host.context.keys.revoke(revoked.keyId);
  await host.context.keys.generate({ state: 'pending' });
  const reply = await get();
  expect(reply.headers.get('content-type')).toBe('application/json');
  const text = await reply.text();
  const kids = JSON.parse(text).keys.map(({ kid }: { kid: string }) => kid);
  const [encryption] = await host.context.keys.encryptionKeys();
  expect(kids).toEqual([
    `host.example|${active.keyId}|rs256`,
    `host.example|${retiring[0]?.keyId}|ed25519`,
    `host.example|${encryption?.keyId}|ECDH-ES+A256KW`,
  ]);
  expect(readEncryptionJwks(text).map(({ publicKey }) => publicKey)).toEqual([encryption?.publicKey]);
  expect(readJwks(text, { senderId: 'host.example' }).map(({ publicKey }) => publicKey)).toEqual([
    active.publicKey,
    retiring[0]?.publicKey,
  ]);
  expect(text).not.toMatch(/"(?:d|p|q|dp|dq|qi)":/);
});

test('it can be kept for a minute, and asked for again by its tag', async () => {
  const first = await get();
  expect(first.headers.get('cache-control')).toBe('public, max-age=60');
  const tag = first.headers.get('etag') ?? '';
  for (const value of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await get(undefined, { 'if-none-match': value });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
  }
  await host.context.keys.rotate({ leadSeconds: 0 });
  const changed = await get(undefined, { 'if-none-match': tag });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(tag);
});
