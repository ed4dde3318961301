import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from '../testing/child-process.fixtures.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { closeToOthers, isOpenToOthers, makeDataDirectory, makePrivateFile } from './data-directory.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('makes every missing directory for its user alone, and leaves those that are there', () => {
  using parent = temporaryDirectory();
  const there = join(parent.path, 'there');
  mkdirSync(there);
  chmodSync(there, 0o755);
  makeDataDirectory(join(there, 'a', 'b'));
  makeDataDirectory(join(there, 'a', 'b'));
  expect([there, join(there, 'a'), join(there, 'a', 'b')].map(modeOf)).toEqual([0o755, 0o700, 0o700]);
});

test('a directory below a file is refused', () => {
  using parent = temporaryDirectory();
  writeFileSync(join(parent.path, 'file'), '');
  expect(() => makeDataDirectory(join(parent.path, 'file', 'data'))).toThrow(
    expect.objectContaining({ code: 'err.configuration.invalid', message: expect.stringContaining('(ENOTDIR)') }),
  );
});

test('a file in the place of the directory is refused', () => {
  using parent = temporaryDirectory();
  const path = join(parent.path, 'file');
  writeFileSync(path, '');
  expect(() => makePrivateFile(join(path, 'host.lock'))).toThrow(
    expect.objectContaining({
      code: 'err.configuration.invalid',
      message: expect.stringContaining('cannot be written'),
    }),
  );
});

// In a process of its own: what this guards against would never give the event loop back.
test.skipIf(!existsSync('/proc/self'))(
  'a directory that cannot be made is refused at once',
  { timeout: 20_000 },
  async () => {
    using directory = temporaryDirectory();
    await using child = startProgram(
      directory.path,
      `import { runCommand } from 'SOURCES/testing/run-command.ts';
     for (const argv of [['keys', 'list'], ['start']]) {
       const { code, stderr } = await runCommand([...argv, '--data', '/proc/nope/data'], { config: {} });
       console.log(code, stderr.trim());
     }`,
    );
    expect(await child.ended).toEqual({ code: 0, signal: null });
    const line = '2 error: the data directory /proc/nope/data cannot be made (ENOENT) (err.configuration.invalid)\n';
    expect(child.output().stdout).toContain(line);
    expect(child.output().stdout.split(line)).toHaveLength(3);
  },
);

test('files are closed to others, and only they are touched', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  makePrivateFile(path);
  expect([modeOf(path), isOpenToOthers(path)]).toEqual([0o600, false]);
  for (const [wide, expected] of [
    [0o640, 0o600],
    [0o604, 0o600],
    [0o400, 0o400],
  ] as const) {
    chmodSync(path, wide);
    closeToOthers(path);
    expect(modeOf(path)).toBe(expected);
  }
  const missing = join(directory.path, 'missing');
  closeToOthers(missing);
  expect([existsSync(missing), isOpenToOthers(missing)]).toEqual([false, false]);
});
