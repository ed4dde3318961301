#!/usr/bin/env node
// Shows what a newcomer sees: clones HEAD into an empty folder, runs `npm start`, pastes the printed search and the
// printed receiver, starts a second time, and with --test runs `npm test`. Nothing of this checkout's installation is used.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './lib/bootstrap.mjs';

const withTests = process.argv.includes('--test');
const folder = mkdtempSync(join(tmpdir(), 'dci-fresh-clone-'));
const clone = join(folder, 'main');
// The project's own bin folders must not leak in: the machine offers Node and npm, nothing else.
const path = (process.env.PATH ?? '')
  .split(':')
  .filter((part) => !part.includes('node_modules'))
  .join(':');
const env = Object.fromEntries(
  Object.entries({ ...process.env, PATH: path }).filter(([name]) => !/^(npm_|NODE_|DCI_|INIT_CWD)/.test(name)),
);
const seconds = (since) => ((Date.now() - since) / 1000).toFixed(1);

function fail(message) {
  console.error(`fresh clone: ${message}`);
  process.exitCode = 1;
}

/** Starts the demo host; resolves once it printed its welcome, with its output and how long that took. */
function start() {
  const began = Date.now();
  const child = spawn('npm', ['start', '--', '--port', '0'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`npm start was not ready in 10 minutes:\n${output}`)), 600_000);
    const collect = (chunk) => {
      output += chunk;
      if (!output.includes('Ctrl-C stops the host')) return;
      clearTimeout(timer);
      // In a terminal Ctrl-C reaches the host once. Here, where there is none, the script around it would pass on what
      // the whole group gets, and a second signal ends a host at once. The pipes close when the last process has ended.
      const stop = () =>
        new Promise((stopped) => {
          child.once('close', () => stopped(/INFO: stopped$/m.test(output.trimEnd())));
          process.kill(Number(readFileSync(join(clone, 'data', 'host.pid'), 'utf8')), 'SIGINT');
        });
      resolve({ took: seconds(began), output, stop });
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
}

/** Pastes the printed command that a pattern finds; its output must have each of the texts. */
function paste(output, what, pattern, texts) {
  const pasted = pattern.exec(output)?.[1];
  if (pasted === undefined) throw new Error(`npm start printed no ${what} to paste`);
  console.log(`$ ${pasted}`);
  const began = Date.now();
  const { status, stdout, stderr } = spawnSync('bash', ['-c', pasted], { cwd: clone, env, encoding: 'utf8' });
  console.log(stdout, stderr);
  console.log(`fresh clone: the pasted ${what} ended with ${status} after ${seconds(began)} s`);
  if (status !== 0 || texts.some((text) => !stdout.includes(text))) fail(`the pasted ${what} failed`);
}

try {
  execFileSync('git', ['clone', '--quiet', root, clone]);
  // The specification lies beside a checkout; tests that read it do so through ../shared.
  const shared = join(dirname(root), 'shared');
  if (existsSync(shared)) symlinkSync(shared, join(folder, 'shared'));

  const first = await start();
  console.log(first.output);
  console.log(`fresh clone: first npm start ready after ${first.took} s`);
  paste(first.output, 'search', /^ {2}(npm run -s dci -- search .*--id .*)$/m, ['signature valid']);
  const steps = ['← on-search', '← on-subscribe', '← notify', 'receipts: succ', '← on-unsubscribe'];
  paste(first.output, 'receiver', /^ {2}(npm run -s dci -- demo receiver.*)$/m, steps);
  if (!(await first.stop())) fail('the host did not stop gracefully after Ctrl-C');

  const second = await start();
  console.log(`fresh clone: second npm start ready after ${second.took} s`);
  if (Number(second.took) >= 3) fail('the second start took 3 seconds or more');
  if (!(await second.stop())) fail('the second host did not stop gracefully after Ctrl-C');

  if (withTests) {
    const began = Date.now();
    const { status } = spawnSync('npm', ['test'], { cwd: clone, env, stdio: 'inherit' });
    console.log(`fresh clone: npm test ended with ${status} after ${seconds(began)} s`);
    if (status !== 0) fail('npm test failed');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
