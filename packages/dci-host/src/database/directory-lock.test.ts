import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProgram } from '../testing/child-process.fixtures.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { lockDirectory, tryLockDirectory } from './directory-lock.ts';

const holder = (directory: string): string => `
import { lockDirectory } from 'SOURCES/database/directory-lock.ts';
lockDirectory(${JSON.stringify(directory)}, process.pid);
console.log('locked');
setInterval(() => {}, 1000);
`;

describe('the lock of a data directory (CR4)', () => {
  test('is had once in one process, and again after its release', () => {
    using directory = temporaryDirectory();
    const first = lockDirectory(directory.path, 4711);
    expect(() => lockDirectory(directory.path, 4712)).toThrow(
      /another host \(process 4711\) is using the data directory/,
    );
    expect(tryLockDirectory(directory.path, 4712)).toBeUndefined();
    // Having failed must not have freed it either: closing a descriptor of a file drops this process's locks of it.
    expect(() => lockDirectory(directory.path, 4712)).toThrow(expect.objectContaining({ code: 'err.state.conflict' }));
    first.release();
    first.release();
    expect(existsSync(join(directory.path, 'host.pid'))).toBe(false);
    const second = lockDirectory(directory.path, 4712);
    first.release();
    expect(tryLockDirectory(directory.path, 4713)).toBeUndefined();
    second.release();
  });

  test('is kept from other processes, also after one of this process tried in vain', async () => {
    using directory = temporaryDirectory();
    const lock = lockDirectory(directory.path, process.pid);
    expect(tryLockDirectory(directory.path, process.pid)).toBeUndefined();
    await using child = startProgram(directory.path, holder(directory.path));
    expect(await child.ended).toMatchObject({ code: 1 });
    expect(child.output().stderr).toContain(`another host (process ${process.pid})`);
    lock.release();
  });

  test('ends with a process that is killed', async () => {
    using directory = temporaryDirectory();
    await using child = startProgram(directory.path, holder(directory.path));
    await child.says('locked');
    const { pid } = child.process;
    expect(() => lockDirectory(directory.path, 1)).toThrow(`another host (process ${pid})`);
    child.process.kill('SIGKILL');
    await child.ended;
    lockDirectory(directory.path, 1).release();
  });
});
