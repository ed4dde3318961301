import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type PrivateKey, publicKeyOf, writePublicKeyPem } from 'dci-core';
import { generatePopulation } from '../demo/population/generate.ts';
import { socialRecords } from '../demo/social-records.ts';
import { privatePem } from './requests.ts';

/** A server in a process of its own. */
export interface BenchServer {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const nodeArguments = ['--conditions=dci-source', '--disable-warning=ExperimentalWarning'];

function stopper(child: ChildProcess): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
}

/**
 * Starts the yardstick with the same persons and keys.
 *
 * @param directory - for its files
 * @param keys - the sender's key, whose signatures it verifies, and the key that it signs with
 * @returns the running server
 */
export async function startBareHandler(
  directory: string,
  keys: { readonly sender: PrivateKey; readonly server: PrivateKey },
): Promise<BenchServer> {
  const records: { identifier: string; json: string }[] = [];
  const households = [...generatePopulation()];
  const uins = households.flatMap(({ people }) => people.map(({ uin }) => uin));
  for (const { recordType, record } of socialRecords(households)) {
    if (recordType === 'Person') records.push({ identifier: uins[records.length] ?? '', json: JSON.stringify(record) });
  }
  const fixture = join(directory, 'bare.json');
  writeFileSync(
    fixture,
    JSON.stringify({
      databaseFile: join(directory, 'bare.sqlite'),
      senderPublicKeyPem: await writePublicKeyPem(publicKeyOf(keys.sender)),
      serverPrivateKeyPem: privatePem(keys.server),
      records,
    }),
  );
  const child = fork(here('./bare-handler.ts'), [fixture], { execArgv: nodeArguments, stdio: 'inherit' });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', () => reject(new Error('the bare handler ended')));
  });
  return { name: 'bare handler', port, path: '/', token: 'none', pid: child.pid ?? 0, stop: stopper(child) };
}

/** Waits until the host has written its address into its log. */
async function portIn(logFile: string, child: ChildProcess): Promise<number> {
  for (const started = Date.now(); Date.now() - started < 120_000; await setTimeout(50)) {
    const [, port] = /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(readFileSync(logFile, 'utf8')) ?? [];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) break;
  }
  throw new Error(`the host did not start:\n${readFileSync(logFile, 'utf8')}`);
}

/**
 * Starts a host in production mode, as an operator would, and registers a sender on its command line.
 *
 * @param directory - its data directory
 * @param sender - the sender to register
 * @param profile - folder for a CPU profile, written when it stops
 * @param setup - another configuration file, and environment
 * @returns the running host
 */
export async function startHost(
  directory: string,
  sender: { readonly senderId: string; readonly keyId: string; readonly privateKey: PrivateKey },
  profile?: string,
  setup: { readonly config?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<BenchServer> {
  const main = [...nodeArguments, here('../src/main.ts')];
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    DCI_CONFIG: setup.config ?? here('./dci.config.ts'),
    DCI_MASTER_KEY: randomBytes(32).toString('base64'),
    ...setup.env,
  };
  const logFile = join(directory, '..', 'host.log');
  const log = openSync(logFile, 'w');
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(
    process.execPath,
    [...profiling, ...main, 'start', '--json', '--port', '0', '--data', directory],
    {
      env,
      stdio: ['ignore', log, log],
    },
  );
  const port = await portIn(logFile, child);
  const key = join(directory, 'bench-sender.pem');
  const policy = join(directory, 'bench-policy.json');
  writeFileSync(key, await writePublicKeyPem(publicKeyOf(sender.privateKey)));
  writeFileSync(
    policy,
    JSON.stringify({
      registries: { social: { actions: ['search'], recordTypes: { Person: { fields: ['**'] } } } },
      quota: { perMinute: 100_000_000, perDay: 1_000_000_000 },
    }),
  );
  const add = ['senders', 'add', sender.senderId, '--key', key, '--key-id', sender.keyId, '--policy', policy];
  const added = execFileSync(process.execPath, [...main, ...add, '--token', '--json', '--data', directory], { env });
  const { token } = JSON.parse(added.toString('utf8')) as { token: string };
  return {
    name: 'dci host',
    port,
    path: '/dci_api/v1/social/registry/sync/search',
    token,
    pid: child.pid ?? 0,
    stop: stopper(child),
  };
}
