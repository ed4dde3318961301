import { remoteJwks } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { createTestHost } from '../testing/test-host.ts';
import { recordedEgress, refusalOf, serveHttp } from './egress.fixtures.ts';
import { createEgressFetch } from './egress-fetch.ts';

const local = { allowHttp: true, allowInternal: true };
const egressFetch = createEgressFetch(recordedEgress(local).egress);

describe('the fetch of a host', () => {
  test('makes a response of a reply', async () => {
    await using server = await serveHttp((request, response) => {
      response.writeHead(request.method === 'POST' ? 201 : 200, { etag: '"1"' }).end(request.headers.accept);
    });
    const got = await egressFetch(server.url, { headers: { accept: 'text/plain' } });
    expect([got.status, got.headers.get('etag'), await got.text()]).toEqual([200, '"1"', 'text/plain']);
    expect((await egressFetch(server.url, { method: 'POST', body: 'x' })).status).toBe(201);
    expect(await refusalOf(egressFetch(server.url, { method: 'DELETE' }))).toMatchObject({ code: 'err.request.bad' });
  });

  test.each([204, 304])('makes a response without a body of %i', async (status) => {
    await using server = await serveHttp((_request, response) => response.writeHead(status).end());
    const response = await egressFetch(server.url, { redirect: 'error' });
    expect([response.status, response.body]).toEqual([status, null]);
  });

  test('follows no redirect, whatever is asked for', async () => {
    await using internal = await serveHttp((_request, response) => response.end('internal'));
    await using server = await serveHttp((_request, response) =>
      response.writeHead(302, { location: internal.url }).end(),
    );
    for (const redirect of ['error', 'follow', undefined] as const) {
      const refusal = await refusalOf(egressFetch(server.url, redirect === undefined ? {} : { redirect }));
      expect(refusal.message).toContain('redirect');
    }
    expect((await egressFetch(server.url, { redirect: 'manual' })).status).toBe(302);
    expect(internal.connections()).toBe(0);
  });

  test('ends with the signal of its caller', async () => {
    await using server = await serveHttp(() => undefined);
    const refusal = await refusalOf(egressFetch(server.url, { signal: AbortSignal.timeout(20) }));
    expect(refusal).toMatchObject({ code: 'err.service.unavailable', fault: 'timeout' });
  });

  test('refuses a status that HTTP does not know', async () => {
    await using server = await serveHttp((_request, response) => response.writeHead(799).end());
    expect(await refusalOf(egressFetch(server.url))).toMatchObject({ fault: 'reset' });
  });

  test('is guarded by default, also for the JWKS of peers, and replaced by one that is given', async () => {
    await using server = await serveHttp((_request, response) => response.end('{"keys":[]}'));
    await using host = await createTestHost({ development: { allowHttpCallbacks: true } });
    expect(await refusalOf(host.context.fetch(server.url))).toMatchObject({ fault: 'address_forbidden' });
    expect(await refusalOf(host.context.egress.send({ url: server.url }))).toMatchObject({
      fault: 'address_forbidden',
    });
    const { fetch, clock } = host.context;
    await expect(remoteJwks({ url: server.url, fetch, clock }).keys()).rejects.toThrow('cannot be fetched');
    expect(server.connections()).toBe(0);

    const given = async () => new Response('given');
    await using other = await createTestHost({ fetch: given });
    expect(await (await other.context.fetch('http://127.0.0.1/')).text()).toBe('given');
    await using open = await createTestHost({
      development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
    });
    expect(await (await open.context.fetch(server.url)).text()).toBe('{"keys":[]}');
  });
});
