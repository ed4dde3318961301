import { request } from 'node:http';
import { social } from 'dci-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import { socialPersons } from './records.fixtures.ts';
import {
  byId,
  isSignedByHost,
  itemsOf,
  readReply,
  recordsOf,
  searchItem,
  searchMessage,
  startTestServer,
  type TestReply,
  type TestServer,
} from './server.fixtures.ts';

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({
    registries: [
      { type: social, adapter: memoryAdapter({ registryType: social, records: { Person: socialPersons } }) },
    ],
    host: { basePathAliases: ['/api/v2/dci'] },
  });
  ({ url } = await server.host.listen());
});
afterAll(() => server[Symbol.asyncDispose]());

async function post(body: string, path = '/dci_api/v1/social/registry/sync/search'): Promise<TestReply> {
  const headers = { 'content-type': 'application/json; charset=UTF-8', authorization: `bearer ${server.peer.token}` };
  return readReply(await fetch(`${url}${path}`, { method: 'POST', headers, body }));
}

describe('over a real connection', () => {
  it.each(['/dci_api/v1/social/registry', '/dci_api/v1/sr/registry', '/api/v2/dci/social/registry', '/api/v2/dci/sr'])(
    'a search at %s is answered and signed',
    async (path) => {
      const reply = await post(
        await server.envelope({ message: searchMessage(searchItem(byId('UIN', 'UIN-3'))) }),
        `${path}/sync/search`,
      );
      expect(reply.status, reply.text).toBe(200);
      expect(reply.headers.get('content-type')).toBe('application/json');
      expect(await isSignedByHost(reply, server)).toBe(true);
      expect(itemsOf(reply).flatMap(recordsOf)).toEqual([socialPersons[2]]);
    },
  );

  it('one changed byte anywhere in header or message is refused', async () => {
    const text = await server.envelope();
    const bytes = new TextEncoder().encode(text);
    const end = text.indexOf('"signature":');
    const accepted: number[] = [];
    for (let index = 1; index < end; index += 1) {
      const changed = Uint8Array.from(bytes);
      changed[index] = (bytes[index] ?? 0) ^ 1;
      const reply = await server.send(changed);
      if (reply.status < 400 || reply.status > 499) accepted.push(index);
    }
    expect(accepted).toEqual([]);
    expect((await server.send(text)).status).toBe(200);
  });

  it('a path that is not served is not found, and tells nothing', async () => {
    for (const path of [
      '/dci_api/v1/crvs/registry/sync/search',
      '/dci_api/v1/social/registry/sync/find',
      '/dci_api/v1/registry/sync/search',
    ]) {
      const reply = await post(await server.envelope(), path);
      expect(reply.status).toBe(404);
      expect(reply.body).toMatchObject({ errors: [{ code: 'err.request.not_found' }] });
    }
  });

  it('a connection that breaks off changes nothing', async () => {
    const text = await server.envelope();
    await new Promise<void>((resolve) => {
      const broken = request(`${url}/dci_api/v1/social/registry/sync/search`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': text.length,
          authorization: `Bearer ${server.peer.token}`,
        },
      });
      broken.on('error', () => resolve());
      broken.write(text.slice(0, 100), () => broken.destroy());
      broken.on('close', () => resolve());
    });
    expect((await post(text)).status).toBe(200);
  });
});
