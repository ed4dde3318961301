import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { type PrivateKey, writePrivateKeyPem } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';

/** Entries that programs in documents import, and where their sources lie from here. */
const entries: Readonly<Record<string, string>> = {
  'dci-client': './index.ts',
  'dci-client/node': './node.ts',
  'dci-client/plugin': './plugin.ts',
  'dci-client-crvs': '../../dci-client-crvs/src/index.ts',
  'dci-client-crvs/plugin': '../../dci-client-crvs/src/plugin.ts',
  'dci-client-crvs/testing': '../../dci-client-crvs/src/testing/index.ts',
  'dci-client-dr': '../../dci-client-dr/src/index.ts',
  'dci-client-dr/plugin': '../../dci-client-dr/src/plugin.ts',
  'dci-client-ibr': '../../dci-client-ibr/src/index.ts',
  'dci-client-ibr/plugin': '../../dci-client-ibr/src/plugin.ts',
  'dci-core': '../../dci-core/src/index.ts',
  'dci-host': '../../dci-host/src/index.ts',
  'dci-host/testing': '../../dci-host/src/testing/index.ts',
};

/**
 * @param document - address of a Markdown file
 * @returns its TypeScript blocks, in order
 */
export function programsOf(document: URL): readonly string[] {
  return [...readFileSync(document, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
}

/**
 * @param program - a program
 * @returns how many lines it has that are not empty
 */
export function linesOf(program: string): number {
  return program.split('\n').filter((line) => line.trim() !== '').length;
}

/**
 * Runs a program outside of the workspace, in a process of its own, beside its key `mis.pem`.
 *
 * @param program - as a document has it
 * @param key - the key
 * @param env - of the process, beside `PATH`
 * @returns what it printed
 */
export async function runProgram(
  program: string,
  key: PrivateKey,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'mis.pem'), await writePrivateKeyPem(key));
  const text = program.replaceAll(/from '([^']+)'/g, (all, name: string) => {
    const place = entries[name];
    return place === undefined ? all : `from '${new URL(place, import.meta.url).href}'`;
  });
  writeFileSync(join(directory.path, 'program.mts'), text);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=dci-source', '--no-warnings', 'program.mts'],
    { cwd: directory.path, env: { PATH: process.env.PATH, ...env } },
  );
  return stdout;
}
