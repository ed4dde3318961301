import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTestHost } from 'dci-host/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCertificate } from '../node/certificates.fixtures.ts';
import { TOKEN } from '../registry.fixtures.ts';
import { type CommandWorld, startCommandWorld } from './commands-beside.fixtures.ts';

const day = 86_400_000;
let world: CommandWorld;
let front: Server;
const file = (name: string, text: string): `file:${string}` => {
  const path = join(world.directory.path, name);
  writeFileSync(path, text);
  return `file:${path}`;
};

/** The registry of the tests behind TLS, which asks for a certificate; its own ends in ten days. */
beforeAll(async () => {
  world = await startCommandWorld();
  const authority = makeCertificate({ name: 'authority', isAuthority: true });
  const own = makeCertificate({
    ...{ name: 'registry', issuer: authority, hosts: ['registry.test'], notAfter: new Date(Date.now() + 10.5 * day) },
  });
  const ours = makeCertificate({ name: 'mis', issuer: authority });
  file('ca.pem', authority.certificate);
  file('mis.pem', ours.certificate);
  file('mis.key', ours.key);
  const tls = { cert: own.certificate, key: own.key, ca: authority.certificate };
  front = createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const { port } = new URL(world.registry.baseUrl);
    const behind = request({ host: '127.0.0.1', port, path: url, method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(outgoing);
    });
    incoming.pipe(behind);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  front.closeAllConnections();
  await new Promise((resolve) => front.close(resolve));
  await world[Symbol.asyncDispose]();
});

const sourceOf = (tls: Record<string, string>) =>
  world.source('behind_tls', {
    baseUrl: `https://127.0.0.1:${(front.address() as AddressInfo).port}/dci_api/v1`,
    tls,
    retries: 0,
  });
const complete = () => {
  const path = (name: string) => `file:${join(world.directory.path, name)}`;
  return { ca: path('ca.pem'), certificate: path('mis.pem'), key: path('mis.key'), serverName: 'registry.test' };
};

it('a host asks with the certificates of the source', async () => {
  const { client, config } = world.compose({ sources: [sourceOf(complete())] });
  await using _host = await createTestHost({ ...config, env: { TOKEN } });
  expect((await (await client.client('behind_tls')).searchById('UIN', '1')).totalCount).toBe(1);
});

it.each([
  ['without its authority', ['certificate', 'key', 'serverName']],
  ['without our certificate', ['ca', 'serverName']],
  ['under another name', ['ca', 'certificate', 'key']],
])('and is unreachable %s', async (_what, members) => {
  const tls = Object.fromEntries(Object.entries(complete()).filter(([name]) => members.includes(name)));
  const { client, config } = world.compose({ sources: [sourceOf(tls)] });
  await using _host = await createTestHost({ ...config, env: { TOKEN } });
  const asked = (await client.client('behind_tls')).searchById('UIN', '1');
  await expect(asked).rejects.toMatchObject({ cause: { kind: 'unreachable' } });
});

it('dci sources test tells the end of the registry’s certificate', async () => {
  const report = await world.json(['sources', 'list'], { client: { sources: [sourceOf(complete())] } });
  expect(report).toMatchObject([{ state: 'active' }]);
  const { stdout } = await world.dci(['sources', 'test', 'behind_tls'], {
    client: { sources: [sourceOf(complete())] },
  });
  expect(stdout).toMatch(/\nreachability +ok +The host can be reached, with TLS 1\.3\.\n/);
  expect(stdout).toMatch(/\ncertificate +warning +The certificate is valid for 10 more days\. /);
});
