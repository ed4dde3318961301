import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { writePrivateKeyPem } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limitations, personRecord } from './disability-source.fixtures.ts';
import { type DrRegistry, startDrRegistry } from './dr-registry.fixtures.ts';

const uin = '1234567897';
let registry: DrRegistry;
beforeAll(async () => {
  registry = await startDrRegistry();
  const record = { disability_status: 'Approved', personal_details: limitations({ VIS_SS: 3 }) };
  registry.people.set(uin, [personRecord(record, uin)]);
});
afterAll(() => registry.stop());

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [firstMinutes = '', inHost = '', changes = '', many = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);
const sources: Readonly<Record<string, string>> = {
  'dci-client-dr': './index.ts',
  'dci-client-dr/plugin': './plugin.ts',
  'dci-client/node': '../../dci-client/src/node.ts',
  'dci-client/plugin': '../../dci-client/src/plugin.ts',
  'dci-core': '../../dci-core/src/index.ts',
  'dci-host': '../../dci-host/src/index.ts',
  'dci-host/testing': '../../dci-host/src/testing/index.ts',
};

/** Runs a program outside of the workspace. */
async function run(program: string): Promise<string> {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'mis.pem'), await writePrivateKeyPem(registry.clientKey));
  const text = program.replaceAll(/from '([^']+)'/g, (all, name: string) => {
    const place = sources[name];
    return place === undefined ? all : `from '${new URL(place, import.meta.url).href}'`;
  });
  writeFileSync(join(directory.path, 'program.mts'), text);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=dci-source', '--no-warnings', 'program.mts'],
    { cwd: directory.path, env: { PATH: process.env.PATH, DR_URL: registry.baseUrl } },
  );
  return stdout;
}

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(firstMinutes.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  expect(await run(firstMinutes)).toMatch(/^disabled \{ VISION: 3 \} \d+ s old\nsevere disability: true\n$/);
});

it('the configuration starts a host', async () => {
  const program = `
    ${inHost}
    import { createTestHost } from 'dci-host/testing';
    const host = await createTestHost({ ...config });
    const { status } = await host.fetch(new Request('http://localhost/health/ready'));
    console.log(status, typeof (await disability.service()).getDisabilityStatus);
    await host.stop();
  `;
  expect(await run(program)).toContain('200 function\n');
});

it('the other programs run', async () => {
  const program = `
    ${firstMinutes.replace('await client.close();', '')}
    ${many}
    ${changes}
    await refresh(dr, (async function* () { yield { type: 'UIN', value: '${uin}' }; yield { type: 'UIN', value: '2' }; })());
    const result = async () => ({ outcomes: [{ status: 'succ', codes: ['SUB-1'] }] });
    await followChanges({ subscribeChanges: async () => ({ result }) } as never);
    await client.close();
  `;
  const printed = await run(program);
  expect(printed).toContain('0 0 1 1 []');
  expect(printed).toContain("[ [ 'succ', [ 'SUB-1' ] ] ]\n");
});
