import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { writePrivateKeyPem } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { CLIENT_ID, REGISTRY_ID, registryForTests, TOKEN } from './registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const examplesOf = (document: string): readonly string[] =>
  [...readFileSync(new URL(document, import.meta.url), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code]) => code ?? '',
  );
const [firstMinutes = '', anywhere = '', inHost = ''] = examplesOf('../README.md');

const sources: Readonly<Record<string, string>> = {
  'dci-client': './index.ts',
  'dci-client/node': './node.ts',
  'dci-client/plugin': './plugin.ts',
  'dci-core': '../../dci-core/src/index.ts',
  'dci-host': '../../dci-host/src/index.ts',
  'dci-host/testing': '../../dci-host/src/testing/index.ts',
};

/** Runs a program outside of the workspace. */
async function run(program: string): Promise<string> {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'mis.pem'), await writePrivateKeyPem(registry.current.clientKey));
  const text = program.replaceAll(/from '([^']+)'/g, (all, name: string) => {
    const place = sources[name];
    return place === undefined ? all : `from '${new URL(place, import.meta.url).href}'`;
  });
  writeFileSync(join(directory.path, 'program.mts'), text);
  const env = { PATH: process.env.PATH, REGISTRY_URL: registry.current.baseUrl, REGISTRY_TOKEN: TOKEN };
  const node = ['--conditions=dci-source', '--no-warnings', 'program.mts'];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: directory.path, env });
  return stdout;
}

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(firstMinutes.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  expect(firstMinutes).toContain(`senderId: '${CLIENT_ID}'`);
  expect(await run(firstMinutes)).toBe(`1 1990-05-17 ${REGISTRY_ID}\n`);
  expect(registry.current.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
});

it('a client is made with what every runtime has', async () => {
  const program = `
    ${anywhere}
    import { readFile } from 'node:fs/promises';
    const client = await clientFor('${registry.current.baseUrl}', await readFile('mis.pem', 'utf8'), '${TOKEN}');
    console.log((await client.searchById('UIN', '1234567897')).records.length, client.registry);
  `;
  expect(await run(program)).toBe('1 social\n');
});

it('the configuration starts a host that takes callbacks', async () => {
  const program = `
    ${inHost}
    import { createTestHost } from 'dci-host/testing';
    const host = await createTestHost({ ...config });
    const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    const callback = new Request('http://localhost/dci_api/v1/registry/notify', init);
    console.log((await host.fetch(callback)).status, await client.sources(), (await client.client('crvs_main')).registry);
    await host.stop();
  `;
  expect(await run(program)).toBe("400 [ 'crvs_main' ] crvs\n");
});

it('the first call of the page on asking runs', async () => {
  const [firstCall = ''] = examplesOf('../../../docs/asking.md');
  expect(firstCall.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  expect(await run(firstCall)).toBe(`[ [ { given_name: 'Lucía', surname: 'Núñez' }, '1990-05-17' ] ] ${REGISTRY_ID}\n`);
});
