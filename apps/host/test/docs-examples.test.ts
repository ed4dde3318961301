import { execFile, execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface ShellExample {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const examples: readonly ShellExample[] = JSON.parse(
  execFileSync(process.execPath, ['scripts/check-docs.mjs', '--shell-examples'], { cwd: root, encoding: 'utf8' }),
);

/** Runs one block as a reader pastes it; what a program prints to stderr is told when it fails. */
function paste(code: string): Promise<{ readonly failed: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    execFile('sh', ['-ec', code], { cwd: root, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });
}

describe('the shell examples of the docs', () => {
  it('are there', () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  it.for(examples)('$file:$line runs', async ({ code }) => {
    const { failed, output } = await paste(code);
    expect(failed, output).toBe(false);
  });
});
