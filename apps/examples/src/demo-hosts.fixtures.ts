import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../host/test/demo-host.fixtures.ts';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Which of the two demo hosts. */
export type Role = 'demo' | 'national';

/** What a finished process left. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The demo hosts, each in a process of its own, with few people, in a directory of their own. */
export interface DemoHosts extends AsyncDisposable {
  /** Data directory of the demo host; that of the national host is in it. */
  readonly directory: string;
  readonly urls: Readonly<Record<Role, string>>;
  start(role: Role): Promise<void>;
  stop(role: Role): Promise<void>;
  /** What a host printed. */
  output(role: Role): string;
  /** Runs `dci`, as `npm run -s dci --` does. */
  dci(...words: readonly string[]): Promise<Finished>;
  /** Runs a command line in a shell, in the root of the repository, as a reader pastes it. */
  paste(commands: string): Promise<Finished>;
}

const main = ['--conditions=dci-source', '--disable-warning=ExperimentalWarning', 'apps/host/src/main.ts'];

/**
 * Prepares the demo hosts on free ports. Neither is started.
 *
 * @param options - `strangers`: the national host is told another address of the demo host, which then asks it nothing and
 *   subscribes to nothing; that saves the start of two job queues
 * @returns the hosts
 */
export async function prepareDemoHosts({ strangers = false } = {}): Promise<DemoHosts> {
  const directory = mkdtempSync(join(tmpdir(), 'dci-examples-'));
  const urls = { demo: `http://127.0.0.1:${await freePort()}`, national: `http://127.0.0.1:${await freePort()}` };
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
  const env = {
    ...{
      PATH,
      HOME,
      DCI_DEMO_PERSONS: '300',
      DCI_DEMO_URL: strangers ? 'http://127.0.0.1:9' : urls.demo,
      DCI_NATIONAL_URL: urls.national,
    },
    DCI_DEMO_CREDENTIALS: join(directory, 'demo', 'credentials.json'),
    DCI_NATIONAL_CREDENTIALS: join(directory, 'national', 'demo', 'credentials.json'),
    // Nobody listens on a port that was just free.
    DCI_WEST_URL: `http://127.0.0.1:${await freePort()}`,
    ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
  };
  const options = { cwd: root, env, timeout: 60_000 };
  const words = {
    demo: ['start', '--data', directory, '--port', new URL(urls.demo).port],
    national: ['start', '--config', 'apps/host/national.config.ts', '--data', join(directory, 'national')],
  };
  const children: Partial<Record<Role, ChildProcess>> = {};
  const printed = { demo: '', national: '' };

  const run = (file: string, args: readonly string[]): Promise<Finished> =>
    new Promise((resolve) => {
      execFile(file, args, options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
      );
    });
  const stop = async (role: Role, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const child = children[role];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await ended;
  };
  return {
    directory,
    urls,
    stop: (role) => stop(role),
    start: (role) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...main, ...words[role]], { ...options, timeout: 0 });
        children[role] = child;
        printed[role] = '';
        const collect = (chunk: Buffer): void => {
          printed[role] += chunk.toString('utf8');
          if (printed[role].includes('Ctrl-C stops the host')) resolve();
        };
        child.stdout.on('data', collect);
        child.stderr.on('data', collect);
        child.once('close', () => reject(new Error(`the ${role} host ended:\n${printed[role]}`)));
      }),
    output: (role) => printed[role],
    dci: (...args) => run(process.execPath, [...main, ...args]),
    paste: (commands) => run('sh', ['-c', commands]),
    [Symbol.asyncDispose]: async () => {
      // Their directory goes, too.
      await Promise.all([stop('demo', 'SIGKILL'), stop('national', 'SIGKILL')]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
