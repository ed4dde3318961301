import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sources, startNode } from '../testing/child-process.fixtures.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { describeLoadFailure } from './load-failure.ts';

const bin = join(sources, 'cli/bin.ts');
const broken = "export const config = {\n  senderId: 'canary',\n  host: ,\n};\n";

// By Node itself: the test runner would read the files in its own way.
describe('a configuration that cannot be loaded', () => {
  test.each([
    ['its own TypeScript', { 'dci.config.ts': broken }, 'Expression expected (DIRECTORY/dci.config.ts:3:9)'],
    [
      'that of a file it imports',
      { 'dci.config.ts': "import './part.ts';\nexport const config = {};", 'part.ts': broken },
      'Expression expected (DIRECTORY/part.ts:3:9)',
    ],
    [
      'a name that does not exist',
      { 'dci.config.mjs': 'const a = 1;\nexport const config = { port: b };' },
      'b is not defined (DIRECTORY/dci.config.mjs:2:31)',
    ],
    ['JavaScript, of which Node tells no place', { 'dci.config.mjs': broken }, "Unexpected token ','"],
  ])('is told with the place of the fault: %s', async (_name, files, reason) => {
    using directory = temporaryDirectory();
    for (const [name, text] of Object.entries({ ...files, 'package.json': '{"type":"module"}' })) {
      writeFileSync(join(directory.path, name), text);
    }
    await using child = startNode(bin, ['keys', 'list'], { cwd: directory.path });
    expect(await child.ended).toEqual({ code: 2, signal: null });
    const file = join(directory.path, Object.keys(files)[0] ?? '');
    expect(child.output().stderr).toBe(
      `error: the configuration file ${file} cannot be loaded: ${reason.replace('DIRECTORY', directory.path)} (err.configuration.invalid)\n`,
    );
  });
});

test('where Node reads no TypeScript, the release that does is named', () => {
  const error = Object.assign(new TypeError('Unknown file extension ".ts" for /etc/dci/dci.config.ts'), {
    code: 'ERR_UNKNOWN_FILE_EXTENSION',
  });
  expect(describeLoadFailure(error, '/etc/dci/dci.config.ts')).toBe(
    'Unknown file extension ".ts" for /etc/dci/dci.config.ts; a TypeScript configuration needs Node 22.18 or newer',
  );
});

test('anything may be thrown', () => {
  expect(describeLoadFailure('canary', '/x.mjs')).toBe('unknown error');
});
