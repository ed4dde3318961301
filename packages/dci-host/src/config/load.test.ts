import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { findConfig, loadConfig } from './load.ts';

function inDirectory(files: Readonly<Record<string, string>>) {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory.path, name), text);
  return directory;
}

const typed = "interface Own { senderId: string }\nexport const config: Own = { senderId: 'from-ts' };\n";

test.each([
  ['dci.config.ts', typed, 'from-ts'],
  ['dci.config.mts', "export const config = { senderId: 'from-mts' as string };", 'from-mts'],
  ['dci.config.mjs', "export default { senderId: 'from-default' };", 'from-default'],
  ['dci.config.mjs', "export const config = { senderId: 'named' };\nexport default { senderId: 'default' };", 'named'],
])('%s is found in the working directory', async (name, text, senderId) => {
  using directory = inDirectory({ [name]: text, 'package.json': '{"type":"module"}' });
  const { config } = await loadConfig({ env: {}, workingDirectory: directory.path });
  expect(config.senderId).toBe(senderId);
});

test('a path wins over DCI_CONFIG, which wins over the working directory', () => {
  using directory = inDirectory({ 'a.mjs': '', 'b.mjs': '', 'dci.config.js': '', 'dci.config.ts': '' });
  const workingDirectory = directory.path;
  const env = { DCI_CONFIG: 'b.mjs' };
  expect(findConfig({ path: 'a.mjs', env, workingDirectory })).toBe(join(workingDirectory, 'a.mjs'));
  expect(findConfig({ env, workingDirectory })).toBe(join(workingDirectory, 'b.mjs'));
  expect(findConfig({ env: {}, workingDirectory })).toBe(join(workingDirectory, 'dci.config.ts'));
});

test.each([
  ['a file that is not there', { path: 'missing.ts' }, {}, /does not exist/],
  ['a file named by DCI_CONFIG that is not there', { env: { DCI_CONFIG: 'x.ts' } }, {}, /does not exist/],
  ['no configuration at all', {}, {}, /--config or DCI_CONFIG/],
  ['a file that is no module', { path: 'a.mjs' }, { 'a.mjs': 'export const = 1' }, /cannot be loaded/],
  ['a file that exports nothing', { path: 'a.mjs' }, { 'a.mjs': 'export const other = {}' }, /exports no config/],
  [
    'a file with an unknown key',
    { path: 'a.mjs' },
    { 'a.mjs': 'export const config = {prot: 1}' },
    /did you mean port/,
  ],
] as const)('%s is refused', async (_name, options, files, message) => {
  using directory = inDirectory(files);
  const loading = loadConfig({ env: {}, workingDirectory: directory.path, ...options });
  await expect(loading).rejects.toMatchObject({
    code: 'err.configuration.invalid',
    message: expect.stringMatching(message),
  });
});

test('paths of the file are relative to it', async () => {
  using directory = inDirectory({
    'c.mjs': "export const config = { dataDirectory: 'state', masterKey: 'file:key' };",
    key: 'k'.repeat(20),
  });
  const { config } = await loadConfig({ path: join(directory.path, 'c.mjs'), env: {}, workingDirectory: '/' });
  expect(config.dataDirectory).toBe(join(directory.path, 'state'));
  expect(config.masterKey?.reveal()).toBe('k'.repeat(20));
});
