import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const stampFile = join(root, 'node_modules', '.dci-installed');

/** The project's own Node 24, linked by pnpm; the machine's Node only has to run this script. */
export const node = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** Everything that decides what an installation holds. */
function installationFingerprint() {
  const hash = createHash('sha256');
  const manifests = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'];
  for (const folder of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const manifest = `${folder}/${name}/package.json`;
      if (existsSync(join(root, manifest))) manifests.push(manifest);
    }
  }
  for (const manifest of manifests)
    hash
      .update(manifest)
      .update('\0')
      .update(readFileSync(join(root, manifest)))
      .update('\0');
  return hash.digest('hex');
}

/** The machine's Node only sets the project up; that it is older than what the project runs on is no news. */
function isNoise(line) {
  return line.includes('Unsupported engine') || line.includes('npm warn Unknown');
}

/**
 * Runs a program with the terminal handed over, forwarding signals.
 *
 * @param {string} command - program
 * @param {readonly string[]} args - its arguments
 * @param {{ env?: Record<string, string | undefined>, quiet?: boolean }} [options] - quiet: its output goes to stderr, without noise
 * @returns {Promise<number>} its exit code
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: options.quiet ? ['inherit', 'pipe', 'pipe'] : 'inherit',
      env: { ...process.env, ...options.env },
      shell: process.platform === 'win32',
    });
    if (options.quiet) {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          if (!isNoise(line)) process.stderr.write(`${line}\n`);
        });
      }
    }
    // A terminal sends Ctrl-C to the whole group; the child stops gracefully and this process waits for it.
    const forward = (signal) => () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, forward(signal)]);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    // npm that is sent SIGTERM ends without passing it on: when it is gone, what it started must not stay behind.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 500);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      for (const [name, handler] of handlers) process.off(name, handler);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/**
 * Installs the dependencies when they are missing or out of date. Needs Node >= 20 and npm, nothing else.
 *
 * @returns {Promise<void>}
 */
export async function bootstrap() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    console.error(`This project needs Node 20 or newer to set itself up; this is Node ${process.versions.node}.`);
    process.exit(2);
  }
  const fingerprint = installationFingerprint();
  if (existsSync(node) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.error('Setting up: installing the dependencies (first time, or they changed) …');
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const code = await run(npx, ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    quiet: true,
    env: { CI: 'true' },
  });
  if (code !== 0) {
    console.error('The dependencies could not be installed; the lines above say why.');
    process.exit(code === 0 ? 1 : code);
  }
  writeFileSync(stampFile, fingerprint);
}
