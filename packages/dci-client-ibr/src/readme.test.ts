import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { writePrivateKeyPem } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';
import { expect, it } from 'vitest';
import { startBeneficiaryRegistry } from './beneficiary-registry.fixtures.ts';
import { beneficiaryRecord } from './source.fixtures.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const sources: Readonly<Record<string, string>> = {
  'dci-client-ibr': './index.ts',
  'dci-client/node': '../../dci-client/src/node.ts',
  'dci-core': '../../dci-core/src/index.ts',
};

it('the program of the first five minutes runs, in 20 lines', async () => {
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(program.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  using directory = temporaryDirectory();
  const registry = await startBeneficiaryRegistry();
  try {
    writeFileSync(join(directory.path, 'mis.pem'), await writePrivateKeyPem(registry.clientKey));
    const text = program.replaceAll(/from '([^']+)'/g, (_all, name: string) => {
      return `from '${new URL(sources[name] ?? name, import.meta.url).href}'`;
    });
    writeFileSync(join(directory.path, 'program.mts'), text);
    const run = async (): Promise<string> => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--conditions=dci-source', '--no-warnings', 'program.mts'],
        { cwd: directory.path, env: { PATH: process.env.PATH, IBR_URL: registry.baseUrl } },
      );
      return stdout;
    };
    expect(await run()).toBe('may be enrolled\n');
    registry.records = [beneficiaryRecord({ identifiers: [['UIN', '1234567897']] })];
    expect(await run()).toBe("confirmed [ 'Cash Transfer' ]\n");
  } finally {
    await registry.stop();
  }
});
