import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { writePrivateKeyPem } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BeneficiaryRegistry, startBeneficiaryRegistry } from './beneficiary-registry.fixtures.ts';
import { beneficiaryRecord } from './source.fixtures.ts';

let registry: BeneficiaryRegistry;
beforeAll(async () => {
  registry = await startBeneficiaryRegistry();
});
afterAll(() => registry.stop());

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [firstMinutes = '', inHost = '', decisions = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);
const sources: Readonly<Record<string, string>> = {
  'dci-client-ibr': './index.ts',
  'dci-client-ibr/plugin': './plugin.ts',
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
    { cwd: directory.path, env: { PATH: process.env.PATH, IBR_URL: registry.baseUrl } },
  );
  return stdout;
}

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(firstMinutes.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  expect(await run(firstMinutes)).toBe('may be enrolled\n');
  registry.records = [beneficiaryRecord({ identifiers: [['UIN', '1234567897']] })];
  expect(await run(firstMinutes)).toBe("confirmed [ 'Cash Transfer' ]\n");
});

it('the configuration starts a host, and decisions are noted in its log', async () => {
  const program = `
    ${inHost}
    ${decisions}
    import { createTestHost } from 'dci-host/testing';
    const host = await createTestHost({ ...config });
    const log = beneficiaries.checks();
    const match = { level: 'possible', source: 'ibr_main', programme: { name: 'Cash' }, state: 'ended', doubts: ['enrollment_ended'] };
    const checkId = await log.record({
      at: 1, identifiers: [{ type: 'UIN', value: '1' }], status: 'possible', complete: true, sources: [], matches: [match],
    } as never);
    await decide(log, 'caseworker 7');
    console.log((await log.list({ undecided: true })).length, (await log.find(checkId))?.decisions[0]?.verdict);
    await host.stop();
  `;
  expect(await run(program)).toContain('0 no_duplicate\n');
});
