// The client of civil registries as an integrator gets it: packed, installed outside of this workspace, used in a short
// program against a host of ours.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import { root } from './lib/bootstrap.mjs';
import { packPackages } from './lib/packed-package.mjs';

const program = `import { crvsService } from 'dci-client-crvs';
import { createNodeClient } from 'dci-client/node';
import { systemClock } from 'dci-core';

const client = await createNodeClient({
  code: 'crvs_main',
  registry: 'crvs',
  baseUrl: process.env['CRVS_URL'] ?? 'https://crvs.example.org/dci_api/v1',
  senderId: 'mis.example.org',
  key: 'file:mis.pem',
  keyId: 'key1',
  authorization: { kind: 'bearer', token: 'env:CRVS_TOKEN' },
});
const crvs = crvsService({ client, clock: systemClock });
const expected = { birthDate: '1990-05-17', name: 'Lucía Núñez', sex: 'female' };
const result = await crvs.verifyBirth({ type: 'UIN', value: '1234567897' }, expected);
if (result.status === 'verified') console.log('born', result.birth.birthDate, result.birth.brn);
else console.log(result.status);
await client.close();
`;

const bin = (name) => join(root, 'node_modules', '.bin', name);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const fromSource = ['--conditions=dci-source', '--disable-warning=ExperimentalWarning'];
const host = [...fromSource, join(root, 'apps', 'host', 'src', 'main.ts')];
const config = ['--config', join(root, 'apps', 'host', 'test', 'client', 'packed-registry.config.ts')];
const folder = mkdtempSync(join(tmpdir(), 'dci-packed-client-'));
const inFolder = (...names) => join(folder, ...names);
const { PATH, HOME } = process.env;
const hostEnvironment = { PATH, HOME, PACKED_REGISTRY_DIRECTORY: inFolder('registry') };
/** Without what npm tells the scripts that it runs, or it would install into this workspace; how it reaches out stays. */
const foreign =
  /^(?:npm_(?:package|lifecycle|command|(?:node_)?execpath|config_(?:local_|global_)?prefix)|NODE_(?:ENV|OPTIONS|PATH)$|DCI_|INIT_CWD)/;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
const unreachable = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/;

/** Runs a command to its end. */
function run(command, args, { cwd = folder, env = environment } = {}) {
  const shell = process.platform === 'win32' && command.endsWith('.cmd');
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd, env, shell, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
    );
  });
}

/** Starts a host that knows the program's key; gives its address and a token. */
async function startRegistry() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(inFolder('mis.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(inFolder('mis.public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const key = ['--key', inFolder('mis.public.pem'), '--key-id', 'key1'];
  const sender = ['senders', 'add', 'mis.example.org', ...key, '--grant', 'crvs', '--token', '--json'];
  const added = await run(process.execPath, [...host, ...sender, ...config], { env: hostEnvironment });
  assert.equal(added.code, 0, added.stderr);
  const child = spawn(process.execPath, [...host, 'start', '--port', '0', ...config], {
    env: hostEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise((resolve, reject) => {
    const collect = (chunk) => {
      output += chunk;
      const [, found] = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('close', (code) => reject(new Error(`the host ended with ${code}:\n${output}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.once('close', resolve);
      child.kill();
    });
  return { url: `${url}/dci_api/v1`, token: JSON.parse(added.stdout).token, stop };
}

/** Builds (from the cache, where `npm test` has built before), packs and installs. */
async function install() {
  const build = ['run', 'build', '--filter=dci-client-crvs', '--output-logs=errors-only'];
  const path = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${PATH}`, TURBO_TELEMETRY_DISABLED: '1' };
  const built = await run(bin('turbo'), build, { cwd: root, env: path });
  assert.equal(built.code, 0, `${built.stdout}${built.stderr}`);
  const packed = await packPackages(root, folder);
  const tarballs = ['dci-core', 'dci-client', 'dci-client-crvs'].map(
    (name) => packed.find((each) => each.name === name)?.tarball ?? assert.fail(`${name} was not packed`),
  );
  writeFileSync(inFolder('package.json'), JSON.stringify({ name: 'program', private: true, type: 'module' }));
  writeFileSync(inFolder('program.ts'), program);
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--fetch-retries=1'];
  return await run(npm, ['install', ...options, ...tarballs]);
}

describe('dci-client-crvs, installed from packed tarballs outside of the workspace', () => {
  let registry;
  let installed;
  before(async () => {
    // Both are waited for: a host that is left behind would keep this process.
    const both = await Promise.allSettled([startRegistry(), install()]);
    [registry, installed] = both.map(({ value }) => value);
    for (const { status, reason } of both) if (status === 'rejected') throw reason;
  });
  after(async () => {
    await registry?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  /** What the packages depend on comes from a package registry; only where that cannot be reached is nothing shown. */
  const isInstalled = (test) => {
    if (installed.code !== 0 && unreachable.test(installed.stderr)) {
      test.skip('the package registry cannot be reached');
      return false;
    }
    assert.equal(installed.code, 0, installed.stderr);
    return true;
  };

  it('verifies a birth in a program of 20 lines', async (test) => {
    if (!isInstalled(test)) return;
    assert.ok(program.trimEnd().split('\n').length <= 20);
    const env = { PATH, CRVS_URL: registry.url, CRVS_TOKEN: registry.token };
    const { code, stdout, stderr } = await run(process.execPath, ['--no-warnings', 'program.ts'], { env });
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'born 1990-05-17 B-2024-000017\n', stderr: '' });
  });

  it('depends on neither the host nor its server, databases and jobs', async (test) => {
    if (!isInstalled(test)) return;
    const { stdout } = await run(npm, ['ls', '--all', '--parseable']);
    const paths = stdout.trim().split('\n').slice(1);
    const names = paths.map((path) => path.split(/[\\/]node_modules[\\/]/).at(-1));
    for (const name of ['dci-client-crvs', 'dci-client', 'dci-core', 'valibot']) assert.ok(names.includes(name), name);
    for (const name of ['dci-host', 'dci-server', 'hono', 'drizzle-orm', 'pg-boss', 'pg', 'better-sqlite3']) {
      assert.ok(!names.includes(name), name);
    }
    const { exports } = JSON.parse(readFileSync(inFolder('node_modules', 'dci-client-crvs', 'package.json'), 'utf8'));
    assert.ok(!JSON.stringify(exports).includes('src'));
  });

  it('has declarations that hold a program to the types', async (test) => {
    if (!isInstalled(test)) return;
    writeFileSync(inFolder('wrong.ts'), `${program}export const number: number = result.status;\n`);
    const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
    const target = ['--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024', '--skipLibCheck'];
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types'), '--pretty', 'false'];
    const compile = (file) => run(bin('tsc'), [...strict, ...target, ...types, file]);
    const right = await compile('program.ts');
    assert.deepEqual([right.code, right.stdout], [0, '']);
    const faults = (await compile('wrong.ts')).stdout.split('\n').filter((line) => line.includes('error TS'));
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], /^wrong\.ts\(20,14\): error TS2322/);
  });
});
