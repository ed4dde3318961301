import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readDemoCredentials } from './credentials.ts';
import { type DemoEnvironment, type Environment, readDemoEnvironment } from './demo-environment.ts';

/** Where the demo host is. */
export interface DemoSurroundings extends DemoEnvironment {
  /** Where it keeps its data; absolute. */
  readonly dataDirectory: string;
}

/** What a process was started with. */
export interface StartedWith {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly workingDirectory: string;
}

/**
 * Finds where the demo host is. Its configuration names an address for callbacks and a file in its data directory, which
 * follow from `--port` and `--data`; configurations are read without these.
 *
 * @param started - arguments, environment and working directory; absent: those of this process
 * @returns the surroundings
 * @throws DciError `err.configuration.invalid` for a variable that cannot be used
 */
export function demoSurroundings(
  started: StartedWith = { argv: process.argv.slice(2), env: process.env, workingDirectory: process.cwd() },
): DemoSurroundings {
  const { argv, env, workingDirectory } = started;
  const options = { port: { type: 'string' }, data: { type: 'string' } } as const;
  // The command line itself is checked by the host.
  const { values, positionals } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true });
  const dataDirectory = resolve(workingDirectory, textOf(values.data) ?? textOf(env.DCI_DATA_DIR) ?? 'data');
  const environment = readDemoEnvironment(env);
  const port = textOf(values.port) ?? textOf(env.PORT);
  const own = port === undefined ? undefined : `http://127.0.0.1:${port}`;
  // Commands work beside a host that may have been started with another port than they.
  const running = positionals.includes('start') ? undefined : readDemoCredentials(dataDirectory)?.url;
  const said = textOf(env.DCI_DEMO_URL) === undefined ? (own ?? running) : undefined;
  const demoUrl = said !== undefined && URL.canParse(said) ? said : environment.demoUrl;
  return { ...environment, demoUrl, dataDirectory };
}

/**
 * @param dataDirectory - of the demo host
 * @returns where the national host keeps its data unless `--data` says otherwise
 */
export function nationalDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'national');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
