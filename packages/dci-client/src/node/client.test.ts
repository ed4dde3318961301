import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePrivateKeyPem } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSourceSettings } from '../data-source-settings.ts';
import { failureOf } from '../failure.fixtures.ts';
import { probeDataSource } from '../probe/probe.ts';
import { CLIENT_ID, REGISTRY_ID, registryForTests, TOKEN } from '../registry.fixtures.ts';
import { makeCertificate } from './certificates.fixtures.ts';
import { createNodeClient } from './client.ts';
import { inspectConnection } from './inspect-connection.ts';
import { nodePorts } from './ports.ts';
import { nodeSecrets } from './secrets.ts';
import { resolveNodeSource } from './source.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dci-node-'));
  await writeFile(join(directory, 'key.pem'), await writePrivateKeyPem(registry.current.clientKey));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const settings = (): DataSourceSettings => ({
  code: 'social_main',
  registry: 'social',
  baseUrl: registry.current.baseUrl,
  senderId: CLIENT_ID,
  key: 'file:key.pem',
  keyId: 'key1',
  authorization: { kind: 'bearer', token: 'env:SOCIAL_TOKEN' },
});
const env = { SOCIAL_TOKEN: TOKEN };

describe('a client of a Node program', () => {
  it('is made in one call, with secrets of environment and files', async () => {
    const client = await createNodeClient(settings(), { env, directory });
    const { records, evidence } = await client.searchById('UIN', '1234567897');
    expect(records).toHaveLength(1);
    expect(evidence.senderId).toBe(REGISTRY_ID);
    expect(client.source).toBe('social_main');
    expect(registry.current.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    await client.close();
    expect((await failureOf(client.searchById('UIN', '1'))).failure.kind).toBe('unreachable');
  });

  it.each<[string, Partial<DataSourceSettings>, object]>([
    ['disabled', { disabled: true }, {}],
    ['baseUrl', {}, { env: { ...env, NODE_ENV: 'production' } }],
    ['baseUrl', {}, { production: true }],
    ['key', { key: 'file:absent.pem' }, {}],
    ['authorization.token', {}, { env: {} }],
    ['tls.ca', { baseUrl: 'https://registry.example', tls: { ca: 'file:key.pem' } }, {}],
    ['tls.ca', { baseUrl: 'https://registry.example', tls: { ca: 'file:absent.pem' } }, {}],
  ])('is refused with the path of the fault: %s', async (path, change, more) => {
    const made = createNodeClient({ ...settings(), ...change }, { env, directory, ...more });
    await expect(made).rejects.toMatchObject({ code: 'err.configuration.invalid', path });
  });

  it('works in production with a registry on this machine, when that is allowed', async () => {
    const client = await createNodeClient(settings(), { env, directory, production: true, allowHttp: true });
    expect((await client.searchById('UIN', '1')).records).toHaveLength(1);
    await client.close();
  });

  it('takes what settings leave out from its defaults', async () => {
    const { senderId: _, key: __, keyId: ___, ...rest } = settings();
    const signingKey = async () => ({ senderId: 'other', keyId: 'key1', privateKey: registry.current.clientKey });
    const client = await createNodeClient(rest, { env, directory, defaults: { senderId: CLIENT_ID, signingKey } });
    expect((await client.searchById('UIN', '1')).records).toHaveLength(1);
    await client.close();
  });

  it('shows its certificate, and expects the name that is set of the registry alone', async () => {
    const authority = makeCertificate({ name: 'Authority', isAuthority: true });
    const theirs = makeCertificate({ name: 'registry', issuer: authority, hosts: ['registry.internal'] });
    const ours = makeCertificate({ name: 'mis', issuer: authority });
    // Hands everything on to the registry without TLS.
    const server = createServer(
      { key: theirs.key, cert: theirs.certificate, ca: authority.certificate, requestCert: true },
      async (request, response) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of request) chunks.push(Buffer.from(chunk));
        const { method = 'GET', headers } = request;
        const answer = await fetch(new URL(request.url ?? '', registry.current.baseUrl), {
          method,
          headers: { 'content-type': 'application/json', authorization: headers.authorization ?? '' },
          ...(method === 'POST' && { body: Buffer.concat(chunks) }),
        });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      },
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await writeFile(join(directory, 'ca.pem'), authority.certificate);
    await writeFile(join(directory, 'me.pem'), ours.certificate);
    await writeFile(join(directory, 'me.key'), ours.key);
    const withTls: DataSourceSettings = {
      ...settings(),
      baseUrl: `https://127.0.0.1:${port}/dci_api/v1`,
      tls: { ca: 'file:ca.pem', certificate: 'file:me.pem', key: 'file:me.key', serverName: 'registry.internal' },
    };
    const client = await createNodeClient(withTls, { env, directory, production: true });
    expect((await client.searchById('UIN', '1')).records).toHaveLength(1);
    await client.close();

    const { source, ports, tls, close } = await resolveNodeSource(withTls, { env, directory });
    const report = await probeDataSource(source, { ...ports, inspect: inspectConnection }, { tls });
    expect(report.checks.map(({ name, status }) => [name, status]).slice(0, 4)).toEqual([
      ['reachability', 'ok'],
      ['certificate', 'ok'],
      ['authorization', 'ok'],
      ['keys', 'ok'],
    ]);
    await close();
    server.closeAllConnections();
    server.close();
  });
});

describe('secrets of a Node program', () => {
  const readSecret = (reference: string) =>
    nodeSecrets({ env: { GIVEN: ' value \n', EMPTY: ' ' }, directory })(reference as 'env:GIVEN');

  it('come from environment and files, without white space around them', async () => {
    await writeFile(join(directory, 'secret'), '\nof a file\n');
    expect(await readSecret('env:GIVEN')).toBe('value');
    expect(await readSecret('file:secret')).toBe('of a file');
    expect(await readSecret(`file:${join(directory, 'secret')}`)).toBe('of a file');
  });

  it.each([
    ['env:ABSENT', 'the environment variable ABSENT is missing or empty'],
    ['env:EMPTY', 'the environment variable EMPTY is missing or empty'],
    ['file:absent', 'the file absent is missing or empty'],
    ['file:.', 'the file . is missing or empty'],
    ['canary', 'a secret is named by env:NAME or file:PATH'],
  ])('that are not there are told: %s', async (reference, message) => {
    await expect(readSecret(reference)).rejects.toMatchObject({ code: 'err.configuration.invalid', message });
  });

  it('are read anew each time', async () => {
    await writeFile(join(directory, 'rotated'), 'one');
    const read = nodeSecrets({ directory });
    expect(await read('file:rotated')).toBe('one');
    await writeFile(join(directory, 'rotated'), 'two');
    expect(await read('file:rotated')).toBe('two');
  });
});

describe('the ports of a Node program', () => {
  it('are those of the machine', async () => {
    const { crypto, clock, random, fetch } = nodePorts();
    expect(crypto.sha256(new TextEncoder().encode('abc'))[0]).toBe(0xba);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    expect(random.uuid()).not.toBe(random.uuid());
    expect((await fetch(`${registry.current.baseUrl}/.well-known/jwks.json`)).status).toBe(200);
    await fetch.close();
  });
});
