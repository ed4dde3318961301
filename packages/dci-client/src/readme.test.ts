import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { linesOf, programsOf, runProgram } from './readme.fixtures.ts';
import { CLIENT_ID, REGISTRY_ID, registryForTests, TOKEN } from './registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const [firstMinutes = '', anywhere = '', inHost = ''] = programsOf(new URL('../README.md', import.meta.url));
const run = (program: string): Promise<string> =>
  runProgram(program, registry.current.clientKey, {
    REGISTRY_URL: registry.current.baseUrl,
    REGISTRY_TOKEN: TOKEN,
  });

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(linesOf(firstMinutes)).toBeLessThanOrEqual(20);
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
  const [firstCall = ''] = programsOf(new URL('../../../docs/asking.md', import.meta.url));
  expect(linesOf(firstCall)).toBeLessThanOrEqual(20);
  expect(await run(firstCall)).toBe(`[ [ { given_name: 'Lucía', surname: 'Núñez' }, '1990-05-17' ] ] ${REGISTRY_ID}\n`);
});
