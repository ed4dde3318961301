import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { writePrivateKeyPem } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';
import { expect, it } from 'vitest';
import { limitations, personRecord } from './disability-source.fixtures.ts';
import { startDrRegistry } from './dr-registry.fixtures.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const sources: Readonly<Record<string, string>> = {
  'dci-client-dr': './index.ts',
  'dci-client/node': '../../dci-client/src/node.ts',
  'dci-core': '../../dci-core/src/index.ts',
};

it('the program of the first five minutes runs, in 20 lines', async () => {
  const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(program.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
  using directory = temporaryDirectory();
  const registry = await startDrRegistry();
  try {
    const uin = '1234567897';
    registry.people.set(uin, [
      personRecord({ disability_status: 'Approved', personal_details: limitations({ VIS_SS: 3 }) }, uin),
    ]);
    writeFileSync(join(directory.path, 'mis.pem'), await writePrivateKeyPem(registry.clientKey));
    const text = program.replaceAll(/from '([^']+)'/g, (_all, name: string) => {
      return `from '${new URL(sources[name] ?? name, import.meta.url).href}'`;
    });
    writeFileSync(join(directory.path, 'program.mts'), text);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=dci-source', '--no-warnings', 'program.mts'],
      { cwd: directory.path, env: { PATH: process.env.PATH, DR_URL: registry.baseUrl } },
    );
    expect(stdout).toMatch(/^disabled \{ VISION: 3 \} \d+ s old\nsevere disability: true\n$/);
  } finally {
    await registry.stop();
  }
});
