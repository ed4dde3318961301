import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { JsonObject } from 'dci-core';
import { freePort } from '../demo-host.fixtures.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const configs = {
  registry: fileURLToPath(new URL('registry.config.ts', import.meta.url)),
  asking: fileURLToPath(new URL('asking.config.ts', import.meta.url)),
};
const nodeArguments = ['--conditions=dci-source', '--disable-warning=ExperimentalWarning', main];

/** Which of the two. */
export type Role = keyof typeof configs;

/** Two hosts in processes of their own, that know each other. */
export interface TwoHosts extends AsyncDisposable {
  readonly urls: Readonly<Record<Role, string>>;
  /** Runs a `dci` command beside a host. */
  command(role: Role, ...words: readonly string[]): Promise<string>;
  /** Does what the control plug-in of a host offers. */
  control(role: Role, command: JsonObject): Promise<ControlAnswer>;
  start(role: Role): Promise<void>;
  /** @param signal - absent: SIGTERM */
  stop(role: Role, signal?: NodeJS.Signals): Promise<void>;
  /** What a host printed. */
  output(role: Role): string;
  /** Keeps the handler of the asking host from coming to its end, or lets it. */
  hold(isHeld: boolean): void;
  /** Looks into the state database of a host. */
  rows(role: Role, query: string): readonly unknown[];
}

/** What a command came to. */
export interface ControlAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: results of many calls, looked at by tests
  readonly result?: any;
  readonly error?: { readonly code?: string; readonly message: string; readonly cause?: unknown };
}

/**
 * Starts two hosts: the registry knows the asking host by its JWKS and an OAuth2 client.
 *
 * @param callbackUrl - where callbacks go; absent: to the asking host itself
 * @returns the hosts, listening
 */
export async function startTwoHosts(callbackUrl?: string): Promise<TwoHosts> {
  const directory = mkdtempSync(join(tmpdir(), 'dci-two-hosts-'));
  for (const role of ['registry', 'asking']) mkdirSync(join(directory, role), { mode: 0o700 });
  const ports = { registry: await freePort(), asking: await freePort() };
  const urls = { registry: `http://127.0.0.1:${ports.registry}`, asking: `http://127.0.0.1:${ports.asking}` };
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
  const env: Record<string, string> = {
    ...{
      PATH,
      HOME,
      TWO_HOSTS_DIRECTORY: directory,
      REGISTRY_URL: urls.registry,
      CALLBACK_URL: callbackUrl ?? urls.asking,
    },
    ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
  };
  const children: Partial<Record<Role, ChildProcess>> = {};
  const printed: Record<Role, string> = { registry: '', asking: '' };

  const command: TwoHosts['command'] = (role, ...words) =>
    new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [...nodeArguments, ...words, '--config', configs[role]],
        { env },
        (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(new Error(`dci ${words.join(' ')}: ${stdout}${stderr}`)),
      );
    });
  const start: TwoHosts['start'] = async (role) => {
    const words = ['start', '--port', String(ports[role]), '--config', configs[role]];
    const child = spawn(process.execPath, [...nodeArguments, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    children[role] = child;
    const before = printed[role].length;
    await new Promise<void>((resolve, reject) => {
      const collect = (chunk: Buffer): void => {
        printed[role] += chunk.toString('utf8');
        if (printed[role].slice(before).includes('listening on http')) resolve();
      };
      child.stdout.on('data', collect);
      child.stderr.on('data', collect);
      child.once('close', () => reject(new Error(`the ${role} host ended:\n${printed[role]}`)));
    });
  };
  const stop: TwoHosts['stop'] = async (role, signal = 'SIGTERM') => {
    const child = children[role];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await ended;
  };

  const policyFile = join(directory, 'policy.json');
  const actions = ['search', 'subscribe', 'enrolled', 'disabled'];
  const policyOf = (recordType: string, allowed = actions): JsonObject => ({
    actions: allowed,
    events: ['*'],
    recordTypes: { [recordType]: { fields: ['**'] } },
  });
  writeFileSync(
    policyFile,
    JSON.stringify({
      registries: {
        social: policyOf('Person', ['search', 'subscribe']),
        crvs: policyOf('Person', ['search', 'subscribe']),
        ibr: policyOf('Beneficiary'),
        dr: policyOf('DisabledPerson'),
      },
    }),
  );
  const jwksUrl = `${urls.asking}/.well-known/jwks.json`;
  await command('registry', 'senders', 'add', 'mis.example.org', '--jwks-url', jwksUrl, '--policy', policyFile);
  const added = await command(
    'registry',
    ...['senders', 'client', 'add', 'mis.example.org', '--client-id', 'mis', '--json'],
  );
  const { client_secret } = JSON.parse(added) as { client_secret: string };
  const secretFile = join(directory, 'asking', 'client-secret');
  writeFileSync(secretFile, client_secret, { mode: 0o600 });
  env.CLIENT_SECRET_FILE = secretFile;
  await start('registry');
  await start('asking');
  return {
    urls,
    command,
    start,
    stop,
    output: (role) => printed[role],
    hold: (isHeld) => {
      const file = join(directory, 'hold');
      if (isHeld) writeFileSync(file, '');
      else rmSync(file, { force: true });
    },
    rows: (role, query) => {
      const state = new Sqlite(join(directory, role, 'state.sqlite'), { readonly: true });
      try {
        return state.prepare(query).all();
      } finally {
        state.close();
      }
    },
    control: async (role, given) => {
      const reply = await fetch(`${urls[role]}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(given),
      });
      return (await reply.json()) as ControlAnswer;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([stop('registry'), stop('asking')]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
