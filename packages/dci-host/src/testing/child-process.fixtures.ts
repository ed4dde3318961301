import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Root of the sources, for import statements of child programs. */
export const sources = fileURLToPath(new URL('..', import.meta.url));

/** A child process of a test. */
export interface Child extends AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves when standard output or error contains the text; rejects when the process ends before. */
  says(text: string): Promise<void>;
  /** Everything written so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/**
 * Starts Node on a file of the sources or a written program; it is killed when the test is over.
 *
 * @param file - absolute path of the program
 * @param args - its arguments
 * @param env - its whole environment besides PATH
 */
export function startNode(
  file: string,
  args: readonly string[] = [],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Child {
  const child = spawn(process.execPath, ['--conditions=dci-source', '--no-warnings', file, ...args], {
    env: { PATH: process.env.PATH ?? '', ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    process: child,
    ended,
    output: () => output,
    says(text) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.stdout.includes(text) || output.stderr.includes(text)) {
            listeners.delete(look);
            resolve();
          }
        };
        listeners.add(look);
        void ended.then(() => reject(new Error(`the process ended: ${output.stdout}${output.stderr}`)));
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Writes a program into a directory and starts it.
 *
 * @param directory - where the program is written
 * @param text - an ES module in TypeScript; `SOURCES` stands for the root of the sources
 */
export function startProgram(directory: string, text: string): Child {
  const file = join(directory, 'program.mts');
  writeFileSync(file, text.replaceAll('SOURCES', sources));
  return startNode(file);
}
