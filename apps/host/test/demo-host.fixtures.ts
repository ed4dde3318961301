import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const nodeArguments = ['--conditions=dci-source', '--disable-warning=ExperimentalWarning', main];

/** What a finished command printed. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Environment of the children: nothing of the developer's own settings. */
function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }), ...extra };
}

/**
 * Runs one `dci` command in a process of its own.
 *
 * @param args - words after `dci`
 * @param options - standard input, environment
 * @returns what it printed and its exit code
 */
export function dci(
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...nodeArguments, ...args],
      { env: cleanEnvironment(options.env), maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    );
    child.stdin?.end(options.input ?? '');
  });
}

/** A `dci` command that runs on, in a process of its own. */
export interface RunningCommand {
  /** What it printed so far, on both streams. */
  output(): string;
  /** Resolves once it has printed a text; rejects when it ends before. */
  printed(text: string): Promise<void>;
  /** @returns the exit code; `null` when a signal ended it */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a `dci` command that runs until it is stopped.
 *
 * @param args - words after `dci`
 * @returns the command
 */
export function startDci(args: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [...nodeArguments, ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const collect = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    child.emit('printed');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return {
    output: () => output,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        child.on('printed', look);
        look();
        void exited.then((code) => reject(new Error(`dci ${args.join(' ')} ended with ${code}:\n${output}`)));
      }),
    stop: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** A demo host in a process of its own. */
export interface DemoHost {
  readonly url: string;
  readonly dataDirectory: string;
  /** The file for `dci search --credentials`. */
  readonly credentials: string;
  /** What it printed so far. */
  output(): string;
  /** @param signal - `SIGKILL` for a crash; SIGTERM when absent */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts the demo host as `npm start` does, on a free port.
 *
 * @param dataDirectory - its state
 * @param env - environment variables
 * @returns the host, listening
 */
export async function startDemoHost(
  dataDirectory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<DemoHost> {
  const child: ChildProcess = spawn(
    process.execPath,
    [...nodeArguments, 'start', '--port', '0', '--data', dataDirectory],
    { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      const ready = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed);
      // The credentials are written before the welcome, and after the address is announced.
      if (ready?.[1] !== undefined && printed.includes('Ctrl-C stops the host')) resolve(ready[1]);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    void exited.then((code) => reject(new Error(`the demo host ended with ${code}:\n${printed}`)));
  });
  return {
    url,
    dataDirectory,
    credentials: join(dataDirectory, 'demo', 'credentials.json'),
    output: () => printed,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

/** @returns a port on the loopback address that nobody listens on */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** @returns a fresh folder and how to remove it */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'dci-demo-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What `dci search` needs to know, as the demo wrote it. */
export interface Credentials {
  readonly url: string;
  readonly senderId: string;
  readonly keyFile: string;
  readonly keyId: string;
  readonly token: string;
}

/**
 * @param file - the demo's credentials
 * @returns their content
 */
export function readCredentials(file: string): Credentials {
  return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
}
